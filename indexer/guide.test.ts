import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { recordTrading } from '../test/harness/recordTrading.ts';
import type { RecordedChain } from '../test/harness/history.ts';
import { UserKey } from '../test/harness/keys.ts';
import type { Database } from './db/database.ts';
import { migrate } from './db/migrate.ts';
import { openDatabase } from './db/openDatabase.ts';
import { catchUpOnce } from './follow.ts';

const path = fileURLToPath(new URL('../docs/guides/history.md', import.meta.url));
const guide = readFileSync(path, 'utf8');

/** The statements of the guide by name, with `:address` as a parameter. */
const questions = new Map(
  [...guide.matchAll(/```sql (\w+)\n([\s\S]*?)```/g)].map(([, name, text]) => [name!, text!]),
);

/** They change tables: a server of PostgreSQL tries them, too. */
const beyond = ['partition_fills', 'retention'];

const alice = new UserKey('alice').address;

let database: Database;
let chain: RecordedChain;

beforeAll(async () => {
  chain = await recordTrading({ seed: 7, blocks: 70, sampleMarks: true });
  database = await openDatabase({ folder: null });
  await migrate(database);
  await catchUpOnce({ database, source: chain, signal: new AbortController().signal });
});

afterAll(() => database.close());

function ask<T>(name: string): Promise<T[]> {
  const text = questions.get(name)!;
  const hasAddress = text.includes(':address');
  return database.query<T>(text.replaceAll(':address', '$1'), hasAddress ? [alice] : []);
}

const sum = (rows: readonly Record<string, string>[], column: string): number =>
  rows.reduce((total, row) => total + Number(row[column]), 0);

const trades = () =>
  chain.recorded
    .flatMap(({ before, txs, after }) => [...before, ...txs.flatMap((tx) => tx.events), ...after])
    .filter(({ type }) => type === 'trade')
    .map(({ attributes }) => attributes);

describe('what the guide asks', () => {
  test('ten questions have answers, and a table is partitioned', async () => {
    expect(questions.size).toBe(10 + beyond.length);
    for (const [name] of questions) {
      if (beyond.includes(name)) continue;
      const rows = await ask(name);
      const mayBeEmpty = ['worst_liquidations', 'expiries_paid'].includes(name);
      if (!mayBeEmpty) expect([name, rows.length]).not.toEqual([name, 0]);
    }
  });

  test('volume and fees are those of the trades that the chain told', async () => {
    const told = trades();
    expect(told.length).toBeGreaterThan(5);
    const volume = await ask<Record<string, string>>('volume_by_series');
    const contracts = told.reduce((all, a) => all + Number(a['quantity']) / 1e4, 0);
    expect(sum(volume, 'contracts')).toBeCloseTo(contracts, 6);
    expect(sum(volume, 'trades')).toBe(told.length);
    const fees = told.reduce(
      (all, a) => all + (Number(a['maker_fee_uusd']) + Number(a['taker_fee_uusd'])) / 1e6,
      0,
    );
    expect(sum(await ask('fees_by_tier'), 'fees')).toBeCloseTo(fees, 5);
    expect(sum(await ask('makers'), 'contracts')).toBeCloseTo(2 * contracts, 6);
  });

  test('a day of what was earned is cash less deposits and what is still open', async () => {
    const [row] = await database.query<Record<string, string>>(
      `select cash_uusd - deposited_uusd + withdrawn_uusd as earned, realised_uusd, fees_uusd,
         (select coalesce(sum(cost_uusd), 0) from positions p
          where p.owner = s.owner and p.subaccount = s.subaccount) as cost
       from subaccounts s where owner = $1`,
      [alice],
    );
    const { earned, realised_uusd: realised, fees_uusd: fees, cost } = row!;
    expect(Number(earned)).toBe(Number(realised) - Number(fees) - Number(cost));
    expect(sum(await ask('pnl_by_day'), 'net')).toBeCloseTo(
      (Number(realised) - Number(fees)) / 1e6,
      5,
    );
  });

  test('every change of cash is in the history of an account', async () => {
    const rows = await database.query<Record<'owner' | 'cash' | 'sum', string>>(
      `select s.owner, s.cash_uusd as cash, sum(h.change_uusd)::bigint as sum
       from subaccounts s join account_history h using (owner, subaccount) group by 1, 2`,
    );
    expect(rows.length).toBeGreaterThan(1);
    for (const { cash, sum: changes } of rows) expect(changes).toBe(cash);
  });

  test('fills may be partitioned by time, and the views are of the new table', async () => {
    await database.script(questions.get('partition_fills')!);
    const [row] = await database.query<{ n: string; seen: string }>(
      `select count(*) as n, (select count(*) from account_history where kind = 'trade') as seen
       from fills_2026`,
    );
    expect(row).toEqual({ n: `${2 * trades().length}`, seen: `${2 * trades().length}` });
  });
});
