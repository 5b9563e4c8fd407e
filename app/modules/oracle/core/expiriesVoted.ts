const DAY = 86_400;
const WEEK = 7 * DAY;
const AT = 8 * 3_600;
/** 1 January 1970 was a Thursday. */
const FIRST_FRIDAY = DAY + AT;
const MONTHS_AHEAD = 15;

/** Expiries of an underlying that validators vote on. */
export const EXPIRIES_VOTED = 8;
/** An option closer to its expiry than this has no volatility to speak of. */
const LEAD_SECONDS = 600;
const HORIZON_SECONDS = 400 * DAY;

/**
 * The expiries that are voted on at a time, Unix seconds, in order: of the venues' common calendar
 * (08:00 UTC; days, Fridays, last Fridays of months and of quarters) the next two of each, and then
 * further quarters up to eight in all. Marks of other expiries lie between them. It depends on the
 * time alone, so that everybody knows ahead when a feed appears and goes.
 */
export function expiriesVoted(nowMs: number): number[] {
  const from = Math.ceil(nowMs / 1_000) + LEAD_SECONDS;
  const chosen = new Set<number>();
  const take = (dates: readonly number[], count: number): void => {
    const ahead = dates.filter((date) => date >= from && date - from <= HORIZON_SECONDS);
    for (const date of ahead.slice(0, count)) {
      if (chosen.size < EXPIRIES_VOTED) chosen.add(date);
    }
  };
  // A later kind's dates are among those before it or after them: so they come in order.
  const day = Math.ceil((from - AT) / DAY) * DAY + AT;
  const friday = Math.ceil((from - FIRST_FRIDAY) / WEEK) * WEEK + FIRST_FRIDAY;
  const months = lastFridays(from);
  const quarters = months.filter(({ month }) => month % 3 === 2).map(({ at }) => at);
  take([day, day + DAY], 2);
  take([friday, friday + WEEK], 2);
  take(
    months.map(({ at }) => at),
    2,
  );
  take(quarters, EXPIRIES_VOTED);
  return [...chosen];
}

/** 08:00 UTC of the last Friday of each month from that of `from` on; months from 0 for January. */
function lastFridays(from: number): { month: number; at: number }[] {
  const start = new Date(from * 1_000);
  return Array.from({ length: MONTHS_AHEAD }, (_, i) => {
    const month = start.getUTCMonth() + i;
    const last = Date.UTC(start.getUTCFullYear(), month + 1, 0) / 1_000 / DAY;
    return { month: month % 12, at: (last - ((last + 6) % 7)) * DAY + AT };
  });
}
