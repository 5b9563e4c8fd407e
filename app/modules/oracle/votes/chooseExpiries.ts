import { ln } from '../../../lib/math/index.ts';

/** An option closer to its expiry than this has no meaningful volatility. */
const MIN_TENOR_SECONDS = 600;
/** The chain lists nothing further out. */
const MAX_TENOR_SECONDS = 400 * 86_400;
const HOUR_SECONDS = 3_600;

/**
 * At most `count` of the expiries (Unix seconds, any order): the nearest, the furthest, and between
 * them those closest to an even spread of log(tenor). Tenors are taken from the start of the hour,
 * so that feeders whose clocks differ by a little choose alike. Returns them in order of time.
 */
export function chooseExpiries(
  expiries: readonly number[],
  nowSeconds: number,
  count: number,
): number[] {
  const hour = Math.floor(nowSeconds / HOUR_SECONDS) * HOUR_SECONDS;
  const left = [...new Set(expiries)]
    .filter((e) => e - nowSeconds >= MIN_TENOR_SECONDS && e - nowSeconds <= MAX_TENOR_SECONDS)
    .sort((a, b) => a - b);
  if (left.length <= count) return left;

  const logTenor = (expiry: number): number => ln(Math.max(expiry - hour, HOUR_SECONDS));
  const first = logTenor(left[0]!);
  const last = logTenor(left[left.length - 1]!);
  const chosen: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const target = count === 1 ? first : first + ((last - first) * i) / (count - 1);
    const distance = (e: number): number => Math.abs(logTenor(e) - target);
    // On a tie the earlier expiry stays.
    const nearest = left.reduce((best, e) => (distance(e) < distance(best) ? e : best));
    chosen.push(nearest);
    left.splice(left.indexOf(nearest), 1);
  }
  return chosen.sort((a, b) => a - b);
}
