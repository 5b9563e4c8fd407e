import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { RecordedChain } from '../../test/harness/history.ts';
import { recordTrading } from '../../test/harness/recordTrading.ts';
import { UserKey } from '../../test/harness/keys.ts';
import type { Database } from '../db/database.ts';
import { migrate } from '../db/migrate.ts';
import { openDatabase } from '../db/openDatabase.ts';
import { catchUpOnce } from '../follow.ts';
import { ServeWatch } from '../watch.ts';
import { startServer } from './server.ts';
import type { HistoryServer } from './server.ts';

const alice = new UserKey('alice').address;

let database: Database;
let server: HistoryServer;
let chain: RecordedChain;
const errors: Error[] = [];

beforeAll(async () => {
  chain = await recordTrading({ seed: 3, blocks: 70, sampleMarks: true });
  database = await openDatabase({ folder: null });
  await migrate(database);
  await catchUpOnce({ database, source: chain, signal: new AbortController().signal });
  const onError = (error: Error) => errors.push(error);
  const watch = new ServeWatch(database);
  server = await startServer({ listen: '127.0.0.1:0', database, watch, onError });
});

afterAll(async () => {
  await server.close();
  await database.close();
});

interface Answer {
  readonly status: number;
  readonly body: Record<string, unknown>;
}

async function get(path: string): Promise<Answer> {
  const answer = await fetch(`${server.url}/tenor/v1/history${path}`);
  return { status: answer.status, body: (await answer.json()) as Answer['body'] };
}

type Rows = Record<string, string>[];
const rowsOf = async (path: string, name: string) => (await get(path)).body[name] as Rows;
const own = (list: string): string => `/accounts/${alice}/0${list}`;

describe('the history over HTTP', () => {
  test('says how far it goes', async () => {
    const { height } = chain.recorded.at(-1)!;
    expect(await get('/status')).toMatchObject({ status: 200, body: { height: String(height) } });
  });

  test('pages through fills without a gap or a repetition', async () => {
    const all = await rowsOf(own('/fills'), 'fills');
    expect(all.length).toBeGreaterThan(3);
    const seen: Rows = [];
    for (let cursor = ''; ;) {
      const path = own(`/fills?limit=2${cursor === '' ? '' : `&cursor=${cursor}`}`);
      const { body } = await get(path);
      seen.push(...(body['fills'] as Rows));
      if (body['next'] === null) break;
      cursor = body['next'] as string;
    }
    expect(seen).toEqual(all);
  });

  test('has candles of every length that add up to what was traded', async () => {
    const trades = await rowsOf('/trades?limit=1000', 'trades');
    const { series } = trades[0]!;
    const own = trades.filter((trade) => trade['series'] === series);
    const quantity = own.reduce((sum, trade) => sum + Number(trade['quantity']), 0);
    for (const resolution of ['1s', '5s', '1m', '15m', '1h', '4h', '1d']) {
      const candles = await rowsOf(`/candles/${series!}?resolution=${resolution}`, 'candles');
      expect(candles.reduce((sum, candle) => sum + Number(candle['quantity']), 0)).toBe(quantity);
      expect(candles.at(-1)!['closeUusd']).toBe(own[0]!['priceUusd']);
      expect(candles[0]!['openUusd']).toBe(own.at(-1)!['priceUusd']);
    }
  });

  test('has candles of an index from its single changes and from what is kept', async () => {
    const changes = await database.query<{ index: string }>(
      `select index_uusd as index from index_prices where underlying = 'BTC' order by height`,
    );
    for (const resolution of ['1s', '1m', '1d']) {
      const path = `/candles/BTC?kind=index&resolution=${resolution}&limit=5000`;
      const candles = await rowsOf(path, 'candles');
      expect(candles[0]!['openUusd']).toBe(changes[0]!.index);
      expect(candles.at(-1)!['closeUusd']).toBe(changes.at(-1)!.index);
    }
  });

  test('has candles of marks, those of what has not ended included', async () => {
    const last = chain.recorded.at(-1)!.marks![0]!;
    for (const resolution of ['1s', '5s', '1m', '5m', '1h', '1d']) {
      const path = `/candles/${last.names[0]!}?kind=mark&resolution=${resolution}&limit=5000`;
      const candles = await rowsOf(path, 'candles');
      expect([resolution, candles.at(-1)!['closeUusd']]).toEqual([
        resolution,
        last.marksUusd[0]!.toString(),
      ]);
      const sampled = chain.recorded.flatMap(({ marks, timeMs }) => {
        const at = marks?.[0]?.names.indexOf(last.names[0]!) ?? -1;
        return at === -1 ? [] : [[timeMs, marks![0]!.marksUusd[at]!] as const];
      });
      const highest = sampled.reduce((most, [, mark]) => (mark > most ? mark : most), 0n);
      const tops = candles.map((candle) => BigInt(candle['highUusd']!));
      expect(tops.reduce((most, top) => (top > most ? top : most), 0n)).toBe(highest);
    }
  });

  test('has candles of a volatility index, in millionths a year', async () => {
    const sampled = chain.recorded.flatMap(({ marks }) => marks?.[0]?.volIndexPpm ?? []);
    expect(sampled.length).toBeGreaterThan(10);
    for (const resolution of ['1s', '15s', '1m', '1d']) {
      const path = `/candles/BTC?kind=vol-index&resolution=${resolution}&limit=5000`;
      const candles = await rowsOf(path, 'candles');
      expect(candles[0]!['openPpm']).toBe(String(sampled[0]));
      expect(candles.at(-1)!['closePpm']).toBe(String(sampled.at(-1)));
      const tops = candles.map((candle) => Number(candle['highPpm']));
      expect(Math.max(...tops)).toBe(Math.max(...sampled));
    }
  });

  test('has a curve of equity whose last point is cash and what is held at its marks', async () => {
    const points = await rowsOf(own('/equity?by=minute'), 'equity');
    expect(points.length).toBeGreaterThan(0);
    for (const point of points) {
      const gain = BigInt(point['equityUusd']!) - BigInt(point['netDepositsUusd']!);
      expect(point['gainUusd']).toBe(gain.toString());
    }
  });

  test('finds an order by its id and by the client’s', async () => {
    const orders = await rowsOf(own('/orders'), 'orders');
    const named = orders.find((order) => Boolean(order['clientOrderId']))!;
    const { orderId, clientOrderId } = named;
    expect(await rowsOf(own(`/orders?orderId=${orderId!}`), 'orders')).toEqual([named]);
    const byClient = await rowsOf(own(`/orders?clientOrderId=${clientOrderId!}`), 'orders');
    expect(byClient).toContainEqual(named);
  });

  test.each([
    [own('?'), 200],
    ['/accounts/nobody/0', 404],
    [own('/fills?limit=1001'), 400],
    [own('/fills?limit=-1'), 400],
    [own('/fills?cursor=1'), 400],
    [own('/fills?cursor=999999999999999999-1'), 400],
    [own('/fills?from=yesterday'), 400],
    [own('/pnl?from=2026-11-30&to=2026-11-29'), 400],
    [own('/orders?from=5&to=5'), 400],
    [own('/equity?from=5&to=4'), 400],
    [own('/fills?from=1&to=0'), 400],
    ['/candles/BTC?kind=index&from=9&to=8', 400],
    ['/settlements?from=2027-01-01&to=2026-01-01', 400],
    [own('/pnl?by=week'), 400],
    [own('/pnl?by=day;drop%20table%20fills'), 400],
    ['/accounts/x/4294967296', 400],
    ['/candles/BTC?kind=index&resolution=7s', 400],
    ['/candles/BTC?kind=index&resolution=constructor', 400],
    ['/candles/%00?kind=index', 400],
    ['/series/BTC-1JAN26-1-C', 404],
    ['/nothing', 404],
    [`/trades?series=${'X'.repeat(5_000)}`, 200],
    ['/trades?series=A&series=B', 400],
    ["/trades?series='%20or%201=1%20--", 200],
  ])('answers %s with %d', async (path, status) => {
    const answer = await get(path);
    expect(answer.status).toBe(status);
    if (status !== 200) expect(typeof answer.body['error']).toBe('string');
  });

  test('whatever is asked, it answers with its own errors and its tables stay', async () => {
    const value = fc.string({ unit: 'binary', maxLength: 40 });
    const names = ['series', 'underlying', 'from', 'to', 'cursor', 'limit', 'kind', 'orderId'];
    const query = fc.dictionary(fc.constantFrom(...names), value, { maxKeys: 4 });
    const list = fc.constantFrom(
      '/trades',
      own('/fills'),
      own('/orders'),
      '/candles/BTC',
      '/oracle',
    );
    await fc.assert(
      fc.asyncProperty(list, query, async (path, given) => {
        const text = new URLSearchParams(given).toString();
        expect([200, 400, 404]).toContain((await get(`${path}?${text}`)).status);
      }),
      { numRuns: 60 },
    );
    expect(errors).toEqual([]);
    const [row] = await database.query<{ n: string }>('select count(*) as n from trades');
    expect(Number(row!.n)).toBeGreaterThan(0);
  });
});
