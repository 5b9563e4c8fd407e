/**
 * Prices as the rules of the venue say them, in plain doubles: an independent second opinion, which
 * shares no code with the chain. Prices in USD, times in seconds.
 */
const SECONDS_PER_YEAR = 365 * 86_400;

/** The normal distribution, by its series near 0 and a continued fraction in the tails. */
export function normal(x: number): number {
  const z = Math.abs(x);
  if (z > 38) return x > 0 ? 1 : 0;
  const density = Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
  if (z < 5) {
    let [term, sum] = [z, z];
    for (let n = 3; Math.abs(term) > 1e-18 * sum; n += 2) sum += term *= (z * z) / n;
    const half = density * sum;
    return x > 0 ? 0.5 + half : 0.5 - half;
  }
  let fraction = z;
  for (let n = 60; n > 0; n--) fraction = z + n / fraction;
  const tail = density / fraction;
  return x > 0 ? 1 - tail : tail;
}

/** Black (1976), undiscounted, by total variance. */
export function black76(isCall: boolean, f: number, k: number, variance: number): number {
  const intrinsic = Math.max(isCall ? f - k : k - f, 0);
  if (variance <= 0 || f <= 0) return intrinsic;
  const s = Math.sqrt(variance);
  const d1 = Math.log(f / k) / s + s / 2;
  const d2 = d1 - s;
  const price = isCall ? f * normal(d1) - k * normal(d2) : k * normal(-d2) - f * normal(-d1);
  return Math.max(price, intrinsic);
}

/** What of an expiry's average is in: Σ price·seconds and Σ seconds. */
export interface Average {
  readonly weighted: number;
  readonly seconds: number;
}

/** Mark of an option that settles on an average over the window before its expiry (venue §8). */
export function markOf(
  option: { readonly isCall: boolean; readonly strike: number },
  forward: number,
  vol: number,
  secondsLeft: number,
  window: number,
  { weighted, seconds }: Average,
): number {
  const { isCall, strike } = option;
  if (secondsLeft >= window) {
    const variance = (vol * vol * (secondsLeft - (2 * window) / 3)) / SECONDS_PER_YEAR;
    return black76(isCall, forward, strike, variance);
  }
  const left = Math.max(secondsLeft, 0);
  const fixed = weighted / (seconds + left);
  const moving = (forward * left) / (seconds + left);
  const variance = (vol * vol * left) / 3 / SECONDS_PER_YEAR;
  if (strike > fixed) return black76(isCall, moving, strike - fixed, variance);
  return isCall ? fixed + moving - strike : 0;
}
