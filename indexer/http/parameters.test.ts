import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Database } from '../db/database.ts';
import { migrate } from '../db/migrate.ts';
import { openDatabase } from '../db/openDatabase.ts';
import { ServeWatch } from '../watch.ts';
import { startServer } from './server.ts';
import type { HistoryServer } from './server.ts';

const path = fileURLToPath(new URL('../../docs/guides/history.md', import.meta.url));
const guide = readFileSync(path, 'utf8');

/** Paths of the guide's table with the parameters that it names. */
const documented = [...guide.matchAll(/^\| `(\/[^`]+)` +\| ([^|]*)\|/gm)].map(
  ([, route, query]) =>
    [route!, [...query!.matchAll(/`(\w+)`/g)].map(([, name]) => name!)] as const,
);
const cases = documented.flatMap(([route, names]) => names.map((name) => [route, name] as const));

const START_MS = Date.UTC(2026, 10, 23);
const HOUR_MS = 3_600_000;
const at = (n: number): string => new Date(START_MS + n * HOUR_MS * 30).toISOString();
const SERIES = ['BTC-27DEC26-100000-C', 'ETH-27DEC26-4000-C', 'SOL-27DEC26-100-C'];
const UNDERLYING = ['BTC', 'ETH', 'SOL'];

let database: Database;
let server: HistoryServer;

interface Column {
  readonly name: string;
  readonly type: string;
}

/** What a column holds in the n-th row of its table, unless the test says otherwise. */
const NUMBER = (n: number): number => n + 1;
const VALUES: Readonly<Record<string, (n: number) => unknown>> = {
  ...{ bigint: NUMBER, integer: NUMBER, text: (n: number) => `text${n}`, boolean: () => true },
  ...{ 'timestamp with time zone': at, jsonb: () => ({}), ARRAY: () => [] },
};

async function fill(table: string, of: (n: number) => object): Promise<void> {
  const columns = await database.query<Column>(
    `select column_name as name, data_type as type from information_schema.columns
     where table_name = $1`,
    [table],
  );
  const rows = [0, 1, 2].map((n) => ({
    ...Object.fromEntries(columns.map(({ name, type }) => [name, VALUES[type]!(n)])),
    ...of(n),
  }));
  const given = `json_populate_recordset(null::${table}, $1::json)`;
  await database.query(`insert into ${table} select * from ${given}`, [JSON.stringify(rows)]);
}

const OWN = { owner: 'alice', subaccount: 0 };
const market = (n: number) => ({ series: SERIES[n], underlying: UNDERLYING[n] });

beforeAll(async () => {
  database = await openDatabase({ folder: null });
  await migrate(database);
  await fill('trades', market);
  // Of one event: several positions of an account, and its cash.
  const ofOne = (n: number) => ({ ...OWN, height: 9, idx: 9, kind: 'takeover', part: n });
  await fill('fills', (n) => ({ ...OWN, ...market(n) }));
  await fill('fills', (n) => ({ ...ofOne(n), ...market(n) }));
  await fill('orders', (n) => ({ ...OWN, ...market(n), status: ['open', 'filled', 'x'][n] }));
  await fill('expiries', market);
  await fill('liquidations', (n) => ({ ...OWN, owner: ['alice', 'bob', 'bob'][n] }));
  await fill('liquidation_events', () => ({ subaccount_id: 7 }));
  await fill('oracle_reports', () => ({}));
  await fill('transfers', (n) => ({ ...OWN, idx: n + 10 }));
  await fill('transfers', (n) => ofOne(n + 3));
  await fill('settlements', (n) => ({ ...OWN, idx: n + 20, underlying: UNDERLYING[n] }));
  await fill('equity', () => OWN);
  for (const kind of ['trade', 'index']) {
    for (const seconds of [60, 86_400]) {
      for (const series_id of [0, 2]) {
        const of = { kind, name: 'BTC', seconds, series_id, trades: series_id + 1 };
        await fill('candles', (n) => ({ ...of, start: at(n) }));
      }
    }
  }
  const watch = new ServeWatch(database);
  const onError = (error: Error): never => {
    throw error;
  };
  server = await startServer({ listen: '127.0.0.1:0', database, watch, onError });
});

afterAll(async () => {
  await server.close();
  await database.close();
});

async function ask(route: string, query: string): Promise<{ status: number; text: string }> {
  const named = route
    .replace('{address}', 'alice')
    .replace('{subaccount}', '0')
    .replace('{id}', '7')
    .replace('{series or underlying}', 'BTC');
  const answer = await fetch(`${server.url}/tenor/v1/history${named}?${query}`);
  return { status: answer.status, text: await answer.text() };
}

/** A value of which each list has something, and not all. */
const GIVEN: Readonly<Record<string, string>> = {
  ...{ from: at(1), to: at(2), limit: '1', series: SERIES[1]!, underlying: 'ETH' },
  ...{ address: 'bob', validator: 'text1', feed: 'text1', orderId: '2', clientOrderId: 'text1' },
  ...{ status: 'filled', resolution: '1d', by: 'hour', kind: 'text1' },
  ...{ '/candles/{series or underlying} kind': 'index', seriesId: '2' },
};

test('the table of the guide has every route and its parameters', () => {
  expect(documented).toHaveLength(16);
  expect(cases.length).toBeGreaterThan(60);
});

test.each(cases)('%s: %s has an effect', async (route, name) => {
  const all = await ask(route, '');
  expect(all.status).toBe(200);
  let value = GIVEN[`${route} ${name}`] ?? GIVEN[name];
  if (name === 'cursor') {
    const { next } = JSON.parse((await ask(route, 'limit=1')).text) as { next: string };
    value = next;
  }
  const some = await ask(route, new URLSearchParams({ [name]: value! }).toString());
  expect(some.status).toBe(200);
  expect(some.text).not.toBe(all.text);
  // Nothing at all is not what was asked for, either.
  if (name !== 'kind') expect(some.text).not.toMatch(/"\w+":\[\]/);
});

test.each(documented.filter(([, names]) => names.includes('cursor')))(
  '%s: its pages have every row once, in order',
  async (route) => {
    const rowsOf = (text: string): [unknown[], string | null] => {
      const { next, ...list } = JSON.parse(text) as Record<string, unknown>;
      return [Object.values(list)[0] as unknown[], next as string | null];
    };
    const [all] = rowsOf((await ask(route, '')).text);
    expect(all.length).toBeGreaterThan(2);
    const seen: unknown[] = [];
    let cursor: string | null = '';
    for (let pages = 0; cursor !== null && pages < 20; pages++) {
      const [rows, next] = rowsOf((await ask(route, `limit=1&cursor=${cursor}`)).text);
      seen.push(...rows);
      cursor = next;
    }
    expect(seen).toEqual(all);
    expect((await ask(route, 'cursor=nothing')).status).toBe(400);
  },
);
