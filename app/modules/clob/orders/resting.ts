import type { BookInfo, OrderRecord } from '../../../../proto/gen/tenor.clob.v1.ts';
import type { Series } from '../../../../proto/gen/tenor.options.v1.ts';
import { countOpenOrders, getSubaccount } from '../../accounts/index.ts';
import { assert, defined } from '../../../lib/assert.ts';
import { openOrdersOf, releaseOrders, reservedOf, reserveOrder } from '../../margin/index.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import type { Left } from '../auctions/held.ts';
import { booksOf } from '../books/books.ts';
import { BUY, CANCEL_REQUESTED, OUTCOME_RESTING } from '../core/index.ts';
import type { OrderView } from '../core/index.ts';
import { params } from '../params.ts';
import { groupsOf, quotesLeft } from '../quotes/groups.ts';
import { groups } from '../quotes/state.ts';
import { noteGone, pullAllQuotes } from '../quotes/pull.ts';
import type { PullReason } from '../quotes/pull.ts';
import { groupOfTag } from '../core/tags.ts';
import * as state from '../state.ts';
import { termsOf } from '../terms.ts';
import { coreSide, isBuySide, toCents, toNumber } from '../units.ts';
import { countVol, indexVol, isOutside, isVol, unindexVol } from '../vols/ladder.ts';
import { rememberEnded } from './ended.ts';
import type { CancelReason } from './reasons.ts';

/** Keeps the record of an order that has come to rest, and reserves its margin. */
export function addResting(ctx: Ctx, id: bigint, record: OrderRecord, remaining: bigint): void {
  const { subaccountId, clientOrderId, goodTilSeconds } = record;
  state.orders.set(ctx, id, record);
  if (goodTilSeconds !== undefined) state.timed.set(ctx, [goodTilSeconds, id], true);
  if (clientOrderId !== '') state.clientIds.set(ctx, [subaccountId, clientOrderId], id);
  if (isVol(record)) {
    indexVol(ctx, id, record);
    countVol(ctx, record, 1);
  }
  reserve(ctx, id, record, remaining);
  countOpenOrders(ctx, subaccountId, 1);
}

/**
 * An order has come to rest on a side that was full: the worst one goes. Whoever was let in is
 * better than that one (`assertBookRoom`).
 */
export function giveUpWorst(ctx: Ctx, seriesId: bigint, isBuy: boolean): void {
  const book = booksOf(ctx).must(seriesId);
  const side = coreSide(isBuy);
  if (book.ordersOf(side) <= params.get(ctx).maxBookOrders) return;
  const worst = defined(book.worst(side) ?? undefined, 'the worst order of a full side');
  dropResting(ctx, seriesId, worst, 'book_full');
}

/** Takes an order or a quote out of its book for a reason that is not its owner's. */
export function dropResting(
  ctx: Ctx,
  seriesId: bigint,
  { id, tag, side }: Readonly<OrderView>,
  reason: CancelReason,
): void {
  const groupId = groupOfTag(tag);
  if (groupId === undefined) {
    cancelResting(ctx, BigInt(id), reason);
    return;
  }
  booksOf(ctx)
    .touch(seriesId)
    .cancel(id, CANCEL_REQUESTED, () => undefined);
  noteGone(ctx, groups.must(ctx, groupId), termsOf(ctx, seriesId), side === BUY, reason);
}

/** Makes sure that the book of the series is stored from now on. */
export function keepBook(ctx: Ctx, { id, symbol, underlyingId, expirySeconds }: Series): void {
  if (state.infos.has(ctx, id)) return;
  state.infos.set(ctx, id, { seriesId: id, symbol, underlyingId, expirySeconds });
  state.expiring.set(ctx, [expirySeconds, id], true);
}

/** Margin follows what is left of an order. */
export function reserve(ctx: Ctx, id: bigint, record: OrderRecord, remaining: bigint): void {
  const { subaccountId, seriesId, side, priceUusd } = record;
  const order = { seriesId, isBuy: isBuySide(side), quantity: remaining, priceUusd };
  reserveOrder(ctx, subaccountId, id, order, termsOf(ctx, seriesId));
}

type Named = OrderRecord & { readonly symbol: string };

/** An order has left its book, with so much of it left: only how it ended is remembered. */
export function endResting(
  ctx: Ctx,
  id: bigint,
  record: Named,
  left: bigint,
  reason: CancelReason | 'filled',
): void {
  dropRecord(ctx, id, record, left, reason);
  if (reason !== 'filled') emitCancelled(ctx, id, record, left, reason);
  release(ctx, record.subaccountId, [id]);
}

/** Its records and its end; what it reserves and counts for goes with `release`. */
function dropRecord(
  ctx: Ctx,
  id: bigint,
  record: Named,
  left: bigint,
  reason: CancelReason | 'filled',
): void {
  const { subaccountId, clientOrderId, goodTilSeconds } = record;
  state.orders.delete(ctx, id);
  if (goodTilSeconds !== undefined) state.timed.delete(ctx, [goodTilSeconds, id]);
  if (clientOrderId !== '') state.clientIds.delete(ctx, [subaccountId, clientOrderId]);
  if (isVol(record)) {
    unindexVol(ctx, id, record);
    countVol(ctx, record, -1);
  }
  if (reason !== 'replaced') rememberEnded(ctx, id, record, left, reason);
}

function release(ctx: Ctx, subaccountId: bigint, ids: readonly bigint[]): void {
  releaseOrders(ctx, subaccountId, ids);
  countOpenOrders(ctx, subaccountId, -ids.length);
}

/** Takes a resting order out of its book. Returns what was left of it, in 1e-4 contracts. */
export function cancelResting(ctx: Ctx, id: bigint, reason: CancelReason): bigint {
  const record = state.orders.must(ctx, id);
  const left = takeOut(ctx, id, record);
  endResting(ctx, id, { ...record, symbol: infoOf(ctx, record.seriesId).symbol }, left, reason);
  return left;
}

const infoOf = (view: View, seriesId: bigint): BookInfo => state.infos.must(view, seriesId);

function takeOut(ctx: Ctx, id: bigint, record: OrderRecord): bigint {
  if (isOutside(record)) return record.vol.left;
  let left = 0n;
  booksOf(ctx)
    .touch(record.seriesId)
    .cancel(toNumber(id), CANCEL_REQUESTED, ({ size }) => {
      left = BigInt(size);
    });
  return left;
}

/** Makes a resting order smaller, in its place. */
export function cutResting(ctx: Ctx, id: bigint, record: OrderRecord, left: bigint): void {
  const { seriesId, quantity, priceUusd, subaccountId, clientOrderId } = record;
  const cut = reservedOf(ctx, subaccountId, id).quantity - left;
  if (!isOutside(record)) {
    const [price, size] = [toCents(priceUusd), toNumber(left)];
    const book = booksOf(ctx).touch(seriesId);
    const outcome = book.replace(toNumber(id), price, size, () => undefined);
    assert(outcome === OUTCOME_RESTING, `order ${id} does not rest after a cut`);
  }
  const vol = isOutside(record) ? { vol: { ...record.vol, left } } : {};
  const smaller = { ...record, quantity: quantity - cut, ...vol };
  state.orders.set(ctx, id, smaller);
  reserve(ctx, id, smaller, left);
  const reduced = {
    order_id: id.toString(),
    series: infoOf(ctx, seriesId).symbol,
    ...whoseOf(ctx, subaccountId),
    quantity: cut.toString(),
    client_order_id: clientOrderId || undefined,
  };
  ctx.emit('order_reduced', reduced, ['order_id']);
}

/** Whose an order is, as events name it. */
interface Whose {
  readonly owner: string;
  readonly subaccount: string;
}

function whoseOf(view: View, subaccountId: bigint): Whose {
  const account = defined(getSubaccount(view, subaccountId), 'the subaccount of an order');
  return { owner: account.owner, subaccount: String(account.number) };
}

export function emitCancelled(
  ctx: Ctx,
  id: bigint,
  of: Pick<Named, 'symbol' | 'subaccountId' | 'clientOrderId'>,
  left: bigint,
  reason: CancelReason,
  { owner, subaccount }: Whose = whoseOf(ctx, of.subaccountId),
): void {
  const { symbol, clientOrderId } = of;
  const cancelled = {
    order_id: id.toString(),
    series: symbol,
    owner,
    subaccount,
    quantity: left.toString(),
    reason,
    client_order_id: clientOrderId || undefined,
  };
  ctx.emit('order_cancelled', cancelled, ['order_id']);
}

/** Which of a subaccount's orders to cancel. What is undefined excludes none. */
export interface CancelFilter {
  readonly seriesId?: bigint;
  readonly underlyingId?: number;
  readonly expirySeconds?: bigint;
  readonly mayGo?: (seriesId: bigint) => boolean;
}

/** Cancels a subaccount's resting orders and quotes, or those of a filter. Returns how many. */
export function cancelAllOrders(
  ctx: Ctx,
  subaccountId: bigint,
  reason: CancelReason & PullReason,
  filter: CancelFilter = {},
): number {
  const isWanted = (seriesId: bigint) => matches(infoOf(ctx, seriesId), filter);
  const pulled = pullAllQuotes(ctx, subaccountId, reason, isWanted);
  const open = openOrdersOf(ctx, subaccountId);
  if (open.length === 0) return pulled;
  // What orders of a subaccount share is read once: thousands of them go in one block of a crash.
  const whose = whoseOf(ctx, subaccountId);
  const ids: bigint[] = [];
  for (const [id, { seriesId }] of open) {
    const info = infoOf(ctx, seriesId);
    if (!matches(info, filter)) continue;
    const record = { ...state.orders.must(ctx, id), symbol: info.symbol };
    const left = takeOut(ctx, id, record);
    dropRecord(ctx, id, record, left, reason);
    emitCancelled(ctx, id, record, left, reason, whose);
    ids.push(id);
  }
  if (ids.length > 0) release(ctx, subaccountId, ids);
  return pulled + ids.length;
}

/** What of a filter still rests of a subaccount, after all of it went that may. */
export function ordersLeft(view: View, subaccountId: bigint, filter: CancelFilter): Left[] {
  const isWanted = (seriesId: bigint) => matches(infoOf(view, seriesId), filter);
  const orders = openOrdersOf(view, subaccountId)
    .filter(([, { seriesId }]) => isWanted(seriesId))
    .map(([orderId, { seriesId, isBuy }]) => ({ seriesId, isBuy, orderId }));
  const quotes = groupsOf(view, subaccountId).flatMap((group) => quotesLeft(view, group, isWanted));
  return [...orders, ...quotes];
}

function matches(info: BookInfo, filter: CancelFilter): boolean {
  const { seriesId, underlyingId, expirySeconds, mayGo } = filter;
  return (
    (seriesId ?? info.seriesId) === info.seriesId &&
    (underlyingId ?? info.underlyingId) === info.underlyingId &&
    (expirySeconds ?? info.expirySeconds) === info.expirySeconds &&
    (mayGo?.(info.seriesId) ?? true)
  );
}
