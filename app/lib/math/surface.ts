/**
 * A volatility surface: total variance w = σ²τ at the nodes of a log-moneyness grid k = ln(K/F),
 * one row an expiry.
 *
 * Between its nodes a row is linear in k, beyond them it keeps the slope of the last segment, or
 * is flat where that would fall: so variance is positive, and linear in |k| in the wings. Time is
 * surfaceTime.ts's, arbitrage arbitrage.ts's, and its repair surfaceRepair.ts's.
 */
import { SPREAD_MAX } from './black76.ts';
import { refuse } from './errors.ts';

export interface Surface {
  /** Years to each expiry, rising, above 0. */
  readonly taus: Float64Array;
  /** Nodes a row, at least 2. */
  readonly width: number;
  /** Log-moneyness, rising within each row from below 0 to above; row i starts at i·width. */
  readonly nodes: Float64Array;
  /** Total variance at the nodes, from VARIANCE_MIN to VARIANCE_MAX. */
  readonly variances: Float64Array;
}

/** Log-moneyness is at most this in size. */
export const MONEYNESS_MAX = 100;
/** Total variances are between these: σ of 0.02% over a minute, of 10,000% over a year. */
export const VARIANCE_MIN = 1e-14;
export const VARIANCE_MAX = 1e4;
/** Nodes are at least this far apart, so that slopes keep most of their digits. */
export const NODE_GAP_MIN = 1e-6;

/** Throws MathInputError unless the shape, order and ranges are those of Surface. */
export function checkSurface(surface: Surface): void {
  const { taus, width, nodes, variances } = surface;
  if (!(Number.isInteger(width) && width >= 2)) refuse('surface width', width);
  if (!(taus.length >= 1)) refuse('number of expiries', taus.length);
  if (nodes.length !== taus.length * width) refuse('number of nodes', nodes.length);
  if (variances.length !== nodes.length) refuse('number of variances', variances.length);
  for (let i = 0; i < taus.length; i++) {
    const earlier = i === 0 ? 0 : taus[i - 1]!;
    if (!(taus[i]! > earlier && taus[i]! <= SPREAD_MAX)) refuse('time to expiry', taus[i]!);
    if (!(nodes[i * width]! < 0)) refuse('first node of a row', nodes[i * width]!);
    if (!(nodes[(i + 1) * width - 1]! > 0)) refuse('last node', nodes[(i + 1) * width - 1]!);
  }
  for (let j = 0; j < nodes.length; j++) {
    const previous = j % width === 0 ? -Infinity : nodes[j - 1]!;
    if (!(nodes[j]! >= previous + NODE_GAP_MIN && Math.abs(nodes[j]!) <= MONEYNESS_MAX))
      refuse('node', nodes[j]!);
    const w = variances[j]!;
    if (!(w >= VARIANCE_MIN && w <= VARIANCE_MAX)) refuse('variance', w);
  }
}

/** Total variance of row `row` at log-moneyness k. */
export function rowVariance(surface: Surface, row: number, k: number): number {
  const { width, nodes, variances } = surface;
  const first = row * width;
  const last = first + width - 1;
  if (k <= nodes[first]!) {
    return variances[first]! + (k - nodes[first]!) * Math.min(segmentSlope(surface, first), 0);
  }
  if (k >= nodes[last]!) {
    return variances[last]! + (k - nodes[last]!) * Math.max(segmentSlope(surface, last - 1), 0);
  }
  let low = first;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (nodes[middle]! <= k) low = middle;
    else high = middle;
  }
  return lineAt(k, nodes[low]!, variances[low]!, nodes[high]!, variances[high]!);
}

/** The height at k, from k0 to k1, of a line: a sum of positive parts, so no digits cancel. */
export function lineAt(k: number, k0: number, w0: number, k1: number, w1: number): number {
  return ((k1 - k) / (k1 - k0)) * w0 + ((k - k0) / (k1 - k0)) * w1;
}

/** dw/dk between node `at` (an index into the whole surface) and the next. */
export function segmentSlope(surface: Surface, at: number): number {
  const { nodes, variances } = surface;
  return (variances[at + 1]! - variances[at]!) / (nodes[at + 1]! - nodes[at]!);
}

/** The slope of row `row` far to the right (side 1) or, mirrored, to the left (side −1): ≥ 0. */
export function wingSlope(surface: Surface, row: number, side: 1 | -1): number {
  const { width } = surface;
  const at = side === 1 ? row * width + width - 2 : row * width;
  return Math.max(side * segmentSlope(surface, at), 0);
}
