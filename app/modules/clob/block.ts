import type { Ctx } from '../../runtime/context.ts';
import { endAuctions } from './auctions/endAuctions.ts';
import { watchMarkets } from './auctions/watchMarkets.ts';
import { booksOf } from './books/books.ts';
import { closeBook } from './books/closeBook.ts';
import { BUY, SELL } from './core/index.ts';
import type { OrderView } from './core/index.ts';
import { params } from './params.ts';
import { cancelResting, dropResting } from './orders/resting.ts';
import { isTimedOut } from './orders/timedOut.ts';
import { fireSwitches } from './quotes/block.ts';
import { forgetEnded, storeEnded } from './orders/ended.ts';
import { waitingVols } from './vols/ladder.ts';
import { runDelayed } from './delay/runDelayed.ts';
import { pruneSeries } from './pruneSeries.ts';
import { fireTriggers, purgeTriggers } from './triggers/fireTriggers.ts';
import { expiring, orders, timed } from './state.ts';

/** Before the block's messages: what time ends. */
export function beginBlock(ctx: Ctx): void {
  watchMarkets(ctx);
  forgetEnded(ctx);
  purgeExpired(ctx);
  purgeTimed(ctx);
  fireSwitches(ctx);
  purgeTriggers(ctx);
  pruneSeries(ctx);
}

/** After them, and after liquidations. */
export function endBlock(ctx: Ctx): void {
  endAuctions(ctx);
  runDelayed(ctx);
  fireTriggers(ctx);
  storeEnded(ctx);
}

/** Orders that a block looks past for each that it may cancel, since an auction holds them. */
const LOOKS = 10;

/** Cancels orders whose time is over, earliest first, a bounded number a block. */
function purgeTimed(ctx: Ctx): void {
  const now = BigInt(Math.floor(ctx.header.timeMs / 1_000));
  let budget = params.get(ctx).maxPurgesPerBlock;
  let looks = budget * LOOKS;
  for (const [[seconds, id]] of timed.entries(ctx)) {
    if (seconds > now || budget === 0 || looks-- === 0) return;
    if (!isTimedOut(ctx, orders.must(ctx, id))) continue;
    cancelResting(ctx, id, 'timed_out');
    budget--;
  }
}

/**
 * Cancels what rests in expired series and drops their books, earliest expiry first, a bounded
 * number of orders and books a block. What is left of the index is where the next block goes on.
 */
function purgeExpired(ctx: Ctx): void {
  let budget = params.get(ctx).maxPurgesPerBlock;
  for (const [[expirySeconds, seriesId]] of expiring.entries(ctx)) {
    if (budget === 0 || ctx.header.timeMs < Number(expirySeconds) * 1000) return;
    budget = purgeBook(ctx, seriesId, budget);
  }
}

/** Orders by volatility that wait outside the book, so many at the most. */
function outsideOf(ctx: Ctx, seriesId: bigint, most: number): bigint[] {
  const ids: bigint[] = [];
  for (const isBuy of [true, false]) {
    for (const id of waitingVols(ctx, seriesId, isBuy)) {
      if (ids.length === most) return ids;
      ids.push(id);
    }
  }
  return ids;
}

/** Returns what is left of the budget, of which an order and a book take one each. */
function purgeBook(ctx: Ctx, seriesId: bigint, budget: number): number {
  const book = booksOf(ctx).must(seriesId);
  const found: OrderView[] = [];
  for (const side of [BUY, SELL] as const) {
    if (found.length === budget) break;
    book.orders(side, (order) => found.push({ ...order }) < budget);
  }
  for (const order of found) dropResting(ctx, seriesId, order, 'expired');
  const outside = found.length < budget ? outsideOf(ctx, seriesId, budget - found.length) : [];
  for (const id of outside) cancelResting(ctx, id, 'expired');
  const left = budget - found.length - outside.length;
  if (left === 0) return 0;
  closeBook(ctx, seriesId);
  return left - 1;
}
