import { underlyingOf } from '../apply/fill.ts';
import { BadRequest } from './params.ts';
import type { Route } from './route.ts';
import { shown } from './shown.ts';
import { Where } from './sqlText.ts';

/** What can be asked for, and the kept one that it is a sum of. */
const resolutions = {
  '1s': [1, 1],
  '5s': [5, 1],
  '15s': [15, 1],
  '1m': [60, 60],
  '3m': [180, 60],
  '5m': [300, 60],
  '10m': [600, 60],
  '15m': [900, 60],
  '30m': [1_800, 60],
  '1h': [3_600, 3_600],
  '2h': [7_200, 3_600],
  '3h': [10_800, 3_600],
  '4h': [14_400, 3_600],
  '6h': [21_600, 3_600],
  '12h': [43_200, 3_600],
  '1d': [86_400, 86_400],
} as const;

export const RESOLUTIONS = Object.keys(resolutions) as (keyof typeof resolutions)[];

const CANDLES = 500;
const MAX_CANDLES = 5_000;
const HOUR = 3_600;

/** An index at each of its changes. */
const indexChanges = (where: Where, name: string): string =>
  `select * from (select 'index', underlying, 1, time, index_uusd, index_uusd, index_uusd,
     index_uusd, 0::bigint, 0::bigint, 0::bigint from index_prices
     where underlying = ${where.param(name)}) i ${COLUMNS}`;

/** Trades, indices and volatility indices: what is kept, whole at any time. */
const keptCandles = (where: Where, kind: string, name: string, kept: number): string =>
  `select * from candles where kind = ${where.param(kind)} and name = ${where.param(name)}
   and seconds = ${where.param(kept)}`;

/**
 * Marks: single samples, which are kept for a day, and the candles of minutes and hours that are
 * over; what has not ended is made of what is smaller.
 */
function markCandles(where: Where, name: string, kept: number): string {
  const own = where.param(name);
  const underlying = where.param(underlyingOf(name));
  const samples = `select 'mark', ${own}, 1, time, mark, mark, mark, mark, 0::bigint, 0::bigint,
      0::bigint from (
        select time, marks_uusd[array_position(names, ${own})] as mark from mark_samples
        where underlying = ${underlying} and ${own} = any (names)
      ) s`;
  if (kept === 1) return `select * from (${samples}) m ${COLUMNS}`;
  const lastOf = (unit: string) =>
    `(select date_trunc('${unit}', max(time)) from mark_samples where underlying = ${underlying})`;
  const whole = (seconds: number) =>
    `select * from candles where kind = 'mark' and name = ${own} and seconds = ${seconds}`;
  const minutes = `${whole(60)}${kept === 60 ? '' : ` and start >= ${lastOf('hour')}`}`;
  const parts = [minutes, `${samples} where time >= ${lastOf('minute')}`];
  if (kept !== 60) parts.push(whole(HOUR));
  return `select * from (${parts.join(' union all ')}) m ${COLUMNS}`;
}

const COLUMNS =
  '(kind, name, seconds, start, open, high, low, close, quantity, premium_uusd, trades)';

function sourceOf(where: Where, kind: string, name: string, kept: number): string {
  if (kind === 'mark') return markCandles(where, name, kept);
  if (kind === 'index' && kept === 1) return indexChanges(where, name);
  return keptCandles(where, kind, name, kept);
}

/**
 * Candles of a series or an underlying's index, oldest first: the newest of the range. A time at
 * which nothing happened has none. A volatility index is in millionths a year.
 */
export const candles: Route = async ({ database, params }) => {
  const name = params.text('name').toUpperCase();
  const kind = params.choice('kind', ['trade', 'mark', 'index', 'vol-index']);
  const resolution = params.optional('resolution') ?? '1m';
  if (!Object.hasOwn(resolutions, resolution)) {
    throw new BadRequest(`resolution is one of ${RESOLUTIONS.join(', ')}`);
  }
  const [seconds, kept] = resolutions[resolution as keyof typeof resolutions];
  const limit = params.count('limit', CANDLES, MAX_CANDLES);
  const where = new Where();
  const unit = kind === 'vol-index' ? 'ppm' : 'uusd';
  const width = `${where.param(`${seconds} seconds`)}::interval`;
  const source = sourceOf(where, kind, name, kept);
  const [from, to] = params.range();
  where.add(`start >= date_bin(${width}, ?::timestamptz, 'epoch')`, from).add('start < ?', to);
  const rows = await database.query(
    `select date_bin(${width}, start, 'epoch') as time,
       (array_agg(open order by start))[1] as open_${unit}, max(high) as high_${unit},
       min(low) as low_${unit}, (array_agg(close order by start desc))[1] as close_${unit},
       sum(quantity)::bigint as quantity, sum(premium_uusd)::bigint as premium_uusd,
       sum(trades)::bigint as trades
     from (${source}) c ${where.text} group by 1 order by 1 desc limit ${limit}`,
    where.params,
  );
  return { kind, name, resolution, candles: rows.map(shown).reverse() };
};
