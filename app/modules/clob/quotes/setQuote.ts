import type { QuoteGroup, QuoteSide } from '../../../../proto/gen/tenor.clob.v1.ts';
import type { Series } from '../../../../proto/gen/tenor.options.v1.ts';
import type { Band } from '../../margin/index.ts';
import { assert, defined } from '../../../lib/assert.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import { auctionAt, bookToEnter } from '../auctions/auctionAt.ts';
import { booksOf } from '../books/books.ts';
import { CANCEL_REQUESTED, GTC, OUTCOME_RESTING, POST_ONLY_REJECT } from '../core/index.ts';
import type { Book, OrderRequest } from '../core/index.ts';
import { clobErrors } from '../errors.ts';
import { params } from '../params.ts';
import { nextOrderId } from '../state.ts';
import { coreSide, toCents, toNumber } from '../units.ts';
import { quoteKey } from './groups.ts';
import { quotes } from './state.ts';
import { tagOfGroup } from './tags.ts';

/** One side of a series as a group is to quote it, its price and size checked. */
export interface NewQuote {
  readonly series: Series;
  readonly isBuy: boolean;
  readonly side: QuoteSide;
}

/** Of the sender's: what every quote of it has in common. */
export interface Quoter {
  readonly group: QuoteGroup;
  /** Account number of the owner. */
  readonly owner: number;
}

export type QuoteResult =
  | { readonly kind: 'quoted'; readonly orderId: bigint; readonly isNew: boolean }
  | { readonly kind: 'removed' }
  | { readonly kind: 'nothing' }
  | { readonly kind: 'refused'; readonly code: number; readonly hadQuote: boolean };

const ignore = (): void => undefined;

const codeOf = (name: string): number => defined(clobErrors.codes[name], name);
const PRICE_BAND = codeOf('priceBand');
const POST_ONLY = codeOf('postOnly');
const BOOK_FULL = codeOf('bookFull');

/**
 * Puts a quote into its book in place of the group's last one there. One that the market does not
 * allow, because it would trade at once or is outside the band or the book, leaves nothing there.
 */
export function setQuote(
  ctx: Ctx,
  quoter: Quoter,
  { series, isBuy, side }: NewQuote,
  band: Band,
): QuoteResult {
  const key = quoteKey(quoter.group.id, series.id, isBuy);
  const before = quotes.get(ctx, key);
  if (side.quantity === 0n && before === undefined) return { kind: 'nothing' };
  const code = side.quantity === 0n ? null : refusalOf(ctx, series, isBuy, side.priceUusd, band);
  if (code === null && side.quantity > 0n) {
    const book = bookToEnter(ctx, series, true);
    if (before === undefined) return place(ctx, quoter, book, { series, isBuy, side });
    const [price, size] = [toCents(side.priceUusd), toNumber(side.quantity)];
    const outcome = book.replace(toNumber(before), price, size, ignore);
    if (outcome === OUTCOME_RESTING) return { kind: 'quoted', orderId: before, isNew: false };
  }
  if (before !== undefined) {
    booksOf(ctx).touch(series.id).cancel(toNumber(before), CANCEL_REQUESTED, ignore);
    quotes.delete(ctx, key);
  }
  if (side.quantity === 0n) return { kind: 'removed' };
  return { kind: 'refused', code: code ?? POST_ONLY, hadQuote: before !== undefined };
}

/** Why the market does not take a quote, or null. */
function refusalOf(
  view: View,
  series: Series,
  isBuy: boolean,
  priceUusd: bigint,
  { lowUusd, highUusd }: Band,
): number | null {
  if (isBuy ? priceUusd > highUusd : priceUusd < lowUusd) return PRICE_BAND;
  const cents = toCents(priceUusd);
  const book = booksOf(view).peek(series.id);
  if (book === undefined) return null;
  const best = isBuy ? book.bestAsk() : book.bestBid();
  const isCrossing = best !== null && (isBuy ? cents >= best : cents <= best);
  // In an auction prices may cross until it ends.
  if (isCrossing && auctionAt(view, series) === undefined) return POST_ONLY;
  const side = coreSide(isBuy);
  if (book.ordersOf(side) < params.get(view).maxBookOrders) return null;
  const worst = book.worst(side);
  const isBetter = worst !== null && (isBuy ? cents > worst.price : cents < worst.price);
  return isBetter ? null : BOOK_FULL;
}

function place(
  ctx: Ctx,
  { group, owner }: Quoter,
  book: Book,
  { series, isBuy, side }: NewQuote,
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
