import type { QuoteGroup, QuoteSide } from '../../../../proto/gen/tenor.clob.v1.ts';
import type { Underlying } from '../../../../proto/gen/tenor.options.v1.ts';
import { assert } from '../../../lib/assert.ts';
import type { Ctx } from '../../../runtime/context.ts';
import { bookToEnter } from '../auctions/auctionAt.ts';
import { booksOf } from '../books/books.ts';
import {
  AUCTION,
  CANCEL_REQUESTED,
  GTC,
  OUTCOME_RESTING,
  POST_ONLY_REJECT,
} from '../core/index.ts';
import type { OrderRequest } from '../core/index.ts';
import { tickAtOrBelow } from '../orders/admit/priceRules.ts';
import { isLot } from '../orders/admit/sizeRules.ts';
import { gateOrder } from '../orders/match/gateOrder.ts';
import { nextOrderId } from '../state.ts';
import { coreSide, toCents, toNumber } from '../units.ts';
import { noteQuote } from './groups.ts';
import type { QuotedSeries } from './quotedSeries.ts';
import { codeOf } from './refusals.ts';
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
  | {
      readonly kind: 'quoted';
      readonly orderId: bigint;
      /** What stood there of the group. */
      readonly was: 'nothing' | 'other' | 'same';
    }
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
  const { series, auction } = quoted;
  const { id: groupId } = quoter.group;
  const before = isBuy ? quoted.ids.bid : quoted.ids.ask;
  const isWanted = side.quantity > 0n;
  if (before !== undefined && quoted.isHeld) {
    return { kind: 'refused', code: AUCTION_LOCKED, hadQuote: false };
  }
  const code = isWanted ? refusalOf(quoter, quoted, isBuy, side) : null;
  if (isWanted && code === null) {
    gateOrder(ctx, { series, isBuy, ...side, band: quoted.band });
    if (before === undefined) return place(ctx, quoter, quoted, isBuy, side);
    const [id, price, size] = [toNumber(before), toCents(side.priceUusd), toNumber(side.quantity)];
    if (auction === undefined && quoted.book?.rests(id, price, size) === true) {
      return { kind: 'quoted', orderId: before, was: 'same' };
    }
    const book =
      auction === undefined
        ? booksOf(ctx).touch(series.id)
        : bookToEnter(ctx, series, true, auction);
    const outcome = book.replace(id, price, size, ignore);
    if (outcome === OUTCOME_RESTING) return { kind: 'quoted', orderId: before, was: 'other' };
  }
  if (before !== undefined) {
    booksOf(ctx).touch(series.id).cancel(toNumber(before), CANCEL_REQUESTED, ignore);
    noteQuote(ctx, groupId, series.id, isBuy, undefined);
  }
  if (!isWanted) return { kind: before === undefined ? 'nothing' : 'removed' };
  return { kind: 'refused', code: code ?? POST_ONLY, hadQuote: before !== undefined };
}

/** Why a side is not quoted, or null. */
function refusalOf(
  { group, underlying, maxBookOrders }: Quoter,
  { band, auction, closed, book }: QuotedSeries,
  isBuy: boolean,
  { priceUusd, quantity }: QuoteSide,
): number | null {
  if (closed !== null || band === undefined) return closed;
  if (tickAtOrBelow(underlying, priceUusd) !== priceUusd) return BAD_TICK;
  if (quantity > group.maxQuote || !isLot(underlying, quantity)) return BAD_SIZE;
  if (isBuy ? priceUusd > band.highUusd : priceUusd < band.lowUusd) return PRICE_BAND;
  const cents = toCents(priceUusd);
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
  { series, auction }: QuotedSeries,
  isBuy: boolean,
  side: QuoteSide,
): QuoteResult {
  const book = bookToEnter(ctx, series, true, auction);
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
  noteQuote(ctx, group.id, series.id, isBuy, orderId);
  return { kind: 'quoted', orderId, was: 'nothing' };
}
