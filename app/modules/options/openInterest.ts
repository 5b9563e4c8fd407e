import type { Series } from '../../../proto/gen/tenor.options.v1.ts';
import { assert } from '../../lib/assert.ts';
import type { Ctx, View } from '../../runtime/context.ts';
import type { Reject } from '../../runtime/errors.ts';
import { optionsErrors } from './errors.ts';
import { mustUnderlyingById } from './instruments.ts';
import { interest, series } from './state.ts';

/**
 * Changes the longs of a series, in 1e-4 contracts. Give the net change of a trade: a transfer of a
 * long from one account to another changes nothing and is free of the caps.
 * @throws Reject openInterestCap when it grows beyond the cap of the series or of its underlying
 */
export function adjustOpenInterest(ctx: Ctx, seriesId: bigint, deltaLongs: bigint): void {
  if (deltaLongs === 0n) return;
  const found = series.must(ctx, seriesId);
  const openInterest = found.openInterest + deltaLongs;
  const total = (interest.get(ctx, found.underlyingId) ?? 0n) + deltaLongs;
  assert(openInterest >= 0n && total >= 0n, 'open interest below zero');
  const refusal = deltaLongs > 0n ? refusalAt(ctx, found, openInterest, total) : null;
  if (refusal !== null) throw refusal;
  series.set(ctx, seriesId, { ...found, openInterest, traded: true });
  // As after a start, which knows of no underlying that has none.
  if (total === 0n) interest.delete(ctx, found.underlyingId);
  else interest.set(ctx, found.underlyingId, total);
}

/** Why the longs of a series may not change by so many 1e-4 contracts, or null: its caps. */
export function refusalOfInterest(view: View, seriesId: bigint, deltaLongs: bigint): Reject | null {
  if (deltaLongs <= 0n) return null;
  const found = series.must(view, seriesId);
  const total = (interest.get(view, found.underlyingId) ?? 0n) + deltaLongs;
  return refusalAt(view, found, found.openInterest + deltaLongs, total);
}

function refusalAt(view: View, found: Series, openInterest: bigint, total: bigint): Reject | null {
  const { symbol, maxSeriesOpenInterest, maxOpenInterest } = mustUnderlyingById(
    view,
    found.underlyingId,
  );
  const capped = (of: string): Reject =>
    optionsErrors.openInterestCap(
      `open interest of ${of} is capped: only trades that close positions are possible`,
    );
  if (openInterest > maxSeriesOpenInterest) return capped(found.symbol);
  return total > maxOpenInterest ? capped(symbol) : null;
}
