const DAY_MS = 86_400_000;
const EXPIRY_HOUR = 8;
const FRIDAY = 5;

/** 08:00 UTC of a day given as the number of days since 1970. */
const expiryOf = (day: number): number => day * DAY_MS + EXPIRY_HOUR * 3_600_000;
const weekday = (day: number): number => new Date(day * DAY_MS).getUTCDay();

/** The last Friday of a month, as a day number. `month` may run past 11. */
function lastFriday(year: number, month: number): number {
  const lastDay = Date.UTC(year, month + 1, 0) / DAY_MS;
  return lastDay - ((weekday(lastDay) - FRIDAY + 7) % 7);
}

/**
 * The expiries that Deribit lists, roughly: three days, three weeks, three months and four quarters
 * ahead, all at 08:00 UTC. Unix seconds, in order, none twice.
 */
export function listExpiries(nowMs: number): number[] {
  const today = Math.floor(nowMs / DAY_MS);
  const now = new Date(nowMs);
  const next = (days: readonly number[], count: number): number[] =>
    days
      .map(expiryOf)
      .filter((ms) => ms > nowMs)
      .slice(0, count);

  const days = Array.from({ length: 29 }, (_, i) => today + i);
  const fridays = days.filter((day) => weekday(day) === FRIDAY);
  const months = Array.from({ length: 17 }, (_, i) => now.getUTCMonth() + i);
  const monthEnds = months.map((month) => lastFriday(now.getUTCFullYear(), month));
  const quarterEnds = monthEnds.filter((_, i) => months[i]! % 3 === 2);
  const all = [next(days, 3), next(fridays, 3), next(monthEnds, 3), next(quarterEnds, 4)].flat();
  return [...new Set(all)].sort((a, b) => a - b).map((ms) => ms / 1000);
}

/** Strikes stand this far apart in ln(K/F)/sqrt(years), this many on either side of the forward. */
const STRIKE_SPACING = 0.25;
const STRIKES_EACH_SIDE = 7;

/** Strikes around a forward, on a grid that coarsens with the tenor. Whole USD, in order. */
export function listStrikes(forward: number, years: number): number[] {
  const step = roundNumber(forward * Math.sqrt(years) * 0.1);
  const strikes = new Set<number>();
  for (let i = -STRIKES_EACH_SIDE; i <= STRIKES_EACH_SIDE; i += 1) {
    const strike = forward * Math.exp(i * STRIKE_SPACING * Math.sqrt(years));
    strikes.add(Math.max(step, Math.round(strike / step) * step));
  }
  return [...strikes].sort((a, b) => a - b);
}

/** The largest of 1, 2, 5 times a power of ten that is not above `value`, and at least 1. */
function roundNumber(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)));
  const factor = [5, 2, 1].find((f) => f * power <= value) ?? 1;
  return factor * power;
}
