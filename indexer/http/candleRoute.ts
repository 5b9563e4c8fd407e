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
  '15m': [900, 60],
  '30m': [1_800, 60],
  '1h': [3_600, 3_600],
  '2h': [7_200, 3_600],
  '4h': [14_400, 3_600],
  '6h': [21_600, 3_600],
  '12h': [43_200, 3_600],
  '1d': [86_400, 86_400],
} as const;

export const RESOLUTIONS = Object.keys(resolutions) as (keyof typeof resolutions)[];

const CANDLES = 500;
const MAX_CANDLES = 5_000;

/**
 * Candles of a series or an underlying's index, oldest first: the newest of the range. A time at
 * which nothing happened has none.
 */
export const candles: Route = async ({ database, params }) => {
  const name = params.text('name').toUpperCase();
  const kind = params.choice('kind', ['trade', 'mark', 'index']);
  const resolution = params.optional('resolution') ?? '1m';
  const found = resolutions[resolution as keyof typeof resolutions] as
    readonly [number, number] | undefined;
  if (found === undefined) throw new BadRequest(`resolution is one of ${RESOLUTIONS.join(', ')}`);
  const [seconds, kept] = found;
  const limit = params.count('limit', CANDLES, MAX_CANDLES);
  const where = new Where();
  const width = where.param(`${seconds} seconds`);
  where
    .add('kind = ?', kind)
    .add('name = ?', name)
    .add('seconds = ?', kept)
    .add(`start >= date_bin(${width}::interval, ?::timestamptz, 'epoch')`, params.time('from'))
    .add('start < ?', params.time('to'));
  const rows = await database.query(
    `select date_bin(${width}::interval, start, 'epoch') as time,
       (array_agg(open order by start))[1] as open_uusd, max(high) as high_uusd,
       min(low) as low_uusd,
       (array_agg(close order by start desc))[1] as close_uusd, sum(quantity)::bigint as quantity,
       sum(premium_uusd)::bigint as premium_uusd, sum(trades)::bigint as trades
     from candles ${where.text} group by 1 order by 1 desc limit ${limit}`,
    where.params,
  );
  return { kind, name, resolution, candles: rows.map(shown).reverse() };
};
