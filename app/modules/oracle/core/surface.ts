import type { Surface as StoredSurface } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { repairSurface, VARIANCE_MAX, VARIANCE_MIN } from '../../../lib/math/index.ts';
import type { Surface } from '../../../lib/math/index.ts';
import { SURFACE_NODES, YEAR_SECONDS } from '../../../lib/surfaceNodes.ts';

/** One expiry of a surface, in USD. */
export interface Slice {
  readonly expirySeconds: number;
  readonly forward: number;
  /** Total variance at SURFACE_NODES. */
  readonly variances: readonly number[];
}

const USD = 1e6;
/** No expiry is listed further ahead than this by far. */
const YEARS_MAX = 10;

/** A stored surface in plain numbers. */
export function slicesOf({ rows }: StoredSurface): Slice[] {
  return rows.map(({ expirySeconds, forwardUusd, variances }) => ({
    expirySeconds: Number(expirySeconds),
    forward: Number(forwardUusd) / USD,
    variances,
  }));
}

/** Years from `nowMs` to an expiry; never negative. */
export function yearsTo(expirySeconds: number, nowMs: number): number {
  return Math.max(expirySeconds * 1000 - nowMs, 0) / (YEAR_SECONDS * 1000);
}

/** Whether a surface at `nowMs` can have a row for this expiry. */
export function isAhead(expirySeconds: number, nowMs: number): boolean {
  const years = yearsTo(expirySeconds, nowMs);
  return years > 0 && years <= YEARS_MAX;
}

/**
 * Total variances of medians without arbitrage: node by node the same where there was none.
 *
 * @param vols by expiry, at SURFACE_NODES, as fractions a year
 * @param expirySeconds rising, all ahead of `nowMs`
 */
export function repairVols(
  expirySeconds: readonly number[],
  vols: readonly (readonly number[])[],
  nowMs: number,
): number[][] {
  const width = SURFACE_NODES.length;
  const variances = vols.map((row, i) => {
    const years = yearsTo(expirySeconds[i]!, nowMs);
    return row.map((vol) => bounded(vol * vol * years));
  });
  const repaired = repairSurface(surfaceAtNodes(expirySeconds, variances, nowMs, nowMs));
  return vols.map((_, i) => [...repaired.variances.subarray(i * width, (i + 1) * width)]);
}

/**
 * The surface as it is at `nowMs` when its rows are as of `thenMs`, at most now; undefined when no
 * expiry is ahead. As time passes the variance of each expiry falls in proportion to what is left
 * of its life: at fixed strikes volatilities stay. That keeps a surface free of arbitrage: rows
 * scaled down stay valid, and the nearer ones fall faster.
 */
export function agedSurface(
  slices: readonly Slice[],
  thenMs: number,
  nowMs: number,
): Surface | undefined {
  const ahead = slices.filter(({ expirySeconds }) => isAhead(expirySeconds, nowMs));
  if (ahead.length === 0) return undefined;
  const rows = ahead.map(({ expirySeconds, variances }) => {
    const share = yearsTo(expirySeconds, nowMs) / yearsTo(expirySeconds, thenMs);
    return share === 1 ? variances : variances.map((w) => bounded(w * share));
  });
  const expiries = ahead.map(({ expirySeconds }) => expirySeconds);
  return surfaceAtNodes(expiries, rows, thenMs, nowMs);
}

/** Nodes stand where they were at `thenMs`. */
function surfaceAtNodes(
  expiries: readonly number[],
  variances: readonly (readonly number[])[],
  thenMs: number,
  nowMs: number,
): Surface {
  const nodes = expiries.flatMap((expiry) => {
    const root = Math.sqrt(yearsTo(expiry, thenMs));
    return SURFACE_NODES.map((z) => z * root);
  });
  return {
    taus: Float64Array.from(expiries, (expiry) => yearsTo(expiry, nowMs)),
    width: SURFACE_NODES.length,
    nodes: Float64Array.from(nodes),
    variances: Float64Array.from(variances.flat()),
  };
}

/** In the last second of an expiry a variance can leave the range of a surface. */
function bounded(variance: number): number {
  return Math.min(Math.max(variance, VARIANCE_MIN), VARIANCE_MAX);
}

/** No forward is further from the index than this factor; extrapolated it could be, and below 0. */
const FORWARD_FACTOR_MAX = 10;
const PRICE_MAX = 1e9;

/**
 * Forward for any expiry: the basis F/S − 1 is linear in time between slices, from 0 now, and its
 * yearly rate is constant beyond the last.
 */
export function forwardAt(
  slices: readonly Pick<Slice, 'expirySeconds' | 'forward'>[],
  index: number,
  nowMs: number,
  expirySeconds: number,
): number {
  const forward = index * (1 + basisAt(slices, index, nowMs, expirySeconds));
  const low = index / FORWARD_FACTOR_MAX;
  return Math.min(Math.max(forward, low), index * FORWARD_FACTOR_MAX, PRICE_MAX);
}

function basisAt(
  slices: readonly Pick<Slice, 'expirySeconds' | 'forward'>[],
  index: number,
  nowMs: number,
  expirySeconds: number,
): number {
  const years = yearsTo(expirySeconds, nowMs);
  let beforeYears = 0;
  let beforeBasis = 0;
  for (const slice of slices) {
    const sliceYears = yearsTo(slice.expirySeconds, nowMs);
    if (sliceYears === 0) continue;
    const basis = slice.forward / index - 1;
    if (years <= sliceYears) {
      const weight = (years - beforeYears) / (sliceYears - beforeYears);
      return beforeBasis + (basis - beforeBasis) * weight;
    }
    beforeYears = sliceYears;
    beforeBasis = basis;
  }
  return beforeYears === 0 ? 0 : (beforeBasis * years) / beforeYears;
}
