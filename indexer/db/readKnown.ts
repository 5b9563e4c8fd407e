import { Ledger } from '../apply/ledger.ts';
import type {
  LiquidationRow,
  OrderRow,
  PositionRow,
  SeriesRow,
  SubaccountRow,
} from '../apply/rows.ts';
import type { Sql } from './database.ts';

type Found = Record<string, unknown>;

/** As rows are in memory: amounts as bigint, heights as numbers, times as text. */
function rowOf(found: Found): Found {
  const row: Found = {};
  for (const [key, value] of Object.entries(found)) {
    if (value instanceof Date) row[key] = value.toISOString();
    else if (typeof value === 'string' && isHeight(key)) row[key] = Number(value);
    else if (typeof value === 'string' && isAmount(key)) row[key] = BigInt(value);
    else row[key] = value;
  }
  return row;
}

const isHeight = (key: string): boolean => /(^|_)height$/.test(key);
const isAmount = (key: string): boolean =>
  /_uusd$|_id$/.test(key) && key !== 'client_order_id'
    ? true
    : ['subaccount', 'quantity', 'filled', 'steps'].includes(key);

async function all<T>(sql: Sql, text: string): Promise<T[]> {
  return (await sql.query<Found>(text)).map((found) => rowOf(found) as T);
}

/** Listed, and not expired long ago: nothing happens to a series after its expiry. */
const LISTED = `
  select distinct on (series) * from series
  where removed_height is null
    and expiry > coalesce((select time from progress), '-infinity') - interval '1 day'
  order by series, listed_height desc`;

/** What the next blocks change, as the database has it. */
export async function readLedger(sql: Sql): Promise<Ledger> {
  const [last] = await sql.query<{ time: Date | null }>(
    'select max(time) as time from mark_samples',
  );
  return new Ledger({
    subaccounts: await all<SubaccountRow>(sql, 'select * from subaccounts'),
    positions: await all<PositionRow>(sql, 'select * from positions'),
    orders: await all<OrderRow>(sql, `select * from orders where status = 'open'`),
    liquidations: await all<LiquidationRow>(
      sql,
      'select * from liquidations where released_height is null',
    ),
    series: await all<SeriesRow>(sql, LISTED),
    sampledMs: last?.time?.getTime() ?? null,
  });
}
