import { modelFreeVariance } from '../../../lib/math/index.ts';
import { YEAR_SECONDS } from '../../../lib/surfaceNodes.ts';
import { agedSurface, isAhead } from './surface.ts';
import type { Slice } from './surface.ts';

/** How far ahead the index looks: the 30 days of VIX and DVOL. */
export const VOL_INDEX_DAYS = 30;
const HORIZON_YEARS = (VOL_INDEX_DAYS * 86_400) / YEAR_SECONDS;

/** Marks have no higher volatility, either. */
const VOL_MAX = 1_000;
const PPM = 1e6;

/** An expiry that the index is made of. */
export interface VolIndexExpiry {
  readonly expirySeconds: number;
  /** Its own model-free volatility. */
  readonly volPpm: number;
}

export interface VolIndex {
  /** Millionths a year. */
  readonly volPpm: number;
  /** All expiries are nearer than 30 days, or all are further: it is that of the nearest. */
  readonly isNearest: boolean;
  /** One or two, by time: those between which 30 days lie, or the nearest to them. */
  readonly expiries: readonly VolIndexExpiry[];
}

/**
 * The 30-day implied volatility of an underlying: model-free variances of the expiries around 30
 * days, linear in time between them, as VIX and DVOL have it (ADR 164). When all expiries are
 * nearer, or all further, it is the volatility of the nearest to 30 days. Undefined when none is
 * ahead.
 *
 * @param slices by expiry, as of `thenMs`, at most now
 */
export function volIndexOf(
  slices: readonly Slice[],
  thenMs: number,
  nowMs: number,
): VolIndex | undefined {
  const ahead = slices.filter(({ expirySeconds }) => isAhead(expirySeconds, nowMs));
  const surface = agedSurface(ahead, thenMs, nowMs);
  if (surface === undefined) return undefined;
  const { taus } = surface;
  const rows = rowsAround(taus);
  const variances = rows.map((row) => modelFreeVariance(surface, row));
  const years = rows.map((row) => taus[row]!);
  return {
    volPpm: inPpm(varianceAYear(years, variances)),
    isNearest: rows.length === 1 && years[0] !== HORIZON_YEARS,
    expiries: rows.map((row, i) => ({
      expirySeconds: ahead[row]!.expirySeconds,
      volPpm: inPpm(variances[i]! / years[i]!),
    })),
  };
}

/** The rows between which 30 days lie; or one, on them or the nearest to them. */
function rowsAround(taus: Float64Array): number[] {
  const after = taus.findIndex((years) => years >= HORIZON_YEARS);
  if (after < 0) return [taus.length - 1];
  return after === 0 || taus[after] === HORIZON_YEARS ? [after] : [after - 1, after];
}

/** Total variance at 30 days over 30 days. */
function varianceAYear(years: readonly number[], variances: readonly number[]): number {
  const [near, far] = years;
  if (far === undefined) return variances[0]! / near!;
  const share = (HORIZON_YEARS - near!) / (far - near!);
  return ((1 - share) * variances[0]! + share * variances[1]!) / HORIZON_YEARS;
}

/** Rounds to the nearest, as no money rests on it. */
const inPpm = (varianceAYear: number): number =>
  Math.round(Math.min(Math.sqrt(varianceAYear), VOL_MAX) * PPM);
