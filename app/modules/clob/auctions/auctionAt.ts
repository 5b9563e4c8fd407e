import type { CallAuction, ExpiryMarket } from '../../../../proto/gen/tenor.clob.v1.ts';
import type { Series } from '../../../../proto/gen/tenor.options.v1.ts';
import { CallAuctionKind } from '../../../../proto/gen/tenor.clob.v1.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import { isMarkedFresh } from '../../margin/index.ts';
import { isTrading } from '../../options/index.ts';
import { booksOf } from '../books/books.ts';
import { AUCTION } from '../core/index.ts';
import type { Book } from '../core/index.ts';
import { clobErrors } from '../errors.ts';
import { params } from '../params.ts';
import { infos } from '../state.ts';
import { auctionBooks, markets, openings } from './state.ts';

type Market = Pick<Series, 'underlyingId' | 'expirySeconds'>;
type Place = Market & Pick<Series, 'id'>;

const marketOf = (view: View, { underlyingId, expirySeconds }: Market): ExpiryMarket | undefined =>
  markets.get(view, [underlyingId, expirySeconds]);

/** The auction of all series of an expiry. */
export const recoveryOf = (view: View, market: Market): CallAuction | undefined =>
  marketOf(view, market)?.auction;

/** The auction of a series alone. */
export const openingOf = (view: View, seriesId: bigint): CallAuction | undefined =>
  openings.get(view, seriesId);

/** The auction that a series is in: of its expiry, or its own. */
export const auctionAt = (view: View, series: Place): CallAuction | undefined =>
  recoveryOf(view, series) ?? openingOf(view, series.id);

/** Whether its last part has begun. */
export const isLast = ({ header }: View, { lockMs }: CallAuction): boolean =>
  header.timeMs >= Number(lockMs);

/** Whether there are live prices, of what is traded. */
export const isLive = (view: View, market: Market): boolean =>
  isTrading(view, market) && isMarkedFresh(view, market);

const isPaused = (view: View, market: Market): boolean =>
  (marketOf(view, market)?.pausedSinceMs ?? 0n) > 0n;

/**
 * Whether an auction can end in this block. One whose underlying is enabled in the middle of it
 * cannot yet: the next block begins it anew.
 */
export const couldEnd = (view: View, market: Market): boolean =>
  isLive(view, market) && !isPaused(view, market);

/** Whether orders are taken: of what is traded, and not only since the middle of this block. */
export const takesOrders = (view: View, market: Market): boolean =>
  isTrading(view, market) && !(isPaused(view, market) && isMarkedFresh(view, market));

/**
 * Whether the auction of a series holds what it has: it is in its last part, and can end. Nobody is
 * held by one that waits for prices (ADR 162).
 */
export const isLocked = (view: View, series: Market, auction: CallAuction): boolean =>
  isLast(view, auction) && couldEnd(view, series);

/** The auction that the book of a series is in while that is locked. */
export function lockOf(view: View, seriesId: bigint): CallAuction | undefined {
  const info = infos.get(view, seriesId);
  if (info === undefined) return undefined;
  const series = { ...info, id: seriesId };
  const auction = auctionAt(view, series);
  return auction !== undefined && isLocked(view, series, auction) ? auction : undefined;
}

/** Of a series by its book. */
export const isLockedBook = (view: View, seriesId: bigint): boolean =>
  lockOf(view, seriesId) !== undefined;

/** @throws Reject auctionLocked */
export function assertMayTakeBack(view: View, seriesId: bigint): void {
  if (!isLockedBook(view, seriesId)) return;
  const { symbol } = infos.must(view, seriesId);
  throw clobErrors.auctionLocked(
    `the auction of ${symbol} is about to end: until then nothing is cancelled or made smaller`,
  );
}

/** Whether an order that rests may come. @throws Reject auction */
export function assertAuctionOpen(view: View, series: Series, rests: boolean): void {
  const auction = auctionAt(view, series);
  if (auction === undefined) return;
  if (auction.isClearing) {
    throw clobErrors.auction(`the auction of ${series.symbol} is being cleared: wait for its end`);
  }
  if (rests) return;
  const seconds = Math.max(0, Math.ceil((Number(auction.lockMs) - view.header.timeMs) / 1_000));
  throw clobErrors.auction(
    `${series.symbol} is in an auction for ${seconds} seconds or a little more: only orders that ` +
      'rest are taken, and trade at one price when it ends',
  );
}

/**
 * The book of a series to put an order into; in an auction it does not match. A book is kept from
 * the first order that rests in it: one that does not begins nothing in a series without one.
 */
export function bookToEnter(
  ctx: Ctx,
  series: Series,
  rests: boolean,
  auction: CallAuction | undefined,
): Book {
  const book = booksOf(ctx).touch(series.id);
  if (book.phase === AUCTION) return book;
  const isKept = infos.has(ctx, series.id);
  if (!rests && !isKept) return book;
  if (auction === undefined && (isKept || !begins(ctx, series))) return book;
  book.setPhase(AUCTION);
  auctionBooks.set(ctx, [series.underlyingId, series.expirySeconds, series.id], true);
  return book;
}

/** The first order in a series begins its opening, where openings are governed. */
function begins(ctx: Ctx, series: Series): boolean {
  const { openingAuctionMs } = params.get(ctx);
  if (openingAuctionMs === 0) return false;
  const startedMs = BigInt(ctx.header.timeMs);
  const lockMs = startedMs + BigInt(openingAuctionMs);
  const kind = CallAuctionKind.CALL_AUCTION_KIND_OPENING;
  openings.set(ctx, series.id, { kind, startedMs, lockMs, isClearing: false });
  ctx.emit('opening_auction', { series: series.symbol, lock_ms: lockMs.toString() });
  return true;
}
