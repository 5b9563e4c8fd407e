import type { Sql } from './database.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
/** Single samples are kept for so long; their minutes for ever. */
const KEPT_MS = 24 * HOUR_MS;

const COLUMNS =
  'kind, name, series_id, seconds, start, open, high, low, close, quantity, premium_uusd, trades';

const iso = (ms: number): string => new Date(ms).toISOString();
const floor = (ms: number, lengthMs: number): number => ms - (ms % lengthMs);

/** Candles of marks: of minutes from single samples, of hours from those of minutes. */
const MINUTES = `
  insert into candles (${COLUMNS})
  select 'mark', series, series_id, 60, date_trunc('minute', time),
    (array_agg(mark_uusd order by height))[1],
    max(mark_uusd), min(mark_uusd), (array_agg(mark_uusd order by height desc))[1], 0, 0, 0
  from marks where time >= $1 and time < $2
  group by series, series_id, date_trunc('minute', time)`;

const HOURS = `
  insert into candles (${COLUMNS})
  select 'mark', name, series_id, 3600, date_trunc('hour', start),
    (array_agg(open order by start))[1],
    max(high), min(low), (array_agg(close order by start desc))[1], 0, 0, 0
  from candles where kind = 'mark' and seconds = 60 and start >= $1 and start < $2
  group by name, series_id, date_trunc('hour', start)`;

/**
 * Makes the candles of the minutes and hours that are over by a sample of now, in its transaction.
 * @param beforeMs time of the last sample that was in before, or of the first ever
 */
export async function rollUpMarks(sql: Sql, beforeMs: number, nowMs: number): Promise<void> {
  for (const [text, lengthMs] of [
    [MINUTES, MINUTE_MS],
    [HOURS, HOUR_MS],
  ] as const) {
    const [from, to] = [floor(beforeMs, lengthMs), floor(nowMs, lengthMs)];
    if (from < to) await sql.query(text, [iso(from), iso(to)]);
  }
  const isNewHour = floor(beforeMs, HOUR_MS) < floor(nowMs, HOUR_MS);
  if (!isNewHour) return;
  // Its minutes and more are kept as they are; the shortest are as many as samples.
  await sql.query(
    `delete from candles where kind = 'vol-index' and seconds = 1 and start < $1
       and name in (select distinct underlying from mark_samples)`,
    [iso(nowMs - KEPT_MS)],
  );
  await sql.query('delete from mark_samples where time < $1', [iso(nowMs - KEPT_MS)]);
}
