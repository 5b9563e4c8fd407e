import { SURFACE_NODES, YEAR_SECONDS } from '../../app/lib/surfaceNodes.ts';
import { weightedMedian } from './weightedMedian.ts';

/** One listed option as a source sees it. */
export interface OptionQuote {
  readonly expirySeconds: number;
  readonly strike: number;
  readonly kind: 'C' | 'P';
  /** Annual implied volatility as a fraction: 0.55 is 55%. */
  readonly vol: number;
  /** The forward that the volatility refers to. */
  readonly forward: number;
  /** Whether both sides of a book stand behind it, not the venue's model alone. */
  readonly quoted: boolean;
  /** The venue's time of the row, Unix ms. */
  readonly timeMs: number;
}

export interface Smile {
  readonly expirySeconds: number;
  readonly forward: number;
  /** Annual volatilities at SURFACE_NODES, as fractions. */
  readonly vols: readonly number[];
  /** Bit i is set when node i lies beyond the last strike with a book behind it. */
  readonly extrapolated: number;
}

const MIN_STRIKES = 3;

/**
 * One expiry's smile from its quotes: the out-of-the-money side of each strike, linear in
 * z = ln(K/F)/sqrt(years) between strikes and flat beyond them. Nodes beyond the last strike with
 * a book behind it are marked, also where a venue's model goes on. Null when there are too few
 * strikes or all are on one side of the forward: such a smile has no middle.
 */
export function buildSmile(quotes: readonly OptionQuote[], nowSeconds: number): Smile | null {
  const expirySeconds = quotes[0]?.expirySeconds ?? 0;
  const years = (expirySeconds - nowSeconds) / YEAR_SECONDS;
  if (years <= 0) return null;
  const forward = weightedMedian(quotes.map((q) => ({ value: q.forward, weight: 1 })));
  const puts = quotes.filter((q) => q.kind === 'P' && q.strike < forward);
  const calls = quotes.filter((q) => q.kind === 'C' && q.strike >= forward);
  if (puts.length === 0 || calls.length === 0 || puts.length + calls.length < MIN_STRIKES) {
    return null;
  }
  const points = [...puts, ...calls]
    .map(({ strike, vol, quoted }) => {
      return { z: Math.log(strike / forward) / Math.sqrt(years), vol, quoted };
    })
    .sort((a, b) => a.z - b.z);
  const reach = points.filter((p) => p.quoted);
  const [low, high] = [reach[0]?.z ?? Infinity, reach.at(-1)?.z ?? -Infinity];
  return {
    expirySeconds,
    forward,
    vols: SURFACE_NODES.map((z) => interpolate(points, z)),
    extrapolated: SURFACE_NODES.reduce(
      (bits, z, node) => (z < low || z > high ? bits | (1 << node) : bits),
      0,
    ),
  };
}

interface Point {
  readonly z: number;
  readonly vol: number;
}

/** `points` in order of z, at least one. */
function interpolate(points: readonly Point[], z: number): number {
  const above = points.findIndex((p) => p.z >= z);
  if (above === -1) return points[points.length - 1]!.vol;
  const right = points[above]!;
  const left = points[above - 1];
  if (left === undefined || right.z === left.z) return right.vol;
  return left.vol + ((right.vol - left.vol) * (z - left.z)) / (right.z - left.z);
}
