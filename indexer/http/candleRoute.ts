import { underlyingOf } from '../apply/fill.ts';
import { BadRequest, MAX_ID } from './params.ts';
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
const MINUTE = 60;
const HOUR = 3_600;

/** Of what candles are asked for. */
interface Asked {
  readonly kind: string;
  readonly name: string;
  /** Of several series that had the name; null: the newest. */
  readonly seriesId: number | null;
}

const COLUMNS = 'start, open, high, low, close, quantity, premium_uusd, trades, series_id';
/** Of what is not summed up yet: one price, and no trades. */
const NOTHING = '0::bigint, 0::bigint, 0::bigint';

/** What has no id is from before ids were kept, and told as the newest one's. */
function ofSeries(where: Where, { name, seriesId }: Asked): string {
  if (seriesId !== null) return `= ${where.param(seriesId)}`;
  return `= any (array[0, (select series_id from series where series = ${where.param(name)}
    order by listed_height desc limit 1)])`;
}

/** An index at each of its changes. */
const indexChanges = (where: Where, { name }: Asked): string =>
  `select time, index_uusd, index_uusd, index_uusd, index_uusd, ${NOTHING}, 0::bigint
   from index_prices where underlying = ${where.param(name)}`;

/** Trades, indices and volatility indices: what is kept, whole at any time. */
const keptCandles = (where: Where, asked: Asked, kept: number): string =>
  `select ${COLUMNS} from candles where kind = ${where.param(asked.kind)}
   and name = ${where.param(asked.name)} and series_id ${ofSeries(where, asked)}
   and seconds = ${where.param(kept)}`;

/**
 * Marks: single samples, which are kept for a day, and the candles of minutes and hours that are
 * over; what has not ended is made of what is smaller.
 */
function markCandles(where: Where, asked: Asked, kept: number): string {
  const own = where.param(asked.name);
  const id = ofSeries(where, asked);
  const underlying = where.param(underlyingOf(asked.name));
  const samples = `select time, mark, mark, mark, mark, ${NOTHING}, id from (
      select time, marks_uusd[place] as mark, coalesce(series_ids[place], 0) as id
      from (
        select *, array_position(names, ${own}) as place from mark_samples
        where underlying = ${underlying} and ${own} = any (names)
      ) p
    ) s where id ${id}`;
  if (kept === 1) return samples;
  const lastOf = (unit: string) =>
    `(select date_trunc('${unit}', max(time)) from mark_samples where underlying = ${underlying})`;
  const whole = (seconds: number) =>
    `select ${COLUMNS} from candles where kind = 'mark' and name = ${own} and series_id ${id}
     and seconds = ${seconds}`;
  const minutes = `${whole(MINUTE)}${kept === MINUTE ? '' : ` and start >= ${lastOf('hour')}`}`;
  const parts = [minutes, `${samples} and time >= ${lastOf('minute')}`];
  if (kept !== MINUTE) parts.push(whole(HOUR));
  return parts.join(' union all ');
}

function sourceOf(where: Where, asked: Asked, kept: number): string {
  if (asked.kind === 'mark') return markCandles(where, asked, kept);
  if (asked.kind === 'index' && kept === 1) return indexChanges(where, asked);
  return keptCandles(where, asked, kept);
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
  const seriesId = params.optionalCount('seriesId', MAX_ID);
  const source = sourceOf(where, { kind, name, seriesId }, kept);
  const [from, to] = params.range();
  where.add(`start >= date_bin(${width}, ?::timestamptz, 'epoch')`, from).add('start < ?', to);
  const rows = await database.query(
    `select date_bin(${width}, start, 'epoch') as time,
       (array_agg(open order by start, series_id))[1] as open_${unit}, max(high) as high_${unit},
       min(low) as low_${unit},
       (array_agg(close order by start desc, series_id desc))[1] as close_${unit},
       sum(quantity)::bigint as quantity, sum(premium_uusd)::bigint as premium_uusd,
       sum(trades)::bigint as trades
     from (${source}) c (${COLUMNS}) ${where.text} group by 1 order by 1 desc limit ${limit}`,
    where.params,
  );
  return { kind, name, resolution, candles: rows.map(shown).reverse() };
};
