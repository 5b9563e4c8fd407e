import type { QuoteGroup, QuoteSide } from '../../../../proto/gen/tenor.clob.v1.ts';
import type { Underlying } from '../../../../proto/gen/tenor.options.v1.ts';
import { assert } from '../../../lib/assert.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import { bookToEnter } from '../auctions/auctionAt.ts';
import { booksOf } from '../books/books.ts';
import {
  AUCTION,
  CANCEL_REQUESTED,
  GTC,
  OUTCOME_RESTING,
  POST_ONLY_REJECT,
} from '../core/index.ts';
import type { Book, OrderRequest } from '../core/index.ts';
import { tickAtOrBelow } from '../orders/admit/priceRules.ts';
import { isLot } from '../orders/admit/sizeRules.ts';
import { gateOrder } from '../orders/match/gateOrder.ts';
import { nextOrderId } from '../state.ts';
import { coreSide, toCents, toNumber } from '../units.ts';
import { quoteKey } from './groups.ts';
import type { QuotedSeries } from './quotedSeries.ts';
import { codeOf } from './refusals.ts';
import { quotes } from './state.ts';
import { tagOfGroup } from '../core/tags.ts';

/** Of the sender's: what every quote of a message has in common. */
export interface Quoter {
  readonly group: QuoteGroup;
  readonly underlying: Underlying;
  /** Account number of the owner. */
  readonly owner: number;
  /** On one side of a book. */
  readonly maxBookOrders: number;
}

export type QuoteResult =
  | { readonly kind: 'quoted'; readonly orderId: bigint; readonly isNew: boolean }
  | { readonly kind: 'removed' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'refused'; readonly code: number; readonly hadQuote: boolean };

const ignore = (): void => undefined;

const PRICE_BAND = codeOf('priceBand');
const BAD_TICK = codeOf('badTick');
const BAD_SIZE = codeOf('badSize');
const POST_ONLY = codeOf('postOnly');
const BOOK_FULL = codeOf('bookFull');
const AUCTION_LOCKED = codeOf('auctionLocked');

/**
 * Puts a quote into its book in place of the group's last one there. One that cannot be leaves
 * nothing there, as what it would have replaced is stale; only what an auction holds stays.
 */
export function setQuote(
  ctx: Ctx,
  quoter: Quoter,
  quoted: QuotedSeries,
  isBuy: boolean,
  side: QuoteSide,
): QuoteResult {
  const { series } = quoted;
  const key = quoteKey(quoter.group.id, series.id, isBuy);
  const before = quotes.get(ctx, key);
  const isWanted = side.quantity > 0n;
  if (before !== undefined && quoted.isHeld) {
    return { kind: 'refused', code: AUCTION_LOCKED, hadQuote: false };
  }
  const code = isWanted ? refusalOf(ctx, quoter, quoted, isBuy, side) : null;
  if (isWanted && code === null) {
    gateOrder(ctx, { series, isBuy, ...side, band: quoted.band });
    const book = bookToEnter(ctx, series, true, quoted.auction);
    if (before === undefined) return place(ctx, quoter, book, quoted, isBuy, side);
    const [price, size] = [toCents(side.priceUusd), toNumber(side.quantity)];
    const outcome = book.replace(toNumber(before), price, size, ignore);
    if (outcome === OUTCOME_RESTING) return { kind: 'quoted', orderId: before, isNew: false };
  }
  if (before !== undefined) {
    booksOf(ctx).touch(series.id).cancel(toNumber(before), CANCEL_REQUESTED, ignore);
    quotes.delete(ctx, key);
  }
  if (!isWanted) return { kind: before === undefined ? 'nothing' : 'removed' };
  return { kind: 'refused', code: code ?? POST_ONLY, hadQuote: before !== undefined };
}

/** Why a side is not quoted, or null. */
function refusalOf(
  view: View,
  { group, underlying, maxBookOrders }: Quoter,
  { series, band, auction, closed }: QuotedSeries,
  isBuy: boolean,
  { priceUusd, quantity }: QuoteSide,
): number | null {
  if (closed !== null || band === undefined) return closed;
  if (tickAtOrBelow(underlying, priceUusd) !== priceUusd) return BAD_TICK;
  if (quantity > group.maxQuote || !isLot(underlying, quantity)) return BAD_SIZE;
  if (isBuy ? priceUusd > band.highUusd : priceUusd < band.lowUusd) return PRICE_BAND;
  const cents = toCents(priceUusd);
  const book = booksOf(view).peek(series.id);
  if (book === undefined) return null;
  const best = isBuy ? book.bestAsk() : book.bestBid();
  const isCrossing = best !== null && (isBuy ? cents >= best : cents <= best);
  // In an auction prices may cross until it ends.
  if (isCrossing && auction === undefined && book.phase !== AUCTION) return POST_ONLY;
  const side = coreSide(isBuy);
  if (book.ordersOf(side) < maxBookOrders) return null;
  const worst = book.worst(side);
  const isBetter = worst !== null && (isBuy ? cents > worst.price : cents < worst.price);
  return isBetter ? null : BOOK_FULL;
}

function place(
  ctx: Ctx,
  { group, owner }: Quoter,
  book: Book,
  { series }: QuotedSeries,
  isBuy: boolean,
  side: QuoteSide,
): QuoteResult {
  const orderId = nextOrderId.must(ctx);
  nextOrderId.set(ctx, orderId + 1n);
  const request: OrderRequest = {
    id: toNumber(orderId),
    owner,
    tag: tagOfGroup(group.id),
    side: coreSide(isBuy),
    price: toCents(side.priceUusd),
    size: toNumber(side.quantity),
    timeInForce: GTC,
    postOnly: POST_ONLY_REJECT,
  };
  assert(book.place(request, ignore) === OUTCOME_RESTING, 'a quote that does not cross rests');
  quotes.set(ctx, quoteKey(group.id, series.id, isBuy), orderId);
  return { kind: 'quoted', orderId, isNew: true };
}
