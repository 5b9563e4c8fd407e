import { assert, defined } from '../../lib/assert.ts';
import type { Ctx } from '../../runtime/context.ts';
import { auctionBooks } from './auctions/state.ts';
import { booksOf } from './books/books.ts';
import { AUCTION } from './core/index.ts';
import { rebuildEnded } from './orders/ended.ts';
import { reserve } from './orders/resting.ts';
import { rebuildQuotes } from './quotes/rebuild.ts';
import { indexDelayed } from './delay/delayed.ts';
import { clientIds, delayed, expiring, infos, orders, pages, timed, triggers } from './state.ts';
import { indexTrigger } from './triggers/waiting.ts';
import { toNumber } from './units.ts';
import { countVol, indexVol, isOutside, isVol } from './vols/ladder.ts';

/**
 * Every book from its pages, so that pages which are no book's are found now and not at first use.
 * @throws PageError, or AssertionFailure for pages of a series without a book
 */
function loadBooks(ctx: Ctx): void {
  const books = booksOf(ctx);
  for (const [seriesId] of infos.entries(ctx)) books.must(seriesId);
  for (const [[seriesId, page]] of pages.entries(ctx)) {
    assert(
      infos.has(ctx, seriesId),
      `page ${page} belongs to series ${seriesId}, which has no book`,
    );
  }
}

function sizeOf(ctx: Ctx, seriesId: bigint, id: bigint): bigint {
  const resting = booksOf(ctx).must(seriesId).order(toNumber(id)) ?? undefined;
  return BigInt(defined(resting, `order ${id} in its book`).size);
}

/** Fills the derived collections of a state that has none, and tells margin what rests. */
export function rebuild(ctx: Ctx): void {
  for (const [seriesId, { expirySeconds }] of infos.entries(ctx)) {
    expiring.set(ctx, [expirySeconds, seriesId], true);
  }
  loadBooks(ctx);
  for (const [id, { underlyingId, expirySeconds }] of infos.entries(ctx)) {
    if (booksOf(ctx).must(id).phase !== AUCTION) continue;
    auctionBooks.set(ctx, [underlyingId, expirySeconds, id], true);
  }
  for (const [id, record] of orders.entries(ctx)) {
    const { seriesId, subaccountId, clientOrderId } = record;
    if (isVol(record)) {
      indexVol(ctx, id, record);
      countVol(ctx, record, 1);
    }
    reserve(ctx, id, record, isOutside(record) ? record.vol.left : sizeOf(ctx, seriesId, id));
    if (record.goodTilSeconds !== undefined) timed.set(ctx, [record.goodTilSeconds, id], true);
    if (clientOrderId !== '') clientIds.set(ctx, [subaccountId, clientOrderId], id);
  }
  for (const [, order] of delayed.entries(ctx)) indexDelayed(ctx, order);
  rebuildEnded(ctx);
  rebuildQuotes(ctx);
  for (const [, trigger] of triggers.entries(ctx)) indexTrigger(ctx, trigger);
}
