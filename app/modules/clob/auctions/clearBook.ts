import type { Series } from '../../../../proto/gen/tenor.options.v1.ts';
import { bandOf } from '../../margin/index.ts';
import type { Band } from '../../margin/index.ts';
import { mustUnderlyingById } from '../../options/index.ts';
import { defined } from '../../../lib/assert.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import { booksOf } from '../books/books.ts';
import { AUCTION, BUY, CONTINUOUS, SELL } from '../core/index.ts';
import type { Book, Clearing } from '../core/index.ts';
import { tickAtOrBelow } from '../orders/admit/priceRules.ts';
import { dropResting } from '../orders/resting.ts';
import { pullFrozen } from '../quotes/pull.ts';
import { toCents, toUusd } from '../units.ts';
import { parkedVols } from '../vols/ladder.ts';
import { leaveBounds } from '../vols/volMakers.ts';
import { auctionBooks, clearingPrices } from './state.ts';
import { Uncrossing } from './uncrossing.ts';

const CENT = 10_000n;

/** Where an auction of a book would clear now, inside the band and nearest to the mark. */
export function clearingOf(view: View, series: Series, book: Book, band: Band): Clearing | null {
  const { markUusd, lowUusd, highUusd } = band;
  const mark = tickAtOrBelow(mustUnderlyingById(view, series.underlyingId), markUusd);
  const low = (lowUusd + CENT - 1n) / CENT;
  return book.clearing(toCents(mark), Number(low), Number(highUusd / CENT));
}

/**
 * Trades what an auction of a series has brought together, at one price, in at most so many
 * meetings, and lets it trade on. Prices are live. Returns how many it took, and whether it is
 * done: where they were too few it goes on in the next block, at the price that it has.
 */
export function clearBook(
  ctx: Ctx,
  series: Series,
  budget: number,
): [used: number, isDone: boolean] {
  const { id } = series;
  const book = booksOf(ctx).touch(id);
  if (book.phase !== AUCTION) return [0, true];
  const band = defined(bandOf(ctx, series), 'the band of a series whose prices are live');
  // Not counted: it is done once an auction, and as many orders as it moves must not end its turn.
  if (!clearingPrices.has(ctx, id)) leaveBounds(ctx, series, bothParked(ctx, id));
  let used = 0;
  while (used < budget) {
    const begun = clearingPrices.get(ctx, id);
    if (begun === undefined) used += dropSelfCrossed(ctx, id, book, budget - used);
    if (used >= budget) break;
    const priceCents = begun ?? priceOf(ctx, series, book, band);
    if (priceCents === undefined) {
      used += dropOutside(ctx, series, book, band, budget - used);
      if (book.isCrossed) continue;
      open(ctx, series, book);
      return [used + 1, true];
    }
    const uncrossing = new Uncrossing(ctx, series);
    const [met, isDone] = uncrossing.run(book, Number(priceCents), budget - used);
    used += met;
    const { quantity } = uncrossing;
    if (quantity > 0n) {
      const priceUusd = toUusd(Number(priceCents));
      const cleared = { price_uusd: priceUusd.toString(), quantity: quantity.toString() };
      ctx.emit('call_auction_cleared', { series: series.symbol, ...cleared });
    }
    if (isDone) clearingPrices.delete(ctx, id);
    else clearingPrices.set(ctx, id, priceCents);
  }
  return [used, false];
}

const bothParked = (view: View, id: bigint): bigint[] =>
  [true, false].flatMap((isBuy) => [...parkedVols(view, id, isBuy)]);

function priceOf(view: View, series: Series, book: Book, band: Band): bigint | undefined {
  const clearing = clearingOf(view, series, book, band);
  return clearing === null ? undefined : BigInt(clearing.price);
}

/** The price leaves out what can only meet its own owner: it goes before others meet. */
function dropSelfCrossed(ctx: Ctx, id: bigint, book: Book, most: number): number {
  const found = book.selfCrossed().slice(0, most);
  for (const order of found) dropResting(ctx, id, order, 'self_trade');
  return found.length;
}

/** What crosses outside the band has nobody to trade with at a price that may be: it goes. */
function dropOutside(
  ctx: Ctx,
  { id }: Series,
  book: Book,
  { highUusd }: Band,
  most: number,
): number {
  let dropped = 0;
  while (book.isCrossed && dropped < most) {
    const bid = book.bestBid()!;
    const isBid = toUusd(bid) > highUusd;
    const order = isBid ? book.firstAt(BUY, bid) : book.firstAt(SELL, book.bestAsk()!);
    dropResting(ctx, id, order!, 'price_band');
    dropped++;
  }
  return dropped;
}

function open(ctx: Ctx, { id, underlyingId, expirySeconds }: Series, book: Book): void {
  book.setPhase(CONTINUOUS);
  auctionBooks.delete(ctx, [underlyingId, expirySeconds, id]);
  pullFrozen(ctx, id, book);
}
