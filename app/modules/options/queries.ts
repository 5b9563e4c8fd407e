import { ExpiryStatus } from '../../../proto/gen/tenor.options.v1.ts';
import * as pb from '../../../proto/gen/tenor.options.v1.ts';
import type { View } from '../../runtime/context.ts';
import { query } from '../../runtime/module.ts';
import type { QueryHandler } from '../../runtime/module.ts';
import { parseSymbol } from './core/index.ts';
import { optionsErrors } from './errors.ts';
import * as api from './instruments.ts';
import { params } from './params.ts';
import { requiredMs } from './sampling.ts';
import { settledBefore } from './settledPrices.ts';
import { expiries, expiryParts, samples, series, seriesByExpiry } from './state.ts';

const DEFAULT_LIMIT = 100;
const MAX_LIMIT = 1000;

const limitOf = (asked: number): number => Math.min(asked === 0 ? DEFAULT_LIMIT : asked, MAX_LIMIT);

/** Series by id, of an underlying and of an expiry when they are given. Each entry read is work. */
function* seriesAfter(view: View, request: pb.QuerySeriesRequest): Generator<pb.Series> {
  const { underlying, expirySeconds, afterId } = request;
  const id = underlying === '' ? 0 : api.mustUnderlying(view, underlying).id;
  if (id !== 0 && expirySeconds !== 0n) {
    const parts = expiryParts(id, expirySeconds);
    const key = [id, expirySeconds, afterId] as const;
    for (const [[, , found]] of seriesByExpiry.following(view, key, parts)) {
      yield series.must(view, found);
    }
    return;
  }
  for (const [, found] of series.following(view, afterId)) {
    if (id !== 0 && found.underlyingId !== id) continue;
    if (expirySeconds !== 0n && found.expirySeconds !== expirySeconds) continue;
    yield found;
  }
}

function querySeries(view: View, request: pb.QuerySeriesRequest): pb.QuerySeriesResponse {
  const limit = limitOf(request.limit);
  const page: pb.Series[] = [];
  for (const found of seriesAfter(view, request)) {
    if (page.length === limit) return { series: page, nextAfterId: page.at(-1)!.id };
    page.push(found);
  }
  return { series: page };
}

function querySeriesBySymbol(
  view: View,
  { symbol }: pb.QuerySeriesBySymbolRequest,
): pb.QuerySeriesBySymbolResponse {
  const found = api.seriesBySymbol(view, symbol);
  if (found !== undefined) return { series: found, expiry: api.expiryOfSeries(view, found) };
  // A settled series is gone, but its expiry says what it paid.
  const name = parseSymbol(symbol);
  const underlying = name === null ? undefined : api.underlyingBySymbol(view, name.underlying);
  const expiry =
    name === null || underlying === undefined
      ? undefined
      : api.expiryOf(view, underlying.id, name.expirySeconds);
  if (expiry?.status === ExpiryStatus.EXPIRY_STATUS_SETTLED) return { expiry };
  api.mustSeriesBySymbol(view, symbol);
  return {};
}

function noteOf(expiry: pb.Expiry, required: bigint): string {
  const covered = `${expiry.coveredMs / 1000n} of ${required / 1000n} seconds of samples`;
  switch (expiry.status) {
    case ExpiryStatus.EXPIRY_STATUS_NONE:
    case ExpiryStatus.EXPIRY_STATUS_TRADING:
      return `trading; ${covered}`;
    case ExpiryStatus.EXPIRY_STATUS_AWAITING_PRICE:
      return `expired, waiting for the settlement price: ${covered}`;
    case ExpiryStatus.EXPIRY_STATUS_SETTLING:
      return 'priced; payouts are under way';
    case ExpiryStatus.EXPIRY_STATUS_SETTLED:
      return 'settled';
  }
}

function querySettlement(
  view: View,
  { underlying, expirySeconds, afterTimeMs, limit: asked }: pb.QuerySettlementRequest,
): pb.QuerySettlementResponse {
  const expiry = api.mustExpiry(view, underlying, expirySeconds);
  const { underlyingId: id } = expiry;
  if (afterTimeMs < 0n) throw optionsErrors.badRequest('after_time_ms is not negative');
  const limit = limitOf(asked);
  const required = requiredMs(params.get(view));
  const answer = { expiry, requiredMs: required, note: noteOf(expiry, required) };
  const page: pb.Sample[] = [];
  const key = [id, expirySeconds, afterTimeMs] as const;
  for (const [, taken] of samples.following(view, key, expiryParts(id, expirySeconds))) {
    if (page.length === limit) {
      return { ...answer, samples: page, nextAfterTimeMs: page.at(-1)!.timeMs };
    }
    page.push(taken);
  }
  return { ...answer, samples: page };
}

/** Expiries before a time (0: all), and behind them those of which only the price is left. */
function* newestFirst(view: View, id: number, beforeSeconds: bigint): Generator<pb.Expiry> {
  const from = [id, 0n] as const;
  const to = beforeSeconds > 0n ? ([id, beforeSeconds] as const) : ([id + 1, 0n] as const);
  for (const [, expiry] of expiries.entries(view, { from, to, reverse: true })) yield expiry;
  yield* settledBefore(view, id, beforeSeconds);
}

function queryExpiries(
  view: View,
  { underlying, all, beforeSeconds, limit: asked }: pb.QueryExpiriesRequest,
): pb.QueryExpiriesResponse {
  if (!all) {
    const id = underlying === '' ? 0 : api.mustUnderlying(view, underlying).id;
    const live = api.liveExpiries(view).filter((e) => id === 0 || e.underlyingId === id);
    return { expiries: live };
  }
  const { id } = api.mustUnderlying(view, underlying);
  const limit = limitOf(asked);
  const page: pb.Expiry[] = [];
  for (const expiry of newestFirst(view, id, beforeSeconds)) {
    if (page.length === limit) {
      return { expiries: page, nextBeforeSeconds: page.at(-1)!.expirySeconds };
    }
    page.push(expiry);
  }
  return { expiries: page };
}

export const queries: Readonly<Record<string, QueryHandler>> = {
  '/tenor.options.v1.Query/Series': query(
    pb.QuerySeriesRequest,
    pb.QuerySeriesResponse,
    querySeries,
  ),
  '/tenor.options.v1.Query/SeriesBySymbol': query(
    pb.QuerySeriesBySymbolRequest,
    pb.QuerySeriesBySymbolResponse,
    querySeriesBySymbol,
  ),
  '/tenor.options.v1.Query/Settlement': query(
    pb.QuerySettlementRequest,
    pb.QuerySettlementResponse,
    querySettlement,
  ),
  '/tenor.options.v1.Query/Expiries': query(
    pb.QueryExpiriesRequest,
    pb.QueryExpiriesResponse,
    queryExpiries,
  ),
};
