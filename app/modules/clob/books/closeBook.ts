import type { Ctx } from '../../../runtime/context.ts';
import { auctionBooks, clearingPrices, openings } from '../auctions/state.ts';
import { expiring, infos } from '../state.ts';
import { booksOf } from './books.ts';

/** Forgets the book of a series, in which nothing rests any more. */
export function closeBook(ctx: Ctx, seriesId: bigint): void {
  const { symbol, underlyingId, expirySeconds } = infos.must(ctx, seriesId);
  auctionBooks.delete(ctx, [underlyingId, expirySeconds, seriesId]);
  openings.delete(ctx, seriesId);
  clearingPrices.delete(ctx, seriesId);
  // Touched, so that the end of the block finds a book without an info and drops its pages.
  booksOf(ctx).touch(seriesId);
  infos.delete(ctx, seriesId);
  expiring.delete(ctx, [expirySeconds, seriesId]);
  ctx.emit('book_closed', { series: symbol });
}
