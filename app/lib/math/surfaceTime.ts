/**
 * A surface at any time.
 *
 * Between two expiries total variance is linear in time at fixed moneyness: the usual rule, and
 * free of calendar arbitrage, but between two rows that are each free of butterflies there may be
 * one. So it is taken where a bound proves that there is none. Otherwise the prices are mixed at
 * fixed moneyness, which is always free of both (J. Gatheral, A. Jacquier, "Arbitrage-free SVI
 * volatility surfaces", 2014, lemma 5.1) but lifts the wings. Both are linear at the money.
 * Before the first expiry variance is proportional to time, which keeps a valid row valid; beyond
 * the last the surface is extended by one more row (extendSurface).
 */
import { leastMargin } from './arbitrage.ts';
import { SPREAD_MAX, timeValue } from './black76.ts';
import { refuse } from './errors.ts';
import { exp } from './exp.ts';
import { impliedDeviation } from './impliedVol.ts';
import { MONEYNESS_MAX, rowVariance, wingSlope } from './surface.ts';
import type { Surface } from './surface.ts';
import { extendSurface } from './surfaceRepair.ts';

/** Prices relative to the forward below this are not mixed: no price can tell. */
const PRICE_FLOOR = 1e-280;
/** Parts of the time between two rows that are bounded one by one. */
const TIME_PARTS = 8;

/** A surface at one time: made once, then asked for many strikes. */
export interface SurfaceSlice {
  readonly surface: Surface;
  /** The row at or after the time. */
  readonly row: number;
  /** 1 at that row, towards 0 at the row before, or at time 0 before the first. */
  readonly share: number;
  /** The weight of that row's prices where prices are mixed, else −1. */
  readonly priceWeight: number;
}

/** Throws MathInputError for NaN, tau < 0 and tau > SPREAD_MAX. */
export function surfaceAt(surface: Surface, tau: number): SurfaceSlice {
  const { taus } = surface;
  if (!(tau >= 0 && tau <= SPREAD_MAX)) refuse('time on the surface', tau);
  if (tau > taus[taus.length - 1]!) return surfaceAt(extendSurface(surface, tau), tau);
  let row = 0;
  while (taus[row]! < tau) row++;
  const near = row === 0 ? 0 : taus[row - 1]!;
  const share = taus[row] === tau ? 1 : (tau - near) / (taus[row]! - near);
  const isMixed = row > 0 && share < 1 && !isBlendFree(surface, row);
  return { surface, row, share, priceWeight: isMixed ? atMoneyWeight(surface, row, share) : -1 };
}

/** Total variance at log-moneyness k. Throws MathInputError for NaN and |k| > MONEYNESS_MAX. */
export function sliceVariance(slice: SurfaceSlice, k: number): number {
  if (!(Math.abs(k) <= MONEYNESS_MAX)) refuse('log-moneyness', k);
  const { surface, row, share, priceWeight } = slice;
  const far = rowVariance(surface, row, k);
  if (share === 1) return far;
  const near = row === 0 ? 0 : rowVariance(surface, row - 1, k);
  if (priceWeight < 0 || near === far) return (1 - share) * near + share * far;
  return mixedVariance(near, far, k, share, priceWeight);
}

/** Total variance at log-moneyness k and tau years, for one point. */
export function surfaceVariance(surface: Surface, k: number, tau: number): number {
  return sliceVariance(surfaceAt(surface, tau), k);
}

/** The volatility σ = √(w/τ) for tau > 0. */
export function surfaceSigma(surface: Surface, k: number, tau: number): number {
  if (!(tau > 0)) refuse('time on the surface', tau);
  return Math.sqrt(surfaceVariance(surface, k, tau) / tau);
}

/** The weight that makes the mixture's variance at the money linear in time. */
function atMoneyWeight(surface: Surface, row: number, share: number): number {
  const near = rowVariance(surface, row - 1, 0);
  const far = rowVariance(surface, row, 0);
  const price = (variance: number): number => timeValue(1, 1, Math.sqrt(variance));
  if (!(price(far) > price(near))) return share;
  return (price((1 - share) * near + share * far) - price(near)) / (price(far) - price(near));
}

function mixedVariance(
  near: number,
  far: number,
  k: number,
  share: number,
  weight: number,
): number {
  const strike = exp(k);
  const low = Math.min(1, strike);
  const nearPrice = timeValue(1, strike, Math.sqrt(near));
  const farPrice = timeValue(1, strike, Math.sqrt(far));
  const price = nearPrice + weight * (farPrice - nearPrice);
  if (!(price > PRICE_FLOOR && price < low)) return (1 - share) * near + share * far;
  const s = impliedDeviation(Math.abs(k), price, low - price, low);
  // Rounding of the price must not carry the result out of its bounds.
  return Math.min(Math.max(s * s, Math.min(near, far)), Math.max(near, far));
}

/**
 * Whether the linear rule is proved free of butterflies between row − 1 and row. On each piece on
 * which both rows are lines, and each part of the time, the margin of arbitrage.ts is at least
 * that of the least intercept and the greatest slope over the range of variances. (Sums of convex
 * rows are convex, and slopes stay at most 2.)
 */
function isBlendFree(surface: Surface, row: number): boolean {
  const { width, nodes } = surface;
  const both = nodes.slice((row - 1) * width, (row + 1) * width).sort((a, b) => a - b);
  for (let j = 0; j + 1 < both.length; j++) {
    const left = both[j]!;
    const right = both[j + 1]!;
    if (left === right) continue;
    const line = (at: number): Line => {
      const w0 = rowVariance(surface, at, left);
      const w1 = rowVariance(surface, at, right);
      const slope = (w1 - w0) / (right - left);
      return { slope, intercept: w0 - slope * left, from: w0, to: w1 };
    };
    if (!isPieceFree(line(row - 1), line(row))) return false;
  }
  return (
    isWingFree(surface, row, -1, both[0]!) && isWingFree(surface, row, 1, both[both.length - 1]!)
  );
}

interface Line {
  readonly slope: number;
  readonly intercept: number;
  /** Variances at the ends. */
  readonly from: number;
  readonly to: number;
}

function isWingFree(surface: Surface, row: number, side: 1 | -1, end: number): boolean {
  const line = (at: number): Line => {
    const slope = wingSlope(surface, at, side);
    const from = rowVariance(surface, at, end);
    return { slope, intercept: from - slope * side * end, from, to: slope > 0 ? Infinity : from };
  };
  return isPieceFree(line(row - 1), line(row));
}

function isPieceFree(near: Line, far: Line): boolean {
  for (let part = 0; part < TIME_PARTS; part++) {
    const a = blend(near, far, part / TIME_PARTS);
    const b = blend(near, far, (part + 1) / TIME_PARTS);
    const [least] = leastMargin(
      Math.min(a.intercept, b.intercept),
      Math.min(Math.max(Math.abs(a.slope), Math.abs(b.slope)), 2),
      Math.min(a.from, a.to, b.from, b.to),
      Math.max(a.from, a.to, b.from, b.to),
    );
    if (!(least >= 0)) return false;
  }
  return true;
}

function blend(near: Line, far: Line, share: number): Line {
  const mix = (a: number, b: number): number =>
    a === b || share === 0 ? a : share === 1 ? b : (1 - share) * a + share * b;
  return {
    slope: mix(near.slope, far.slope),
    intercept: mix(near.intercept, far.intercept),
    from: mix(near.from, far.from),
    to: mix(near.to, far.to),
  };
}
