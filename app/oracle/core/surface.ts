import { SURFACE_NODES, YEAR_SECONDS } from '../../lib/surfaceNodes.ts';
import { ln } from '../../lib/math/ln.ts';

/** A reported expiry with its forward in USD and volatilities at the nodes, as fractions a year. */
export interface Slice {
  readonly expirySeconds: number;
  readonly forward: number;
  readonly vols: readonly number[];
}

/** Years from `nowSeconds` to an expiry; never negative. */
export function yearsTo(expirySeconds: number, nowSeconds: number): number {
  return Math.max(expirySeconds - nowSeconds, 0) / YEAR_SECONDS;
}

/**
 * Forward for any expiry: the basis F/S − 1 is linear in time between slices, from 0 now, and its
 * yearly rate is constant beyond the last.
 */
export function forwardAt(
  slices: readonly Slice[],
  index: number,
  nowSeconds: number,
  expirySeconds: number,
): number {
  const years = yearsTo(expirySeconds, nowSeconds);
  let beforeYears = 0;
  let beforeBasis = 0;
  for (const slice of slices) {
    const sliceYears = yearsTo(slice.expirySeconds, nowSeconds);
    if (sliceYears === 0) continue;
    const basis = slice.forward / index - 1;
    if (years <= sliceYears) {
      const weight = (years - beforeYears) / (sliceYears - beforeYears);
      return index * (1 + beforeBasis + (basis - beforeBasis) * weight);
    }
    beforeYears = sliceYears;
    beforeBasis = basis;
  }
  return beforeYears === 0 ? index : index * (1 + (beforeBasis * years) / beforeYears);
}

/** Volatility of a slice at normalised moneyness z: linear between nodes, flat beyond them. */
export function volAtNode(vols: readonly number[], z: number): number {
  const last = SURFACE_NODES.length - 1;
  if (z <= SURFACE_NODES[0]!) return vols[0]!;
  if (z >= SURFACE_NODES[last]!) return vols[last]!;
  let i = 1;
  while (SURFACE_NODES[i]! < z) i++;
  const lower = SURFACE_NODES[i - 1]!;
  const weight = (z - lower) / (SURFACE_NODES[i]! - lower);
  return vols[i - 1]! + (vols[i]! - vols[i - 1]!) * weight;
}

/**
 * Volatility for a strike and expiry: total variance at the same ln(K/F) is linear in time between
 * slices; before the first and after the last the volatility is that slice's.
 * Undefined when there is no slice ahead or behind.
 */
export function volAt(
  slices: readonly Slice[],
  nowSeconds: number,
  expirySeconds: number,
  forward: number,
  strike: number,
): number | undefined {
  const years = yearsTo(expirySeconds, nowSeconds);
  const live = slices.filter((s) => s.expirySeconds > nowSeconds);
  if (live.length === 0 || years === 0) return undefined;
  const k = ln(strike / forward);
  const sliceVol = (s: Slice) =>
    volAtNode(s.vols, k / Math.sqrt(yearsTo(s.expirySeconds, nowSeconds)));
  const next = live.findIndex((s) => s.expirySeconds >= expirySeconds);
  if (next === -1) return sliceVol(live.at(-1)!);
  if (next === 0) return sliceVol(live[0]!);
  const [near, far] = [live[next - 1]!, live[next]!];
  const [t0, t1] = [
    yearsTo(near.expirySeconds, nowSeconds),
    yearsTo(far.expirySeconds, nowSeconds),
  ];
  const w0 = sliceVol(near) * sliceVol(near) * t0;
  const w1 = sliceVol(far) * sliceVol(far) * t1;
  const variance = w0 + ((w1 - w0) * (years - t0)) / (t1 - t0);
  return Math.sqrt(Math.max(variance, 0) / years);
}
