import type { Series } from '../../../proto/gen/tenor.options.v1.ts';
import { assert } from '../../lib/assert.ts';
import type { Ctx, View } from '../../runtime/context.ts';
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
  if (deltaLongs > 0n) checkCaps(ctx, found, openInterest, total);
  series.set(ctx, seriesId, { ...found, openInterest, traded: true });
  // As after a start, which knows of no underlying that has none.
  if (total === 0n) interest.delete(ctx, found.underlyingId);
  else interest.set(ctx, found.underlyingId, total);
}

/** By how much the longs of a series may grow before a cap refuses it, in 1e-4 contracts. */
export function openInterestRoom(view: View, seriesId: bigint): bigint {
  const found = series.must(view, seriesId);
  const { maxSeriesOpenInterest, maxOpenInterest } = mustUnderlyingById(view, found.underlyingId);
  const ofSeries = maxSeriesOpenInterest - found.openInterest;
  const ofAll = maxOpenInterest - (interest.get(view, found.underlyingId) ?? 0n);
  return ofSeries < ofAll ? ofSeries : ofAll;
}

function checkCaps(ctx: Ctx, found: Series, openInterest: bigint, total: bigint): void {
  const { symbol, maxSeriesOpenInterest, maxOpenInterest } = mustUnderlyingById(
    ctx,
    found.underlyingId,
  );
  if (openInterest > maxSeriesOpenInterest) {
    throw optionsErrors.openInterestCap(
      `open interest of ${found.symbol} is capped: only trades that close positions are possible`,
    );
  }
  if (total > maxOpenInterest) {
    throw optionsErrors.openInterestCap(
      `open interest of ${symbol} is capped: only trades that close positions are possible`,
    );
  }
}
