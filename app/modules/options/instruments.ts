import { ExpiryStatus, ListingCalendar } from '../../../proto/gen/tenor.options.v1.ts';
import type { Expiry, Series, Underlying } from '../../../proto/gen/tenor.options.v1.ts';
import { defined } from '../../lib/assert.ts';
import type { View } from '../../runtime/context.ts';
import type { SettlementFee } from './core/index.ts';
import { formatExpiry, isNameable, tickAt } from './core/index.ts';
import { optionsErrors } from './errors.ts';
import { params } from './params.ts';
import { settledExpiry } from './settledPrices.ts';
import { expiries, expiryParts, liveKeys, series, seriesByExpiry, seriesIds } from './state.ts';

export function underlyingById(view: View, id: number): Underlying | undefined {
  return params.get(view).underlyings.find((u) => u.id === id);
}

/** The underlying of a series or an expiry: parameters never drop one. */
export function mustUnderlyingById(view: View, id: number): Underlying {
  return defined(underlyingById(view, id), `underlying ${id}`);
}

export function underlyingBySymbol(view: View, symbol: string): Underlying | undefined {
  return params.get(view).underlyings.find((u) => u.symbol === symbol);
}

/** @throws Reject unknownUnderlying */
export function mustUnderlying(view: View, symbol: string): Underlying {
  const found = underlyingBySymbol(view, symbol);
  if (found !== undefined) return found;
  throw optionsErrors.unknownUnderlying(`no underlying is called ${symbol.slice(0, 20)}`);
}

/** Series stay until their expiry is settled; then they are gone. */
export function seriesById(view: View, id: bigint): Series | undefined {
  return series.get(view, id);
}

export function seriesBySymbol(view: View, symbol: string): Series | undefined {
  const id = seriesIds.get(view, symbol);
  return id === undefined ? undefined : series.must(view, id);
}

/** @throws Reject unknownSeries */
export function mustSeriesBySymbol(view: View, symbol: string): Series {
  const found = seriesBySymbol(view, symbol);
  if (found !== undefined) return found;
  throw optionsErrors.unknownSeries(
    `no series ${symbol.slice(0, 60)} is listed: see the list of markets`,
  );
}

/** In order of listing. */
export function seriesOfExpiry(view: View, underlyingId: number, expirySeconds: bigint): Series[] {
  const parts = expiryParts(underlyingId, expirySeconds);
  return [...seriesByExpiry.under(view, parts)].map(([[, , id]]) => series.must(view, id));
}

/** Of a settled expiry, in the end only the price is left. */
export function expiryOf(
  view: View,
  underlyingId: number,
  expirySeconds: bigint,
): Expiry | undefined {
  const found = expiries.get(view, [underlyingId, expirySeconds]);
  return found ?? settledExpiry(view, underlyingId, expirySeconds);
}

/** @throws Reject unknownUnderlying, unknownExpiry */
export function mustExpiry(view: View, underlying: string, expirySeconds: bigint): Expiry {
  const found = expiryOf(view, mustUnderlying(view, underlying).id, expirySeconds);
  if (found !== undefined) return found;
  const name = isNameable(expirySeconds)
    ? formatExpiry(expirySeconds)
    : `at second ${expirySeconds}`;
  throw optionsErrors.unknownExpiry(`${underlying} has no expiry ${name}`);
}

export function expiryOfSeries(view: View, { underlyingId, expirySeconds }: Series): Expiry {
  return defined(expiryOf(view, underlyingId, expirySeconds), 'the expiry of a series');
}

/** Expiries that are not settled, in order of time, then of underlying. */
export function liveExpiries(view: View): Expiry[] {
  return [...liveKeys.entries(view)].map(([[expirySeconds, underlyingId]]) =>
    expiries.must(view, [underlyingId, expirySeconds]),
  );
}

/** Orders are taken: the underlying is enabled and the expiry lies ahead of the block time. */
export function isTrading(
  view: View,
  { underlyingId, expirySeconds }: Pick<Series, 'underlyingId' | 'expirySeconds'>,
): boolean {
  if (view.header.timeMs >= Number(expirySeconds) * 1000) return false;
  const expiry = expiryOf(view, underlyingId, expirySeconds);
  return (
    expiry?.status === ExpiryStatus.EXPIRY_STATUS_TRADING &&
    underlyingById(view, underlyingId)?.enabled === true
  );
}

/** From the block time, as a double in steps of 0.001; 0 once expired. */
export function secondsToExpiry(view: View, expirySeconds: bigint): number {
  return Math.max(0, (Number(expirySeconds) * 1000 - view.header.timeMs) / 1000);
}

/** The tick at a price a contract, both in uusd. */
export function tickFor(underlying: Underlying, priceUusd: bigint): bigint {
  return tickAt(underlying.ticks, priceUusd);
}

/** The settlement fee of an expiry: dailies are free. */
export function settlementFeeOf(view: View, { calendar }: Expiry): SettlementFee {
  const { settlementFeePpm, settlementFeeCapPpm } = params.get(view);
  const free = calendar === ListingCalendar.LISTING_CALENDAR_DAILY;
  return { feePpm: free ? 0 : settlementFeePpm, capPpm: settlementFeeCapPpm };
}
