import { CallAuctionKind } from '../../../../proto/gen/tenor.clob.v1.ts';
import type { CallAuction, ExpiryMarket } from '../../../../proto/gen/tenor.clob.v1.ts';
import { ExpiryStatus } from '../../../../proto/gen/tenor.options.v1.ts';
import type { Series } from '../../../../proto/gen/tenor.options.v1.ts';
import type { Ctx } from '../../../runtime/context.ts';
import { gapMsOf } from '../../../runtime/lastBlock.ts';
import { liveExpiries, mustUnderlyingById, seriesById } from '../../options/index.ts';
import { params } from '../params.ts';
import { isLive } from './auctionAt.ts';
import { booksOfExpiry } from './booksOfExpiry.ts';
import { clearingPrices, markets, openings } from './state.ts';

const { EXPIRY_STATUS_TRADING } = ExpiryStatus;
const { CALL_AUCTION_KIND_RECOVERY } = CallAuctionKind;

/**
 * At the beginning of a block, on its prices: an expiry whose prices are not live, or whose
 * underlying is disabled, pauses; and after an outage, of these or of the chain, it begins with an
 * auction, as long as the outage asks.
 */
export function watchMarkets(ctx: Ctx): void {
  const now = ctx.header.timeMs;
  const gapMs = gapMsOf(ctx);
  const trading = new Set<string>();
  for (const { underlyingId, expirySeconds, status } of liveExpiries(ctx)) {
    if (status !== EXPIRY_STATUS_TRADING || Number(expirySeconds) * 1_000 <= now) continue;
    trading.add(`${underlyingId}/${expirySeconds}`);
    const before = markets.get(ctx, [underlyingId, expirySeconds]);
    const isTraded = isLive(ctx, { underlyingId, expirySeconds });
    // What has never traded has no outage.
    if (before === undefined && !isTraded) continue;
    const after = watched(ctx, before ?? { underlyingId, expirySeconds, pausedSinceMs: 0n }, {
      ...{ isTraded, isKnown: before !== undefined, gapMs },
    });
    if (after !== before) markets.set(ctx, [underlyingId, expirySeconds], after);
  }
  for (const [key] of markets.entries(ctx)) {
    if (!trading.has(`${key[0]}/${key[1]}`)) markets.delete(ctx, key);
  }
}

type ExpiryNames = Pick<ExpiryMarket, 'underlyingId' | 'expirySeconds'>;

interface Seen {
  /** Prices are live, of what is traded. */
  readonly isTraded: boolean;
  /** It has been live before. */
  readonly isKnown: boolean;
  readonly gapMs: number;
}

/** What becomes of a market; the same object where nothing does. */
function watched(ctx: Ctx, market: ExpiryMarket, seen: Seen): ExpiryMarket {
  const now = BigInt(ctx.header.timeMs);
  const { isTraded, isKnown, gapMs } = seen;
  const { pausedSinceMs, auction, ...names } = market;
  if (!isTraded) {
    if (pausedSinceMs > 0n) return market;
    // An auction waits with its market: books that are crossed never trade without its end. What
    // it has not cleared yet is cleared at a price of then.
    forgetPrices(ctx, names);
    freeOpenings(ctx, names);
    const kept = auction && { auction: { ...auction, isClearing: false } };
    return { ...names, ...kept, pausedSinceMs: now - BigInt(gapMs) };
  }
  const isBack = pausedSinceMs > 0n;
  const outageMs = isBack ? Number(now - pausedSinceMs) : gapMs;
  const lengthMs = isKnown ? lengthOf(ctx, outageMs, isBack && auction !== undefined) : 0;
  if (lengthMs === 0) {
    if (isBack) beginOpeningsAnew(ctx, names);
    return isBack || !isKnown ? { ...market, pausedSinceMs: 0n } : market;
  }
  const lockMs = now + BigInt(lengthMs);
  // A shorter outage within an auction does not shorten it.
  const isLonger = auction === undefined || auction.lockMs < lockMs || auction.isClearing;
  if (!isLonger) return isBack ? { ...market, pausedSinceMs: 0n } : market;
  forgetPrices(ctx, names);
  takeOpenings(ctx, names);
  const kind = CALL_AUCTION_KIND_RECOVERY;
  ctx.emit('recovery_auction', {
    underlying: mustUnderlyingById(ctx, names.underlyingId).symbol,
    expiry_seconds: names.expirySeconds.toString(),
    outage_ms: String(outageMs),
    lock_ms: lockMs.toString(),
  });
  const begun = { kind, startedMs: now, lockMs, isClearing: false };
  return { ...names, pausedSinceMs: 0n, auction: begun };
}

/** Prices that books of an expiry were being cleared at: of before an outage. */
function forgetPrices(ctx: Ctx, { underlyingId, expirySeconds }: ExpiryNames): void {
  for (const { id } of booksOfExpiry(ctx, [underlyingId, expirySeconds])) {
    clearingPrices.delete(ctx, id);
  }
}

/** What an opening has not cleared yet is an auction again, which takes orders. */
function freeOpenings(ctx: Ctx, expiry: ExpiryNames): void {
  for (const [{ id }, opening] of openingsOf(ctx, expiry)) {
    if (opening.isClearing) openings.set(ctx, id, { ...opening, isClearing: false });
  }
}

/** The auction of an expiry is that of its series, too: none opens before it or after it. */
function takeOpenings(ctx: Ctx, expiry: ExpiryNames): void {
  for (const [{ id }] of openingsOf(ctx, expiry)) openings.delete(ctx, id);
}

/** Whoever waits in an opening that could not end has time to go again, now that it can. */
function beginOpeningsAnew(ctx: Ctx, expiry: ExpiryNames): void {
  const startedMs = BigInt(ctx.header.timeMs);
  const lockMs = startedMs + BigInt(params.get(ctx).openingAuctionMs);
  for (const [{ id, symbol }, opening] of openingsOf(ctx, expiry)) {
    if (opening.lockMs >= lockMs) continue;
    openings.set(ctx, id, { ...opening, startedMs, lockMs, isClearing: false });
    ctx.emit('opening_auction', { series: symbol, lock_ms: lockMs.toString() });
  }
}

function* openingsOf(
  ctx: Ctx,
  { underlyingId, expirySeconds }: ExpiryNames,
): Generator<[Series, CallAuction]> {
  for (const [id, opening] of openings.entries(ctx)) {
    const series = seriesById(ctx, id);
    const isOfIt = series?.underlyingId === underlyingId && series.expirySeconds === expirySeconds;
    if (isOfIt) yield [series, opening];
  }
}

/**
 * How long an auction after an outage lasts; 0 where it was too short for one. An auction that
 * could not end in it begins anew after any, as the least outage asks.
 */
function lengthOf(ctx: Ctx, outageMs: number, isUnderWay: boolean): number {
  const { auctionSteps } = params.get(ctx);
  let lengthMs = isUnderWay ? (auctionSteps[0]?.lengthMs ?? 0) : 0;
  for (const step of auctionSteps) {
    if (step.gapMs <= outageMs) lengthMs = step.lengthMs;
  }
  return lengthMs;
}
