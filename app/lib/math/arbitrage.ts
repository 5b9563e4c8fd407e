/**
 * When is a surface that is linear in k = ln(K/F) between nodes free of arbitrage? Exactly when
 *
 * - butterfly: each row is convex in k, its slopes are at most 2 in size (R. Lee, "The moment
 *   formula for implied volatility at extreme strikes", 2004), and on each piece w = α + βk
 *     α + w ≥ |β|·√(w + w²/4).
 *   That is g ≥ 0 in Gatheral & Jacquier (2014), eq. 2.1, for w″ = 0, with the sign that M.
 *   Fukasawa, "The normalizing transformation of the implied volatility smile", 2012, proves
 *   necessary. A convex kink is an atom of probability; a concave one a negative atom.
 * - calendar: no row is below an earlier one at any k. Below a chord a convex row cannot cross it,
 *   so the nodes of the later row and the slopes of the wings decide.
 *
 * The comparisons forgive roundings, convexity less than the calendar, which rests on it: so a
 * repaired surface is found valid.
 */
import { lineAt, rowVariance, wingSlope } from './surface.ts';
import type { Surface } from './surface.ts';

const SLOPE_MAX = 2;
/** Forgiven, relative to the variance. */
const MARGIN_TOLERANCE = 1e-12;
const CONVEXITY_TOLERANCE = 1e-13;
const CALENDAR_TOLERANCE = 1e-11;

export interface Arbitrage {
  readonly kind: 'butterfly' | 'calendar';
  readonly row: number;
  /** The node within the row, the left one of a segment. */
  readonly node: number;
}

/**
 * Whether the piece from (k0, w0) to (k1, w1) has a density that is nowhere negative. isWing
 * extends the piece beyond (k1, w1) without end.
 */
export function isPieceValid(
  k0: number,
  w0: number,
  k1: number,
  w1: number,
  isWing: boolean,
): boolean {
  const slope = (w1 - w0) / (k1 - k0);
  const roundings = (MARGIN_TOLERANCE * Math.max(w0, w1)) / (k1 - k0);
  if (Math.abs(slope) > SLOPE_MAX + roundings) return false;
  const steepness = Math.min(Math.abs(slope), SLOPE_MAX);
  const intercept = w0 - slope * k0;
  const from = Math.min(w0, w1);
  // A wing that would fall is flat instead, which asks nothing.
  const to = isWing && w1 > w0 ? Infinity : Math.max(w0, w1);
  const [least, at] = leastMargin(intercept, steepness, from, to);
  return least >= -MARGIN_TOLERANCE * at;
}

/**
 * The least of α + w − |β|·√(w + w²/4) for w in [from, to], and where it is; `to` may be
 * Infinity. It is convex in w, with its minimum where w² + 4w = β²/(1 − β²/4), |β| ≤ 2.
 */
export function leastMargin(
  intercept: number,
  steepness: number,
  from: number,
  to: number,
): [least: number, at: number] {
  const inside = 1 - 0.25 * steepness * steepness;
  if (inside === 0 && to === Infinity) return [intercept - SLOPE_MAX, from];
  const m = (steepness * steepness) / inside;
  const lowest = inside === 0 ? to : m / (2 + Math.sqrt(4 + m));
  const w = Math.min(Math.max(lowest, from), to);
  return [intercept + w - steepness * Math.sqrt(w + 0.25 * w * w), w];
}

/** The first arbitrage by row, butterflies before calendars, or null. */
export function findArbitrage(surface: Surface): Arbitrage | null {
  for (let row = 0; row < surface.taus.length; row++) {
    const butterfly = findButterfly(surface, row);
    if (butterfly >= 0) return { kind: 'butterfly', row, node: butterfly };
    const calendar = row === 0 ? -1 : findCalendar(surface, row);
    if (calendar >= 0) return { kind: 'calendar', row, node: calendar };
  }
  return null;
}

function findButterfly(surface: Surface, row: number): number {
  const { width, variances } = surface;
  for (let j = 0; j + 1 < width; j++) {
    if (!isSegmentValid(surface, row, j, 0)) return j;
  }
  const hull = lowerHull(surface, row);
  return hull.findIndex((height, j) => isAboveHull(variances[row * width + j]!, height));
}

/** isPieceValid for the segment right of a node and its wing, the row raised by `by`. */
export function isSegmentValid(surface: Surface, row: number, node: number, by: number): boolean {
  const { width, nodes, variances } = surface;
  const at = row * width + node;
  const k0 = nodes[at]!;
  const k1 = nodes[at + 1]!;
  const w0 = variances[at]! + by;
  const w1 = variances[at + 1]! + by;
  if (node === 0 && !isPieceValid(-k1, w1, -k0, w0, true)) return false;
  return isPieceValid(k0, w0, k1, w1, node === width - 2);
}

/** The lower convex hull of a row at its nodes (Andrew's monotone chain). */
export function lowerHull(surface: Surface, row: number): Float64Array {
  const { width, nodes, variances } = surface;
  const first = row * width;
  const chord = (left: number, right: number, at: number): number =>
    lineAt(nodes[at]!, nodes[left]!, variances[left]!, nodes[right]!, variances[right]!);
  const corners: number[] = [];
  for (let at = first; at < first + width; at++) {
    while (corners.length >= 2) {
      const top = corners[corners.length - 1]!;
      if (variances[top]! < chord(corners[corners.length - 2]!, at, top)) break;
      corners.pop();
    }
    corners.push(at);
  }
  const heights = variances.slice(first, first + width);
  for (let i = 1; i < corners.length; i++) {
    for (let at = corners[i - 1]! + 1; at < corners[i]!; at++) {
      heights[at - first] = chord(corners[i - 1]!, corners[i]!, at);
    }
  }
  return heights;
}

/** More than roundings above the hull. */
export function isAboveHull(w: number, height: number): boolean {
  return w > height * (1 + CONVEXITY_TOLERANCE);
}

function findCalendar(surface: Surface, row: number): number {
  const { width, nodes, variances } = surface;
  for (let j = 0; j < width; j++) {
    const at = row * width + j;
    if (isBelow(variances[at]!, rowVariance(surface, row - 1, nodes[at]!))) return j;
  }
  if (isWingBelow(surface, row, -1)) return 0;
  return isWingBelow(surface, row, 1) ? width - 1 : -1;
}

/** More than roundings below the row before. */
export function isBelow(w: number, floor: number): boolean {
  return w < floor * (1 - CALENDAR_TOLERANCE);
}

/** Whether the row before outgrows this one in a wing: judged by the end node it would need. */
export function isWingBelow(surface: Surface, row: number, side: 1 | -1): boolean {
  const slope = wingSlope(surface, row - 1, side);
  if (slope === 0) return false;
  const end = side === 1 ? row * surface.width + surface.width - 1 : row * surface.width;
  return isBelow(surface.variances[end]!, wingEnd(surface, row, side, slope));
}

/** The end node's variance with which the last segment has the slope. */
export function wingEnd(surface: Surface, row: number, side: 1 | -1, slope: number): number {
  const { width, nodes, variances } = surface;
  const end = side === 1 ? row * width + width - 1 : row * width;
  return variances[end - side]! + slope * Math.abs(nodes[end]! - nodes[end - side]!);
}
