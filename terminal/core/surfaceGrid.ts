import { surfaceSigma } from '../../app/lib/math/index.ts';
import type { Surface } from '../../app/lib/math/index.ts';
import { SURFACE_NODES, YEAR_SECONDS } from '../../app/lib/surfaceNodes.ts';

/** A surface as the chain keeps it: rows of total variance at the nodes, as of a time. */
export interface VotedSurface {
  readonly timeMs: number;
  readonly rows: readonly {
    readonly expirySeconds: number;
    readonly variances: readonly number[];
  }[];
}

/** A point of a mesh: ln(K/F) over the root of the years to expiry, the days, the volatility. */
export type SurfacePoint = readonly [z: number, days: number, vol: number];

const DAYS_PER_YEAR = 365;
const LEAST_YEARS = 1e-6;

/** The surface with its rows at ln(K/F) = z·√τ; undefined without a row that is still ahead. */
export function surfaceOf({ timeMs, rows }: VotedSurface): Surface | undefined {
  const ahead = rows
    .map(({ expirySeconds, variances }) => ({
      years: (expirySeconds - timeMs / 1_000) / YEAR_SECONDS,
      variances,
    }))
    .filter(({ years, variances }) => years > LEAST_YEARS && variances.length > 0);
  if (ahead.length === 0) return undefined;
  return {
    taus: Float64Array.from(ahead, ({ years }) => years),
    width: SURFACE_NODES.length,
    nodes: Float64Array.from(
      ahead.flatMap(({ years }) => SURFACE_NODES.map((z) => z * Math.sqrt(years))),
    ),
    variances: Float64Array.from(ahead.flatMap(({ variances }) => variances)),
  };
}

/**
 * A mesh between the outermost nodes, where the chain knows volatilities and does not only extend
 * them, even in the root of the time: near expiries, where most happens, get their share. Row after
 * row of a time.
 */
export function surfaceMesh(surface: Surface, columns: number, rows: number): SurfacePoint[] {
  const [first, last] = [surface.taus[0]!, surface.taus.at(-1)!].map(Math.sqrt) as [number, number];
  const [low, high] = [SURFACE_NODES[0]!, SURFACE_NODES.at(-1)!];
  const points: SurfacePoint[] = [];
  for (let row = 0; row < rows; row++) {
    const root = rows === 1 ? first : first + ((last - first) * row) / (rows - 1);
    for (let column = 0; column < columns; column++) {
      const z = low + ((high - low) * column) / (columns - 1);
      const vol = surfaceSigma(surface, z * root, root * root);
      points.push([z, root * root * DAYS_PER_YEAR, vol]);
    }
  }
  return points;
}
