import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Node, queries } from '../../client/index.ts';
import { startTestnet } from '../../testnet/network.ts';
import type { Testnet } from '../../testnet/network.ts';
import { freePortOffset } from '../../testnet/ports.ts';
import { misfits } from '../harness/deribitShape.ts';
import type { Shape } from '../harness/deribitShape.ts';
import { eventually } from './client.ts';
import { runCcxt } from './ccxt/runCcxt.ts';
import { deribitCalls } from './deribitCalls.ts';
import { GatewayProcess } from './gatewayProcess.ts';
import { startIndexer } from './startIndexer.ts';
import { RpcFailure } from './rpcClient.ts';
import type { Rpc } from './rpcClient.ts';
import { tenor } from './tenor.ts';

const LIMIT_MS = 240_000;
const vectors = new URL('../vectors/gateway/deribit.json', import.meta.url);
const deribit = JSON.parse(readFileSync(fileURLToPath(vectors), 'utf8')) as {
  readonly methods: Readonly<Record<string, { readonly result: Shape }>>;
};

let dir: string;
let network: Testnet;
let node: Node;
let gateway: GatewayProcess;
let indexer: Awaited<ReturnType<typeof startIndexer>>;
/** Of an order that was cancelled in the first test. */
let cancelledId = '';

const owner = () => network.accounts.find(({ name }) => name === 'alice')!.address;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tenor-gateway-'));
  network = await startTestnet({
    ...{ dir, validators: 1, blockTimeMs: 500, makers: true },
    portOffset: await freePortOffset(1),
  });
  node = new Node(network.nodes[0]!.rpc);
  const run = (args: string) => tenor(args, { home: dir, env: { TENOR_TESTNET: dir } });
  await run('account deposit 200000usd --from alice');
  indexer = await startIndexer(network.nodes[0]!.rpc, join(dir, 'history'));
  gateway = new GatewayProcess(dir, indexer.url);
  await gateway.start();
}, LIMIT_MS);

afterAll(async () => {
  gateway.kill('SIGTERM');
  await indexer.stop();
  await network.stop();
  rmSync(dir, { recursive: true, force: true });
}, LIMIT_MS);

const REFUSALS: Readonly<Record<string, string>> = {
  'too large': 'InsufficientFunds',
  'off the tick': 'InvalidOrder',
  'unknown order': 'OrderNotFound',
  withdraw: 'PermissionDenied',
  'wrong secret': 'AuthenticationError',
};

test(
  'an unmodified ccxt loads markets, reads, trades, edits, cancels and watches',
  async () => {
    const steps = await runCcxt(gateway);
    const failed = [...steps.values()].filter(({ ok, step }) => !ok && !(step in REFUSALS));
    expect(failed).toEqual([]);
    const value = (name: string) => steps.get(name)?.value;
    expect(value('loadMarkets')).toBeGreaterThan(100);
    expect(value('market')).toMatchObject({ linear: true, option: true, settle: 'USDC' });
    expect(value('fetchCurrencies')).toEqual(['BTC', 'ETH', 'USDC']);
    expect(value('fetchOrderBook')).toMatchObject({ isUncrossed: true });
    expect(value('createOrder')).toMatchObject({ status: 'open', amount: 0.1, filled: 0 });
    const { id } = value('createOrder') as { id: string };
    cancelledId = id;
    const open = value('fetchOpenOrders') as { id: string; label: string }[];
    expect(open).toEqual([{ id, label: expect.stringContaining('resting-') }]);
    expect(value('editOrder')).toMatchObject({ id, amount: 0.2, status: 'open' });
    expect(value('fetchOrder')).toMatchObject({ id, amount: 0.2 });
    expect(value('cancelOrder')).toMatchObject({ id, status: 'canceled' });
    expect(value('fetchOrder of a cancelled one')).toMatchObject({ id, status: 'canceled' });
    const taken = { side: 'buy', filled: 0.1, status: 'closed' };
    expect(value('createOrder that takes')).toMatchObject(taken);
    expect(value('createOrder at the market')).toMatchObject({ side: 'sell', filled: 0.05 });
    expect(value('fetchPosition')).toMatchObject({ side: 'long', contracts: 0.05 });
    expect(value('watchMyTrades')).toEqual([
      expect.objectContaining({ side: 'buy', amount: 0.1, takerOrMaker: 'taker' }),
    ]);
    expect(value('fetchMyTrades')).toHaveLength(2);
    expect(value('fetchBalance')).toMatchObject({ total: 200_000 });
    for (const [step, error] of Object.entries(REFUSALS)) {
      expect(steps.get(step)).toMatchObject({ ok: false, error });
    }
    // What it signed is in its log, without the secret.
    const signed = gateway.log().filter(({ kind }) => kind === 'signing');
    expect(JSON.stringify(signed)).toContain('MsgReplaceOrder');
    expect(JSON.stringify(gateway.log())).not.toContain(gateway.credentials.clientSecret);
  },
  LIMIT_MS,
);

interface Summary {
  readonly instrument_name: string;
  readonly bid_price: number | null;
  readonly ask_price: number | null;
  readonly mark_price: number | null;
}

/** The quoted series nearest to a mark of a thousand dollars. */
async function quoted(rpc: Rpc): Promise<Summary> {
  const all = await rpc.call<Summary[]>('public/get_book_summary_by_currency', { currency: 'BTC' });
  const far = ({ mark_price: mark }: Summary) => Math.abs((mark ?? 0) - 1_000);
  return all
    .filter(({ bid_price: bid, ask_price: ask }) => bid !== null && ask !== null)
    .toSorted((a, b) => far(a) - far(b))[0]!;
}

interface Placed {
  readonly order: { readonly order_id: string; readonly label: string };
}

const openOnChain = async () =>
  (await node.ask(queries.orders, { owner: owner(), subaccount: 0 })).orders;

test(
  'a gateway that is killed loses no order and doubles none: labels are said again',
  async () => {
    const wanted = 24;
    let rpc = await gateway.authorized();
    const { instrument_name, bid_price: bid } = await quoted(rpc);
    const ids = new Map<string, string>();
    for (let i = 0; i < wanted; i++) {
      const label = `order-${i}`;
      const price = Math.floor(bid! / 2);
      const terms = { instrument_name, amount: 0.1, price, label, type: 'limit' };
      for (;;) {
        const asked = rpc.call<Placed>('private/buy', terms);
        // In the middle of an order, twice: its answer is lost.
        if (i === 8 || i === 16) setTimeout(() => gateway.kill('SIGKILL'), i === 8 ? 20 : 300);
        const order = await asked.then(
          (answer) => answer.order,
          (error: unknown) => {
            if (error instanceof RpcFailure) throw error;
            return null;
          },
        );
        if (order !== null) {
          ids.set(label, order.order_id);
          break;
        }
        await gateway.start();
        rpc = await gateway.authorized();
      }
    }
    const open = await openOnChain();
    expect(open.map(({ id }) => String(id)).toSorted()).toEqual([...ids.values()].toSorted());
    // The same again is the same order; another price is another one.
    const price = Math.floor(bid! / 2);
    const same = { instrument_name, amount: 0.1, price, label: 'order-3', type: 'limit' };
    const again = await rpc.call<Placed>('private/buy', same);
    expect(again.order.order_id).toBe(ids.get('order-3'));
    const labelled = await rpc.call<Placed['order'][]>('private/get_open_orders_by_label', {
      ...{ currency: 'BTC', label: 'order-9' },
    });
    expect(labelled).toMatchObject([{ order_id: ids.get('order-9'), label: 'order-9' }]);
    expect(await rpc.call('private/cancel_by_label', { label: 'order-9' })).toBe(1);
    expect(await rpc.call('private/cancel_all')).toBe(wanted - 1);
    expect(await openOnChain()).toEqual([]);
    // Of before it was killed it knows what the indexer knows.
    const past = { currency: 'BTC', include_unfilled: true, count: 1_000 };
    const history = await rpc.call<Placed['order'][]>(
      'private/get_order_history_by_currency',
      past,
    );
    expect(history.map(({ order_id }) => order_id)).toContain(cancelledId);
    rpc.close();
  },
  LIMIT_MS,
);

test(
  'quotes go when their connection does, and so do orders of who asked for that',
  async () => {
    const rpc = await gateway.authorized();
    const { instrument_name, bid_price: bid } = await quoted(rpc);
    const group = { index_name: 'btc_usdc', mmp_group: 'bot' };
    const limits = { quantity_limit: 2, max_quote_quantity: 1, delta_limit: 1, vega_limit: 500 };
    const config = { ...group, interval: 1, frozen_time: 5 };
    await rpc.call('private/set_mmp_config', { ...config, ...limits });
    const told = await eventually('the group', async () => {
      const [found] = await rpc.call<object[]>('private/get_mmp_config', group);
      return found;
    });
    expect(told).toMatchObject({ ...config, ...limits });
    const price = Math.floor(bid! / 2);
    const quotes = [{ instrument_name, bid: { price, amount: 0.5 }, ask: { price, amount: 0.5 } }];
    const mass = { quote_id: '1', mmp_group: 'bot', detailed: true };
    // A bid at the ask is malformed; an ask far below the bid would take.
    await expect(rpc.call('private/mass_quote', { ...mass, quotes })).rejects.toThrow(/11030/);
    const right = [{ instrument_name, bid: { price, amount: 0.5 } }];
    const quotedNow = await rpc.call('private/mass_quote', { ...mass, quotes: right });
    expect(quotedNow).toMatchObject({
      ...{ errors_count: 0, errors: [] },
      orders: [{ instrument_name, direction: 'buy', price, amount: 0.5, mmp_group: 'bot' }],
    });
    expect(await rpc.call('private/enable_cancel_on_disconnect')).toBe('ok');
    expect(await rpc.call('private/get_cancel_on_disconnect')).toMatchObject({ enabled: true });
    await rpc.call('private/buy', { instrument_name, amount: 0.1, price: price - 10 });
    const resting = async () => {
      const who = { owner: owner(), subaccount: 0 };
      const { quotes: left } = await node.ask(queries.quotes, { ...who, group: '' });
      return left.length + (await openOnChain()).length;
    };
    expect(await resting()).toBe(2);
    rpc.drop();
    await eventually('everything is taken back', async () =>
      (await resting()) === 0 ? true : undefined,
    );
  },
  LIMIT_MS,
);

test(
  'a portfolio is simulated, margins are told, and channels of the account speak',
  async () => {
    const rpc = await gateway.authorized();
    const { instrument_name } = await quoted(rpc);
    const simulated = await rpc.call<{ initial_margin: number; available_funds: number }>(
      'private/simulate_portfolio',
      { currency: 'USDC', simulated_positions: { [instrument_name]: -5 } },
    );
    const now = await rpc.call<{ initial_margin: number; available_funds: number }>(
      'private/get_account_summary',
      { currency: 'USDC', extended: true },
    );
    expect(simulated.initial_margin).toBeGreaterThan(now.initial_margin);
    expect(simulated.available_funds).toBeLessThan(now.available_funds);
    const margins = { instrument_name, amount: 1, price: 1_000 };
    const needed = await rpc.call<{ buy: number; sell: number }>('private/get_margins', margins);
    expect(needed.sell).toBeGreaterThan(needed.buy);
    const channels = [
      'user.changes.any.any.raw',
      'user.portfolio.usdc',
      'user.orders.any.any.100ms',
    ];
    expect(await rpc.call('private/subscribe', { channels })).toEqual(channels);
    const price = 50;
    const { order } = await rpc.call<Placed>('private/buy', {
      instrument_name,
      amount: 0.1,
      price,
    });
    const of = (channel: string) =>
      eventually(channel, () => Promise.resolve(rpc.told.get(channel)?.at(-1)));
    expect(await of(channels[2]!)).toMatchObject([{ order_id: order.order_id, price }]);
    expect(await of(channels[0]!)).toMatchObject({ instrument_name, trades: [] });
    expect(await of(channels[1]!)).toMatchObject({ currency: 'USDC' });
    await rpc.call('private/cancel', { order_id: order.order_id });
    rpc.close();
  },
  LIMIT_MS,
);

test(
  'answers have the fields that Deribit’s documents say',
  async () => {
    const rpc = await gateway.authorized();
    const { instrument_name, ask_price: ask } = await quoted(rpc);
    const taking = { instrument_name, amount: 0.1, price: Math.ceil(ask! * 1.1), label: 'taken' };
    const found: string[] = [];
    const judge = (method: string, answer: unknown) => {
      const shape = deribit.methods[method]!.result;
      found.push(...misfits(shape, answer, method));
    };
    judge('private/buy', await rpc.call('private/buy', taking));
    const terms = { instrument_name, amount: 0.1, price: 50, label: 'shape' };
    const { order } = await rpc.call<Placed>('private/buy', terms);
    const { order_id } = order;
    judge('private/edit', await rpc.call('private/edit', { order_id, amount: 0.2, price: 51 }));
    for (const [method, params] of Object.entries(deribitCalls(instrument_name, order_id))) {
      judge(method, await rpc.call(method, params));
    }
    judge('private/cancel', await rpc.call('private/cancel', { order_id }));
    expect(found).toEqual([]);
    rpc.close();
  },
  LIMIT_MS,
);
