import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { Orders } from './account/orders.ts';
import { fillGaps, History } from './history.ts';
import { MAX_CANDLES } from './market/chart.ts';
import { orderMethods } from './methods/orderMethods.ts';
import { settlementMethods } from './methods/settlementMethods.ts';
import { Params } from './rpc/params.ts';
import type { Services } from './services.ts';

const SERIES = 'BTC-27DEC26-100000-C';
const LIMIT = 1_000;

let server: Server;
let history: History;
/** Of fills and orders, oldest first; how many pages were asked for. */
let rows: { fills: object[]; orders: object[] };
let pages = 0;

const count = (length: number, of: (id: number) => object) =>
  Array.from({ length }, (_, i) => of(i + 1));

const fill = (id: number) => ({
  ...{ tradeId: String(id), orderId: String(id), role: 'taker', side: 'buy', series: SERIES },
  ...{ counterparty: 'bob', feeUusd: '0', height: '1', timeMs: id, priceUusd: '1000000' },
  quantity: '10000',
});
const order = (id: number) => ({
  ...{ orderId: String(id), series: SERIES, side: 'buy', priceUusd: '1000000', quantity: '1' },
  ...{ filled: id % 2 === 0 ? '1' : '0', filledUusd: '1', status: 'cancelled', reason: null },
  ...{ clientOrderId: '', reduceOnly: false, timeInForce: 'gtc', volBp: null },
  ...{ placedHeight: '1', placedMs: id, changedMs: id },
});

/** Pages as docs/guides/history.md has them: newest first, `next` where there is more. */
function pageOf(url: URL): object {
  pages++;
  const name = url.pathname.split('/').at(-1) as 'fills' | 'orders';
  const until = url.searchParams.get('cursor');
  const [from, to] = ['from', 'to'].map((key) => url.searchParams.get(key));
  for (const time of [from, to]) expect(time ?? '').toMatch(/^\d{0,14}$/);
  const key = name === 'fills' ? 'timeMs' : 'placedMs';
  const all = (rows[name] as Record<string, number>[])
    .filter((row) => row[key]! >= Number(from ?? 0) && row[key]! < Number(to ?? Infinity))
    .toReversed();
  const begin = until === null ? 0 : all.findIndex((row) => row[key]! < Number(until));
  const page = begin < 0 ? [] : all.slice(begin, begin + LIMIT);
  const isMore = begin >= 0 && all.length > begin + LIMIT;
  return { [name]: page, next: isMore ? String(page.at(-1)![key]) : null };
}

beforeEach(async () => {
  pages = 0;
  server = createServer((request, response) => {
    response.end(JSON.stringify(pageOf(new URL(request.url!, 'http://here'))));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  history = new History(`http://127.0.0.1:${port}`, 'alice', 0, () => undefined);
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function ask<T>(method: string, params: object): Promise<T> {
  const services = {
    ...{ history, account: { fills: [], fillsOf: () => [], orders: new Orders() } },
    ...{ trading: { labelOf: () => '' }, market: { underlyings: ['BTC'], tickOf: () => 0 } },
  } as unknown as Services;
  const caller = { connection: null, isAuthorized: true, onWritten: () => undefined };
  const asked = new Params({ currency: 'BTC', ...params });
  return (await orderMethods[`private/${method}`]!.run(services, asked, caller)) as T;
}

interface Trades {
  readonly trades: readonly { readonly trade_id: string }[];
  readonly has_more: boolean;
}
const idsOf = ({ trades }: Trades) => trades.map(({ trade_id }) => Number(trade_id));

test('trades of more than a page: the first after a beginning, and all', async () => {
  rows = { fills: count(3_500, fill), orders: [] };
  const span = { start_timestamp: 11, end_timestamp: 3_400, count: 1_000 };
  const first = await ask<Trades>('get_user_trades_by_currency_and_time', span);
  expect(idsOf(first)).toEqual(Array.from({ length: 1_000 }, (_, i) => i + 11));
  expect(first.has_more).toBe(true);
  let [start, seen] = [11, 0];
  for (let isMore = true; isMore;) {
    const asked = { ...span, start_timestamp: start };
    const page = await ask<Trades>('get_user_trades_by_currency_and_time', asked);
    seen += page.trades.length;
    start = idsOf(page).at(-1)! + 1;
    isMore = page.has_more;
  }
  expect(seen).toBe(3_390);
});

test('of the newest ones no more is asked for than is needed', async () => {
  rows = { fills: count(3_500, fill), orders: [] };
  const newest = await ask<Trades>('get_user_trades_by_currency', { count: 2 });
  expect([idsOf(newest), newest.has_more, pages]).toEqual([[3_500, 3_499], true, 1]);
  const older = await ask<Trades>('get_user_trades_by_currency', { count: 3, end_id: 1_200 });
  expect([idsOf(older), pages]).toEqual([[1_200, 1_199, 1_198], 4]);
});

test('what is too much to read is refused, not cut off', async () => {
  const many = count(LIMIT, fill);
  rows = { fills: many, orders: [] };
  const isNever = () => false;
  expect(await history.fills({}, isNever)).toHaveLength(LIMIT);
  server.removeAllListeners('request');
  server.on('request', (_request, response) => {
    pages++;
    response.end(JSON.stringify({ fills: [fill(1)], next: '1' }));
  });
  await expect(history.fills({})).rejects.toMatchObject({ code: 11049 });
  expect(pages).toBe(101);
});

test('orders of more than a page, within times, filled ones unless others are wanted', async () => {
  rows = { fills: [], orders: count(2_500, order) };
  const of = async (params: object) => {
    const list = await ask<{ order_id: string }[]>('get_order_history_by_currency', params);
    return list.map(({ order_id }) => Number(order_id));
  };
  expect(await of({ count: 2 })).toEqual([2_500, 2_498]);
  expect(await of({ count: 2, offset: 1_100 })).toEqual([300, 298]);
  expect(await of({ count: 2, include_unfilled: true })).toEqual([2_500, 2_499]);
  const times = { start_timestamp: 5, end_timestamp: 8 };
  expect(await of({ ...times, count: 9, include_unfilled: true })).toEqual([8, 7, 6, 5]);
  // Times beyond all others are no reason for it not to answer.
  const late = { end_timestamp: 9e14, count: 1 };
  expect(await of(late)).toEqual([2_500]);
  expect(await of({ ...late, start_timestamp: 9e14 })).toEqual([]);
});

interface Continued {
  readonly orders: readonly { readonly order_id: string }[];
  readonly continuation: string;
}

test('orders go on where the answer before ended, each once', async () => {
  rows = { fills: [], orders: count(2_100, order) };
  const seen: number[] = [];
  let continuation: string | undefined;
  for (let i = 0; i < 9 && continuation !== 'none'; i++) {
    const asked = { count: 500, include_unfilled: true, with_continuation: true, continuation };
    const answer: Continued = await ask('get_order_history_by_currency', asked);
    seen.push(...answer.orders.map(({ order_id }) => Number(order_id)));
    ({ continuation } = answer);
  }
  expect(seen).toEqual(Array.from({ length: 2_100 }, (_, i) => 2_100 - i));
  const list = { continuation: '3', include_unfilled: true };
  expect(await ask('get_order_history_by_currency', list)).toMatchObject([
    { order_id: '2' },
    { order_id: '1' },
  ]);
  await expect(
    ask('get_order_history_by_currency', { continuation: 'none', with_continuation: true }),
  ).rejects.toMatchObject({ code: -32602 });
});

test('candles of the volatility index are in percent, as far as the span goes', async () => {
  server.removeAllListeners('request');
  const asked: string[] = [];
  const ppm = { openPpm: '520000', highPpm: '531250', lowPpm: '510000', closePpm: '525000' };
  server.on('request', (request, response) => {
    asked.push(request.url!);
    response.end(JSON.stringify({ candles: [{ timeMs: '60000', ...ppm }] }));
  });
  const span = { fromMs: 60_000, toMs: 119_999 };
  expect(await history.volCandles('BTC', '1m', span, 1_001)).toEqual([
    [60_000, 52, 53.125, 51, 52.5],
  ]);
  const query = 'kind=vol-index&resolution=1m&limit=1001&from=60000&to=120000';
  expect(asked).toEqual([`/tenor/v1/history/candles/BTC?${query}`]);
  expect(await history.volCandles('BTC', '1m', { fromMs: 2, toMs: 1 }, 9)).toEqual([]);
  expect(asked).toHaveLength(1);
});

test('settlements go on where the answer before ended, two of one block, too', async () => {
  const settlements = ['ETH', 'BTC'].flatMap((underlying) =>
    [27, 28, 29].map((day) => ({
      ...{ underlying, expiry: `${day}DEC26`, settlement_uusd: '1', payout_uusd: '2' },
      timeMs: day,
    })),
  );
  const services = {
    history: null,
    account: { settlements },
    market: { underlyings: ['BTC', 'ETH'] },
  };
  const method = settlementMethods['private/get_settlement_history_by_currency']!;
  const caller = { connection: null, isAuthorized: true, onWritten: () => undefined };
  const seen: string[] = [];
  let continuation: string | undefined;
  for (let i = 0; i < 9 && continuation !== 'none'; i++) {
    const asked = new Params({ currency: 'USDC', count: 1, continuation });
    const answer = (await method.run(services as unknown as Services, asked, caller)) as {
      settlements: { instrument_name: string }[];
      continuation: string;
    };
    seen.push(...answer.settlements.map((one) => one.instrument_name));
    ({ continuation } = answer);
  }
  const names = [29, 28, 27].flatMap((day) => [`BTC_USDC-${day}DEC26`, `ETH_USDC-${day}DEC26`]);
  expect(seen).toEqual(names);
});

const MINUTE_MS = 60_000;
const candle = (tick: number, close: number) => ({
  ...{ tick, open: 1, high: 9, low: 1, close, volume: 2, cost: 3 },
});
const quiet = (tick: number, close: number) => ({
  ...{ tick, open: close, high: close, low: close, close, volume: 0, cost: 0 },
});

test('where nothing traded the last price goes on, for as long as candles are shown', () => {
  const at = (minutes: number) => minutes * MINUTE_MS;
  expect(fillGaps([candle(at(5), 4), candle(at(8), 6)], 1, at(9) + 7)).toEqual([
    ...[candle(at(5), 4), quiet(at(6), 4), quiet(at(7), 4), candle(at(8), 6), quiet(at(9), 6)],
  ]);
  expect(fillGaps([], 1, at(9))).toEqual([]);
  // Two hundred years between two of them are no walk of a hundred million minutes.
  const later = at(105_000_000);
  const long = fillGaps([candle(0, 4), candle(later, 6)], 1, later);
  expect(long).toHaveLength(MAX_CANDLES);
  expect([long[0]!.close, long.at(-1)]).toEqual([4, candle(later, 6)]);
  for (const tick of [NaN, Infinity, 8.64e15]) {
    expect(fillGaps([candle(tick, 4)], 1, at(9))).toEqual([]);
  }
});

test('orders that ended since the start are asked for by the same times', async () => {
  const orders = new Orders();
  const terms = { symbol: SERIES, isBuy: true, priceUusd: 1n, quantity: 1n, filled: 1n };
  for (const id of [1, 2, 3]) {
    orders.add({ ...terms, id: String(id), state: 'filled' }, { timeMs: id * 1_000, height: id });
  }
  const services = {
    ...{ history: null, account: { orders }, trading: { labelOf: () => '' } },
    market: { underlyings: ['BTC'] },
  } as unknown as Services;
  const asked = new Params({ currency: 'BTC', start_timestamp: 2_000, end_timestamp: 2_999 });
  const caller = { connection: null, isAuthorized: true, onWritten: () => undefined };
  const method = orderMethods['private/get_order_history_by_currency']!;
  expect(await method.run(services, asked, caller)).toMatchObject([{ order_id: '2' }]);
});
