import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { deribitCalls } from '../test/e2e/deribitCalls.ts';
import { misfits } from '../test/harness/deribitShape.ts';
import type { Shape } from '../test/harness/deribitShape.ts';
import { TestGateway } from './fixture.ts';
import type { TestPlaced as Placed } from './fixture.ts';

const LIMIT_MS = 240_000;
const vectors = new URL('../test/vectors/gateway/deribit.json', import.meta.url);
const deribit = JSON.parse(readFileSync(fileURLToPath(vectors), 'utf8')) as {
  readonly methods: Readonly<Record<string, { readonly result: Shape }>>;
};
const trader = fileURLToPath(new URL('../test/e2e/ccxt/trade.mjs', import.meta.url));

let here: TestGateway;
let name: string;
let mark: number;

beforeAll(async () => {
  here = await TestGateway.start();
  ({ name, mark } = here);
}, LIMIT_MS);

afterAll(async () => {
  await here.close();
  expect(here.faults()).toEqual([]);
}, LIMIT_MS);

/** Where that document is not what is on the wire: a list of steps; names, unless extended. */
const OTHERWISE = new Set([
  'public/get_instruments[].tick_size_steps: no object',
  'public/get_instrument.tick_size_steps: no object',
  'public/get_index_price_names[]: no object',
]);

test(
  'an unmodified ccxt does its whole list',
  async () => {
    const urls = [
      `http://127.0.0.1:${here.gateway.port}`,
      `ws://127.0.0.1:${here.gateway.port}/ws/api/v2`,
    ];
    const args = [trader, ...urls, here.credentials.clientId, here.credentials.clientSecret];
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
    const rpc = await here.authorized();
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
  'the volatility index is told as it changes, and candles of it are what was told',
  async () => {
    const rpc = await here.authorized();
    const channel = 'deribit_volatility_index.btc_usdc';
    await rpc.call('public/subscribe', { channels: [channel] });
    const { market } = here.chain;
    here.chain.market = { ...market, vol: market.vol + 0.05 };
    const told = () => (rpc.told.get(channel) ?? []) as { volatility: number; timestamp: number }[];
    for (let i = 0; i < 400 && told().length < 2; i++) await sleep(50);
    here.chain.market = market;
    const [first] = told();
    expect(told().length).toBeGreaterThan(1);
    expect(first).toMatchObject({ index_name: 'btc_usdc', timestamp: expect.any(Number) });
    expect(told().at(-1)!.volatility).toBeGreaterThan(first!.volatility);
    const { data } = await rpc.call<{ data: number[][] }>('public/get_volatility_index_data', {
      ...{ currency: 'BTC', resolution: '3600' },
      ...{ start_timestamp: 0, end_timestamp: told().at(-1)!.timestamp },
    });
    const [, , high, low] = data.at(-1)!;
    expect(low).toBeLessThanOrEqual(first!.volatility);
    expect(high).toBeGreaterThan(first!.volatility);
    rpc.close();
  },
  LIMIT_MS,
);

test(
  'a label names one order while it rests, and another once it was cancelled',
  async () => {
    const rpc = await here.authorized();
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
    await here.gateway.close();
    await here.open();
    const later = await here.authorized();
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
    const first = await here.authorized();
    const lost = first.call('private/buy', terms).catch(() => null);
    first.drop();
    expect(await lost).toBeNull();
    const rpc = await here.authorized();
    const both = [rpc.call<Placed>('private/buy', terms), rpc.call<Placed>('private/buy', terms)];
    const [one, other] = await Promise.all(both);
    expect(one!.order.order_id).toBe(other!.order.order_id);
    expect(await rpc.call('private/cancel_all')).toBe(1);
    rpc.close();
  },
  LIMIT_MS,
);

test(
  'quotes go when their connection does, and so do orders of who asked for that',
  async () => {
    const rpc = await here.authorized();
    const group = { index_name: 'btc_usdc', mmp_group: 'bot' };
    const limits = { quantity_limit: 2, max_quote_quantity: 1, delta_limit: 1, vega_limit: 500 };
    const config = { ...group, interval: 1, frozen_time: 5, ...limits };
    expect(await rpc.call('private/set_mmp_config', config)).toMatchObject([config]);
    const mass = { quote_id: '1', mmp_group: 'bot', detailed: true };
    const quotes = [{ instrument_name: name, bid: { price: 70, amount: 0.5 } }];
    const gone = { instrument_name: 'BTC_USDC-1JAN26-1-C', bid: { price: 70, amount: 0.5 } };
    const some = { ...mass, quotes: [gone, ...quotes] };
    expect(await rpc.call('private/mass_quote', some)).toMatchObject({
      errors_count: 1,
      errors: [
        { instrument_name: gone.instrument_name, side: 'bid', error: { message: 'not_found' } },
      ],
      orders: [{ instrument_name: name, direction: 'buy', price: 70, amount: 0.5 }],
    });
    const low = [{ instrument_name: name, ask: { price: 70, amount: 0.5 } }];
    expect(await rpc.call('private/mass_quote', { ...mass, quotes: low })).toMatchObject({
      ...{ errors_count: 1, errors: [{ side: 'ask', error: { message: 'post_only_reject' } }] },
    });
    expect(await rpc.call('private/enable_cancel_on_disconnect')).toBe('ok');
    await rpc.call('private/buy', { instrument_name: name, amount: 0.1, price: 65 });
    rpc.drop();
    const other = await here.authorized();
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
    const rpc = await here.authorized();
    type Name = 'initial_margin' | 'maintenance_margin' | 'available_funds';
    type Margins = Readonly<Record<Name, number>>;
    const positions = { currency: 'USDC', simulated_positions: { [name]: -5 } };
    const simulated = await rpc.call<Margins>('private/simulate_portfolio', positions);
    const now = await rpc.call<Margins>('private/get_account_summary', { currency: 'USDC' });
    expect(simulated.initial_margin).toBeGreaterThan(now.initial_margin);
    expect(simulated.available_funds).toBeLessThan(now.available_funds);
    const asked = { instrument_name: name, amount: 1, price: Math.round(mark) };
    const needed = await rpc.call<{ buy: number; sell: number }>('private/get_margins', asked);
    expect(needed.sell).toBeGreaterThan(needed.buy);
    // A position's share of the margins: of a short one all that the account needs for it.
    const sold = { instrument_name: name, amount: 0.5, type: 'market' };
    await rpc.call('private/close_position', sold).catch(() => null);
    await rpc.call('private/sell', sold);
    const account = await rpc.call<Margins>('private/get_account_summary', { currency: 'USDC' });
    const [short] = await rpc.call<Margins[]>('private/get_positions', { currency: 'BTC' });
    expect(account.initial_margin).toBeGreaterThan(0);
    expect(short).toMatchObject({ size: -0.5, settlement_price: 0, open_orders_margin: 0 });
    const ratio = short!.initial_margin / account.initial_margin;
    expect(ratio).toBeGreaterThan(0.95);
    expect(ratio).toBeLessThan(1.05);
    expect(short!.maintenance_margin).toBeLessThanOrEqual(short!.initial_margin);
    await rpc.call('private/close_position', sold);
    expect(await rpc.call('private/get_position', { instrument_name: name })).toMatchObject({
      ...{ size: 0, initial_margin: 0, maintenance_margin: 0 },
    });
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
