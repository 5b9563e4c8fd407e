import { spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { keySigner } from '../client/index.ts';
import { MessageClass, MsgGrantSession } from '../proto/gen/tenor.sessions.v1.ts';
import { deribitCalls } from '../test/e2e/deribitCalls.ts';
import { Rpc } from '../test/e2e/rpcClient.ts';
import { TestChain } from '../test/harness/chain.ts';
import { ChainRpc } from '../test/harness/chainRpc.ts';
import { misfits } from '../test/harness/deribitShape.ts';
import type { Shape } from '../test/harness/deribitShape.ts';
import { anyOf } from '../test/harness/keys.ts';
import { TestReadSide } from '../test/harness/streams.ts';
import { FEE, Side, depositMsg, markOf, orderMsg, seriesOf } from '../test/harness/trading.ts';
import { Gateway } from './gateway.ts';
import type { GatewayOptions } from './gateway.ts';

// A chain of this process with its read side, of which blocks come as fast as they are made.
const LIMIT_MS = 240_000;
const credentials = { clientId: 'the-id-1', clientSecret: 'the-secret', sessionKey: null };
const vectors = new URL('../test/vectors/gateway/deribit.json', import.meta.url);
const deribit = JSON.parse(readFileSync(fileURLToPath(vectors), 'utf8')) as {
  readonly methods: Readonly<Record<string, { readonly result: Shape }>>;
};
const trader = fileURLToPath(new URL('../test/e2e/ccxt/trade.mjs', import.meta.url));

let chain: TestChain;
let node: ChainRpc;
let readSide: TestReadSide;
let gateway: Gateway;
let options: GatewayOptions;
let dir: string;
let symbol: string;
let name: string;
let mark: number;
let isOver = false;
/** Of an engine that has no room for them: transactions wait here while it is not null. */
let aside: Uint8Array[] | null = null;
let blocks: Promise<void>;
const log: { kind: string }[] = [];

async function makeBlocks(): Promise<void> {
  while (!isOver) {
    aside?.push(...node.waiting.splice(0));
    await node.block({ afterMs: 250 });
    await sleep(50);
  }
}

/** A call around the money that bob quotes on both sides. */
beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tenor-gateway-'));
  chain = await TestChain.start({ alone: true, users: ['alice', 'bob'] });
  node = new ChainRpc(chain);
  const url = await node.listen();
  readSide = await TestReadSide.start(chain.node);
  for (let i = 0; i < 8; i++) await node.block();
  const [alice, bob] = [chain.user('alice'), chain.user('bob')];
  const key = keySigner(createHash('sha256').update('a bot of alice').digest());
  const grant = {
    ...{ sender: alice.address, key: key.address, subaccounts: [0], underlyings: [] },
    messages: [MessageClass.MESSAGE_CLASS_ORDER, MessageClass.MESSAGE_CLASS_QUOTE],
    expiresSeconds: BigInt(Math.floor(chain.timeMs / 1_000) + 86_400),
    ...{ priceBandPpm: 0, dailyQuantity: 0n },
  };
  const first = [depositMsg(alice, 200_000), anyOf(MsgGrantSession, grant)];
  node.waiting.push(
    chain.sign(alice, first, FEE),
    chain.sign(bob, [depositMsg(bob, 500_000)], FEE),
  );
  await node.block();
  symbol = seriesOf(chain, 'BTC').find((series) => series.symbol.endsWith('-C'))!.symbol;
  name = symbol.replace('BTC-', 'BTC_USDC-');
  mark = markOf(chain, symbol);
  for (const [side, factor] of [
    [Side.SIDE_BUY, 0.95],
    [Side.SIDE_SELL, 1.05],
  ] as const) {
    const price = Math.round((mark * factor) / 10) * 10;
    node.waiting.push(chain.sign(bob, [orderMsg(bob, { series: symbol, size: 5, price, side })]));
    await node.block();
  }
  options = {
    ...{ url, streamUrl: readSide.streamUrl, subaccount: 0, credentials, port: 0 },
    signer: { ...key, owner: alice.address },
    labelsPath: join(dir, 'labels'),
    log: (entry) => log.push(entry),
  };
  blocks = makeBlocks();
  gateway = await Gateway.open(options);
}, LIMIT_MS);

afterAll(async () => {
  await gateway.close();
  isOver = true;
  await blocks;
  await readSide.close();
  await node.close();
  await chain.close();
  rmSync(dir, { recursive: true, force: true });
  expect(log.filter(({ kind }) => kind === 'fault')).toEqual([]);
}, LIMIT_MS);

async function authorized(): Promise<Rpc> {
  const rpc = await Rpc.connect(`ws://127.0.0.1:${gateway.port}/ws/api/v2`);
  const { clientId: client_id, clientSecret: client_secret } = credentials;
  await rpc.call('public/auth', { grant_type: 'client_credentials', client_id, client_secret });
  return rpc;
}

/** Where that document is not what is on the wire: a list of steps; names, unless extended. */
const OTHERWISE = new Set([
  'public/get_instruments[].tick_size_steps: no object',
  'public/get_instrument.tick_size_steps: no object',
  'public/get_index_price_names[]: no object',
]);

interface Order {
  readonly order_id: string;
  readonly order_state: string;
  readonly filled_amount: number;
}
interface Placed {
  readonly order: Order;
  readonly trades: readonly object[];
}

test(
  'an unmodified ccxt does its whole list',
  async () => {
    const urls = [`http://127.0.0.1:${gateway.port}`, `ws://127.0.0.1:${gateway.port}/ws/api/v2`];
    const args = [trader, ...urls, credentials.clientId, credentials.clientSecret];
    const child = spawn(process.execPath, args);
    let said = '';
    child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
    expect(await new Promise((resolve) => child.once('close', resolve))).toBe(0);
    const steps = said
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line) as { step: string; ok: boolean; error?: string });
    const refused = steps.filter(({ ok }) => !ok).map(({ step, error }) => [step, error]);
    expect(refused).toEqual([
      ['too large', 'InsufficientFunds'],
      ['off the tick', 'InvalidOrder'],
      ['unknown order', 'OrderNotFound'],
      ['withdraw', 'PermissionDenied'],
      ['wrong secret', 'AuthenticationError'],
    ]);
    expect(steps.length).toBeGreaterThan(45);
  },
  LIMIT_MS,
);

test(
  'answers have the fields that Deribit’s documents say',
  async () => {
    const rpc = await authorized();
    const found: string[] = [];
    const judge = async (method: string, params: object) => {
      const answer = await rpc.call(method, params);
      found.push(...misfits(deribit.methods[method]!.result, answer, method));
      return answer;
    };
    const price = Math.ceil((mark * 1.1) / 10) * 10;
    await judge('private/buy', { instrument_name: name, amount: 0.1, price, label: 'taken' });
    const terms = { instrument_name: name, amount: 0.1, price: 50, label: 'shape' };
    const { order } = (await judge('private/buy', terms)) as Placed;
    const { order_id } = order;
    await judge('private/edit', { order_id, amount: 0.2, price: 51 });
    for (const [method, params] of Object.entries(deribitCalls(name, order_id))) {
      await judge(method, params);
    }
    await judge('private/cancel', { order_id });
    expect(found.filter((misfit) => !OTHERWISE.has(misfit))).toEqual([]);
    rpc.close();
  },
  LIMIT_MS,
);

test(
  'a label names one order while it rests, and another once it was cancelled',
  async () => {
    const rpc = await authorized();
    const terms = { instrument_name: name, amount: 0.1, price: 60, label: 'mine' };
    const buy = () => rpc.call<Placed>('private/buy', terms);
    const first = await buy();
    expect((await buy()).order.order_id).toBe(first.order.order_id);
    const other = await rpc.call<Placed>('private/buy', { ...terms, price: 61 });
    expect(other.order.order_id).not.toBe(first.order.order_id);
    await expect(rpc.call('private/edit_by_label', { ...terms, price: 62 })).rejects.toThrow(
      /13032/,
    );
    expect(await rpc.call('private/cancel_by_label', { label: 'mine' })).toBe(2);
    const again = await buy();
    expect(again.order).toMatchObject({ order_state: 'open' });
    expect(again.order.order_id).not.toBe(first.order.order_id);
    // Another gateway of the same account knows them from the file.
    rpc.close();
    await gateway.close();
    gateway = await Gateway.open(options);
    const later = await authorized();
    const repeated = await later.call<Placed>('private/buy', terms);
    expect(repeated.order.order_id).toBe(again.order.order_id);
    expect(await later.call('private/cancel_all')).toBe(1);
    later.close();
  },
  LIMIT_MS,
);

test(
  'a lost answer is asked for again, and there is one order',
  async () => {
    const terms = { instrument_name: name, amount: 0.1, price: 55, label: 'lost' };
    const first = await authorized();
    const lost = first.call('private/buy', terms).catch(() => null);
    first.drop();
    expect(await lost).toBeNull();
    const rpc = await authorized();
    const both = [rpc.call<Placed>('private/buy', terms), rpc.call<Placed>('private/buy', terms)];
    const [one, other] = await Promise.all(both);
    expect(one!.order.order_id).toBe(other!.order.order_id);
    expect(await rpc.call('private/cancel_all')).toBe(1);
    rpc.close();
  },
  LIMIT_MS,
);

test(
  'an order that no block had in time can never come, and says so',
  async () => {
    const rpc = await authorized();
    aside = [];
    const terms = { instrument_name: name, amount: 0.1, price: 45 };
    const answer = await rpc.call('private/buy', terms).catch((error: unknown) => String(error));
    expect(answer).toMatch(/13028 .*it did nothing, and never will.*"may_execute":false/);
    expect(aside).toHaveLength(1);
    node.waiting.push(...aside);
    aside = null;
    const { length } = chain.decided;
    while (chain.decided.length < length + 3) await sleep(20);
    expect(await rpc.call('private/get_open_orders')).toEqual([]);
    // What comes next finds its sequence.
    await rpc.call('private/buy', terms);
    expect(await rpc.call('private/cancel_all')).toBe(1);
    rpc.close();
  },
  LIMIT_MS,
);

test(
  'quotes go when their connection does, and so do orders of who asked for that',
  async () => {
    const rpc = await authorized();
    const group = { index_name: 'btc_usdc', mmp_group: 'bot' };
    const limits = { quantity_limit: 2, max_quote_quantity: 1, delta_limit: 1, vega_limit: 500 };
    const config = { ...group, interval: 1, frozen_time: 5, ...limits };
    expect(await rpc.call('private/set_mmp_config', config)).toMatchObject([config]);
    const mass = { quote_id: '1', mmp_group: 'bot', detailed: true };
    const quotes = [{ instrument_name: name, bid: { price: 70, amount: 0.5 } }];
    expect(await rpc.call('private/mass_quote', { ...mass, quotes })).toMatchObject({
      ...{ errors_count: 0, errors: [] },
      orders: [{ instrument_name: name, direction: 'buy', price: 70, amount: 0.5 }],
    });
    const low = [{ instrument_name: name, ask: { price: 70, amount: 0.5 } }];
    expect(await rpc.call('private/mass_quote', { ...mass, quotes: low })).toMatchObject({
      ...{ errors_count: 1, errors: [{ side: 'ask', error: { message: 'post_only_reject' } }] },
    });
    expect(await rpc.call('private/enable_cancel_on_disconnect')).toBe('ok');
    await rpc.call('private/buy', { instrument_name: name, amount: 0.1, price: 65 });
    rpc.drop();
    const other = await authorized();
    const resting = async () => {
      const { length } = await other.call<object[]>('private/get_open_orders');
      const { bids } = await other.call<{ bids: number[][] }>('public/get_order_book', {
        ...{ instrument_name: name, depth: 20 },
      });
      return length + bids.filter(([price]) => price === 70).length;
    };
    while ((await resting()) > 0) await sleep(50);
    other.close();
  },
  LIMIT_MS,
);

test(
  'a portfolio is simulated, margins are told, and channels of the account speak',
  async () => {
    const rpc = await authorized();
    type Margins = Readonly<Record<'initial_margin' | 'available_funds', number>>;
    const positions = { currency: 'USDC', simulated_positions: { [name]: -5 } };
    const simulated = await rpc.call<Margins>('private/simulate_portfolio', positions);
    const now = await rpc.call<Margins>('private/get_account_summary', { currency: 'USDC' });
    expect(simulated.initial_margin).toBeGreaterThan(now.initial_margin);
    expect(simulated.available_funds).toBeLessThan(now.available_funds);
    const asked = { instrument_name: name, amount: 1, price: Math.round(mark) };
    const needed = await rpc.call<{ buy: number; sell: number }>('private/get_margins', asked);
    expect(needed.sell).toBeGreaterThan(needed.buy);
    const channels = [
      'user.changes.any.any.raw',
      'user.portfolio.usdc',
      'user.orders.any.any.100ms',
    ];
    expect(await rpc.call('private/subscribe', { channels })).toEqual(channels);
    const terms = { instrument_name: name, amount: 0.1, price: 50 };
    const { order } = await rpc.call<Placed>('private/buy', terms);
    const of = async (channel: string) => {
      while (!rpc.told.has(channel)) await sleep(10);
      return rpc.told.get(channel)!.at(-1);
    };
    expect(await of(channels[2]!)).toMatchObject([{ order_id: order.order_id, price: 50 }]);
    expect(await of(channels[0]!)).toMatchObject({ instrument_name: name, trades: [] });
    expect(await of(channels[1]!)).toMatchObject({ currency: 'USDC' });
    await rpc.call('private/cancel', { order_id: order.order_id });
    rpc.close();
  },
  LIMIT_MS,
);
