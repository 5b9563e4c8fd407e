import { ExpiryStatus } from '../../../proto/gen/tenor.options.v1.ts';
import type { Expiry, Series } from '../../../proto/gen/tenor.options.v1.ts';
import { defined } from '../../lib/assert.ts';
import type { Ctx } from '../../runtime/context.ts';
import * as state from './state.ts';

/** The settlement price, of an expiry that has one. */
export const priceOf = ({ settlementUusd }: Expiry): bigint =>
  defined(settlementUusd, 'the price of an expiry that settles');

/** Series and expiries together with what is derived from them. */

export function saveNewSeries(ctx: Ctx, added: Series): void {
  state.series.set(ctx, added.id, added);
  indexSeries(ctx, added);
}

function indexSeries(ctx: Ctx, added: Series): void {
  const { id, symbol, underlyingId, expirySeconds, openInterest } = added;
  state.seriesIds.set(ctx, symbol, id);
  state.seriesByExpiry.set(ctx, [underlyingId, expirySeconds, id], true);
  if (openInterest === 0n) return;
  const total = state.interest.get(ctx, underlyingId) ?? 0n;
  state.interest.set(ctx, underlyingId, total + openInterest);
}

/** The series has no open interest. */
export function deleteSeries(ctx: Ctx, removed: Series): void {
  const { id, symbol, underlyingId, expirySeconds } = removed;
  state.series.delete(ctx, id);
  state.seriesIds.delete(ctx, symbol);
  state.seriesByExpiry.delete(ctx, [underlyingId, expirySeconds, id]);
}

export function saveExpiry(ctx: Ctx, expiry: Expiry): void {
  state.expiries.set(ctx, [expiry.underlyingId, expiry.expirySeconds], expiry);
  indexExpiry(ctx, expiry);
}

function indexExpiry(ctx: Ctx, { underlyingId, expirySeconds, status }: Expiry): void {
  const key = [expirySeconds, underlyingId] as const;
  if (status === ExpiryStatus.EXPIRY_STATUS_SETTLED) state.liveKeys.delete(ctx, key);
  else if (!state.liveKeys.has(ctx, key)) state.liveKeys.set(ctx, key, true);
}

/** Fills the derived collections of a state that has none. */
export function rebuild(ctx: Ctx): void {
  for (const [, found] of state.series.entries(ctx)) indexSeries(ctx, found);
  for (const [, found] of state.expiries.entries(ctx)) indexExpiry(ctx, found);
}
