const DAY_MS = 86_400_000;
const FRIDAY = 5;
const MOST = 8;
const AHEAD_DAYS = 400;
const LEAD_MS = 600_000;

/**
 * What validators vote on at a time, in Unix seconds (ADR 025): 08:00 UTC of the next two days, of
 * two Fridays, of the last Fridays of two months, and of quarters, up to eight; every day is tried.
 */
export function votedExpiries(timeMs: number): number[] {
  const fromMs = Math.ceil(timeMs / 1_000) * 1_000 + LEAD_MS;
  const midnight = Math.floor(timeMs / DAY_MS) * DAY_MS;
  const days = Array.from({ length: AHEAD_DAYS + 3 }, (_, i) => midnight + i * DAY_MS + DAY_MS / 3)
    .filter((at) => at >= fromMs && at - fromMs <= AHEAD_DAYS * DAY_MS)
    .map((at) => new Date(at));
  const fridays = days.filter((day) => day.getUTCDay() === FRIDAY);
  const isLast = (day: Date) =>
    new Date(day.getTime() + 7 * DAY_MS).getUTCMonth() !== day.getUTCMonth();
  const months = fridays.filter(isLast);
  const quarters = months.filter((day) => day.getUTCMonth() % 3 === 2);
  const chosen = new Set<number>();
  for (const dates of [days.slice(0, 2), fridays.slice(0, 2), months.slice(0, 2), quarters]) {
    for (const day of dates) if (chosen.size < MOST) chosen.add(day.getTime() / 1_000);
  }
  return [...chosen].sort((a, b) => a - b);
}
