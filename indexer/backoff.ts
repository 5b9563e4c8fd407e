const FIRST_MS = 500;
const MOST_MS = 15_000;

/**
 * How long to wait after so many failures in a row: twice as long each time, up to a quarter of a
 * minute, and somewhere in the second half of that, so that many do not come back at once.
 */
export function backoffMs(failures: number, random: () => number = Math.random): number {
  const whole = Math.min(FIRST_MS * 2 ** Math.min(failures - 1, 10), MOST_MS);
  return Math.round(whole * (0.5 + random() / 2));
}
