/** Short options are dearer by this share, fading with a time constant in years. */
const SHORT_PREMIUM = 0.08;
const FADE_YEARS = 0.1;
/** Of the smile 1 + SKEW·z + CURVATURE·z² in z = ln(K/F)/sqrt(years). */
const SKEW = -0.05;
const CURVATURE = 0.06;
const MAX_SMILE = 1.6;

/** `carry` is what a forward earns over the index, a year. */
export const forwardOf = (price: number, carry: number, years: number): number =>
  price * Math.exp(carry * years);

/**
 * The volatility of one option. Total variance grows with time at every z, and the smile is shallow
 * enough that the prices it gives are free of arbitrage over the listed strikes.
 */
export function volAt(level: number, z: number, years: number): number {
  const term = 1 + SHORT_PREMIUM * Math.exp(-years / FADE_YEARS);
  return level * term * Math.min(MAX_SMILE, 1 + SKEW * z + CURVATURE * z * z);
}
