import type { Changes } from '../apply/ledger.ts';
import type { Sql } from './database.ts';
import { rollUpMarks } from './rollUpMarks.ts';
import { rowsAsJson } from './rowsAsJson.ts';

/** Rows of a table as a relation, from the JSON that is the statement's only parameter. */
const given = (table: string): string => `json_populate_recordset(null::${table}, $1::json)`;

const list = (columns: readonly string[], prefix = ''): string =>
  columns.map((column) => `${prefix}${column}`).join(', ');

async function insert(sql: Sql, table: string, rows: readonly object[]): Promise<void> {
  if (rows.length === 0) return;
  const columns = list(Object.keys(rows[0]!));
  await sql.query(`insert into ${table} (${columns}) select ${columns} from ${given(table)}`, [
    rowsAsJson(rows),
  ]);
}

/** What of a row never changes is not among `columns`. */
async function update(
  sql: Sql,
  table: string,
  key: readonly string[],
  columns: readonly string[],
  rows: readonly object[],
): Promise<void> {
  if (rows.length === 0) return;
  const same = key.map((column) => `t.${column} = d.${column}`).join(' and ');
  const text = `update ${table} t set (${list(columns)}) = row(${list(columns, 'd.')})`;
  await sql.query(`${text} from ${given(table)} d where ${same}`, [rowsAsJson(rows)]);
}

async function upsert(
  sql: Sql,
  table: string,
  key: readonly string[],
  rows: readonly object[],
): Promise<void> {
  if (rows.length === 0) return;
  const columns = Object.keys(rows[0]!);
  const others = columns.filter((column) => !key.includes(column));
  const set = `(${list(others)}) = row(${list(others, 'excluded.')})`;
  const conflict = `on conflict (${list(key)}) do update set ${set}`;
  const [all, from] = [list(columns), given(table)];
  const text = `insert into ${table} (${all}) select ${all} from ${from} ${conflict}`;
  await sql.query(text, [rowsAsJson(rows)]);
}

const CHANGING_OF_ORDERS = [
  ...['price_uusd', 'quantity', 'filled', 'filled_uusd', 'fee_uusd', 'status', 'reason'],
  ...['time_in_force', 'reduce_only', 'vol_bp', 'bound_uusd', 'changed_height', 'changed_at'],
];
const CHANGING_OF_SERIES = ['series_id', 'removed_height', 'removed_at'];
const CHANGING_OF_LIQUIDATIONS = [
  ...['steps', 'released_height', 'released_at'],
  ...['paid_uusd', 'fee_uusd', 'fund_uusd', 'shared_uusd'],
];
const POSITION = ['owner', 'subaccount', 'series'];

async function writePositions(sql: Sql, { positions }: Changes): Promise<void> {
  const [held, gone] = [[...positions].filter(isHeld), [...positions].filter((p) => !isHeld(p))];
  if (gone.length > 0) {
    const same = POSITION.map((column) => `t.${column} = d.${column}`).join(' and ');
    await sql.query(`delete from positions t using ${given('positions')} d where ${same}`, [
      rowsAsJson(gone),
    ]);
  }
  await upsert(sql, 'positions', POSITION, held);
}

const isHeld = ({ quantity }: { readonly quantity: bigint }): boolean => quantity !== 0n;

/** Adds what happened in these blocks to the candles that are there. */
async function writeCandles(sql: Sql, { candles }: Changes): Promise<void> {
  const rows = candles.rows();
  if (rows.length === 0) return;
  const columns = list(Object.keys(rows[0]!));
  await sql.query(
    `insert into candles as c (${columns}) select ${columns} from ${given('candles')}
     on conflict (kind, name, series_id, seconds, start) do update set
       high = greatest(c.high, excluded.high), low = least(c.low, excluded.low),
       close = excluded.close, quantity = c.quantity + excluded.quantity,
       premium_uusd = c.premium_uusd + excluded.premium_uusd, trades = c.trades + excluded.trades`,
    [rowsAsJson(rows)],
  );
}

/** An expiry is priced, and settled later: what the first told stays. */
async function writeExpiries(sql: Sql, { expiries }: Changes): Promise<void> {
  for (const expiry of expiries) {
    const columns = list(Object.keys(expiry));
    await sql.query(
      `insert into expiries (${columns}) select ${columns} from ${given('expiries')}
       on conflict (underlying, expiry) do update set
         paid_out_uusd = excluded.paid_out_uusd, settled_height = excluded.settled_height,
         settled_at = excluded.settled_at`,
      [rowsAsJson([expiry])],
    );
  }
}

/** Writes what blocks changed; the caller's transaction holds it together with the cursor. */
export async function writeChanges(sql: Sql, changes: Changes): Promise<void> {
  for (const [table, rows] of changes.logs) await insert(sql, table, rows);
  await insert(sql, 'series', [...changes.newSeries]);
  await update(sql, 'series', ['series', 'listed_height'], CHANGING_OF_SERIES, [...changes.series]);
  await insert(sql, 'orders', [...changes.newOrders]);
  await update(sql, 'orders', ['order_id'], CHANGING_OF_ORDERS, [...changes.orders]);
  await insert(sql, 'liquidations', [...changes.newLiquidations]);
  await update(sql, 'liquidations', ['subaccount_id', 'height'], CHANGING_OF_LIQUIDATIONS, [
    ...changes.liquidations,
  ]);
  await upsert(sql, 'subaccounts', ['owner', 'subaccount'], [...changes.subaccounts]);
  await writePositions(sql, changes);
  await writeCandles(sql, changes);
  await writeExpiries(sql, changes);
  const { fromMs, toMs } = changes.sampled;
  if (fromMs !== null && toMs !== null) await rollUpMarks(sql, fromMs, toMs);
}
