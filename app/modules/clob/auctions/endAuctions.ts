import type { CallAuction } from '../../../../proto/gen/tenor.clob.v1.ts';
import type { Series } from '../../../../proto/gen/tenor.options.v1.ts';
import { drawn } from '../../../lib/drawn.ts';
import type { Ctx } from '../../../runtime/context.ts';
import { orderSeed } from '../../../runtime/lastBlock.ts';
import { mustUnderlyingById, seriesById } from '../../options/index.ts';
import { params } from '../params.ts';
import { couldEnd, isLast } from './auctionAt.ts';
import { booksOfExpiry } from './booksOfExpiry.ts';
import { clearBook } from './clearBook.ts';
import { markets, openings } from './state.ts';

/** In each block of its last part an auction ends with this chance, of 256. */
const END_CHANCE = 64;

/**
 * At the end of a block: auctions in their last part end by a draw from the block's hash, which
 * nobody knew who sent something for it; and their books are cleared, within a budget. What is left
 * goes on in the next block, in which nothing more comes to it.
 */
export function endAuctions(ctx: Ctx): void {
  let budget = params.get(ctx).maxAuctionMatchesPerBlock;
  for (const [key, market] of markets.entries(ctx)) {
    const { auction } = market;
    if (budget <= 0) return;
    // Without live prices there is no band to clear in: it waits, and takes nobody's turn.
    if (auction === undefined || !couldEnd(ctx, market)) continue;
    if (!ends(ctx, auction, `${key[0]}/${key[1]}`)) continue;
    const [left, isDone] = clearAll(ctx, booksOfExpiry(ctx, key), budget);
    budget = left;
    if (isDone) {
      const [underlyingId, expirySeconds] = key;
      markets.set(ctx, key, { underlyingId, expirySeconds, pausedSinceMs: 0n });
      const underlying = mustUnderlyingById(ctx, key[0]).symbol;
      ctx.emit('call_auction_ended', { underlying, expiry_seconds: key[1].toString() });
    } else if (!auction.isClearing) {
      markets.set(ctx, key, { ...market, auction: { ...auction, isClearing: true } });
    }
  }
  endOpenings(ctx, budget);
}

function endOpenings(ctx: Ctx, most: number): void {
  let budget = most;
  for (const [id, auction] of openings.entries(ctx)) {
    if (budget <= 0) return;
    const series = seriesById(ctx, id);
    // What has expired meanwhile is purged with its book, and trades no more.
    if (series === undefined || !couldEnd(ctx, series)) continue;
    if (!ends(ctx, auction, `${id}`)) continue;
    const [left, isDone] = clearAll(ctx, [series], budget);
    budget = left;
    if (isDone) openings.delete(ctx, id);
    else if (!auction.isClearing) openings.set(ctx, id, { ...auction, isClearing: true });
  }
}

function ends(ctx: Ctx, auction: CallAuction, name: string): boolean {
  if (auction.isClearing) return true;
  if (!isLast(ctx, auction)) return false;
  const { maxAuctionLockMs } = params.get(ctx);
  if (ctx.header.timeMs >= Number(auction.lockMs) + maxAuctionLockMs) return true;
  return drawn(orderSeed(ctx), `auction ${name}`).charCodeAt(0) < END_CHANCE;
}

/** What is left of the budget, and whether all of them are cleared. */
function clearAll(ctx: Ctx, books: readonly Series[], most: number): [number, boolean] {
  let budget = most;
  for (const series of books) {
    const [used, isDone] = clearBook(ctx, series, budget);
    budget -= used;
    if (!isDone) return [0, false];
  }
  return [budget, true];
}
