import type { DelayedOrder, MsgPlaceOrder } from '../../../../proto/gen/tenor.clob.v1.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import { auctionAt } from '../auctions/auctionAt.ts';
import { booksOf } from '../books/books.ts';
import type { Book } from '../core/index.ts';
import { clobErrors } from '../errors.ts';
import { assertDelayedOf, countDelayed } from '../limits/owned.ts';
import type { IncomingOrder } from '../orders/match/incomingOrder.ts';
import { params } from '../params.ts';
import { delayed, delayedClientIds, delayedCount } from '../state.ts';
import { toUusd } from '../units.ts';
import { waitingVols } from '../vols/ladder.ts';
import { mustVol, volOf } from '../vols/volMakers.ts';
import { crosses, makerPrice, volPrice } from '../vols/volPrice.ts';
import { mustUnderlyingById } from '../../options/index.ts';

/** Whether an order would meet somebody at once: in the book, or by volatility. Only reads. */
export function wouldTake(view: View, order: IncomingOrder): boolean {
  const { series, isBuy, priceUusd, isPostOnly } = order;
  // It rests behind who waits by volatility (ADR 159), and has been refused or slid at the book.
  if (isPostOnly) return false;
  if (auctionAt(view, series) !== undefined) return false;
  const book = booksOf(view).peek(series.id);
  const best = (isBuy ? book?.bestAsk() : book?.bestBid()) ?? null;
  if (best !== null && crosses(!isBuy, toUusd(best), priceUusd)) return true;
  return meetsVolatility(view, order, book);
}

/** Whether somebody who waits by volatility would be offered at what an order reaches. */
function meetsVolatility(view: View, order: IncomingOrder, book: Book | undefined): boolean {
  const { series, isBuy, priceUusd: limitUusd, band } = order;
  if (band === undefined) return false;
  const underlying = mustUnderlyingById(view, series.underlyingId);
  let left = params.get(view).maxMatchesPerOrder;
  for (const id of waitingVols(view, series.id, !isBuy)) {
    if (left-- === 0) return false;
    const terms = volOf(mustVol(view, id));
    const worth = volPrice(view, series, underlying, terms);
    if (worth === undefined || worth === 0n || !crosses(!isBuy, worth, limitUusd)) return false;
    const priceUusd = makerPrice(terms, { series, underlying, band, book }, worth);
    if (priceUusd > 0n && crosses(!isBuy, priceUusd, limitUusd)) return true;
    // Behind the other side or the band nobody who offers less can be met, either.
    if (priceUusd !== terms.boundUusd) return false;
  }
  return false;
}

/** The order waits for the end of the next block. @throws Reject delayedFull, ownerDelayedCap */
export function delay(ctx: Ctx, id: bigint, subaccountId: bigint, order: MsgPlaceOrder): void {
  const height = BigInt(ctx.header.height);
  const most = params.get(ctx).maxDelayed;
  if ((delayedCount.get(ctx, 0) ?? 0) >= most) {
    throw clobErrors.delayedFull(`${most} orders wait already: send it again in the next block`);
  }
  assertDelayedOf(ctx, order.sender);
  addDelayed(ctx, { id, subaccountId, order, height });
  const { series, sender: owner, subaccount } = order;
  const waiting = {
    ...{ order_id: id.toString(), series, owner, subaccount: String(subaccount) },
    client_order_id: order.clientOrderId || undefined,
  };
  ctx.emit('order_delayed', waiting, ['order_id']);
}

export function addDelayed(ctx: Ctx, order: DelayedOrder): void {
  delayed.set(ctx, order.id, order);
  indexDelayed(ctx, order);
}

/** Counted, and found by the client's name for it. */
export function indexDelayed(ctx: Ctx, { id, subaccountId, order }: DelayedOrder): void {
  count(ctx, subaccountId, 1);
  const name = order?.clientOrderId ?? '';
  if (name !== '') delayedClientIds.set(ctx, [subaccountId, name], id);
}

export function dropDelayed(ctx: Ctx, { id, subaccountId, order }: DelayedOrder): void {
  delayed.delete(ctx, id);
  count(ctx, subaccountId, -1);
  const name = order?.clientOrderId ?? '';
  if (name !== '') delayedClientIds.delete(ctx, [subaccountId, name]);
}

function count(ctx: Ctx, subaccountId: bigint, change: 1 | -1): void {
  countDelayed(ctx, subaccountId, change);
  const all = (delayedCount.get(ctx, 0) ?? 0) + change;
  if (all === 0) delayedCount.delete(ctx, 0);
  else delayedCount.set(ctx, 0, all);
}
