import { noteResting, rowKeyOf, withResting } from '../accounts/index.ts';
import type { RestingChange, RestingSum, SeriesTerms } from '../accounts/index.ts';
import { exact } from '../accounts/core/holdings.ts';
import type { Holdings } from '../accounts/core/holdings.ts';
import type { Ctx, View } from '../../runtime/context.ts';
import { u32, u64 } from '../../lib/keys.ts';
import { openOrders, ordersByPrice } from './state.ts';
import type { OpenOrder, ReservedOrder } from './state.ts';

/**
 * Reserves margin for a resting order, or changes what is reserved for it. Its price does not
 * change while it rests.
 */
export function reserveOrder(
  ctx: Ctx,
  subaccountId: bigint,
  orderId: bigint,
  order: OpenOrder,
  series: SeriesTerms,
): void {
  const before = openOrders.get(ctx, [subaccountId, orderId]);
  const row = before?.row ?? rowKeyOf(series);
  openOrders.set(ctx, [subaccountId, orderId], { ...order, row });
  if (before === undefined) ordersByPrice.set(ctx, priced(subaccountId, orderId, order), true);
  const change = more(order, exact(order.quantity - (before?.quantity ?? 0n)));
  noteResting(ctx, subaccountId, [{ row, isBuy: order.isBuy, change }]);
}

/** Orders of a subaccount rest no more: what they reserved is free, in one record. */
export function releaseOrders(ctx: Ctx, subaccountId: bigint, ids: readonly bigint[]): void {
  const sides = ids.map((id) => {
    const order = openOrders.must(ctx, [subaccountId, id]);
    openOrders.delete(ctx, [subaccountId, id]);
    ordersByPrice.delete(ctx, priced(subaccountId, id, order));
    const { row, isBuy } = order;
    return { row, isBuy, change: less(ctx, subaccountId, id, order) };
  });
  noteResting(ctx, subaccountId, sides);
}

/** By order id. */
export function openOrdersOf(view: View, subaccountId: bigint): [bigint, OpenOrder][] {
  return [...openOrders.under(view, u64.write(subaccountId))].map(([[, id], order]) => [id, order]);
}

/** What is left of a resting order, with its limit. */
export function reservedOf(view: View, subaccountId: bigint, orderId: bigint): OpenOrder {
  return openOrders.must(view, [subaccountId, orderId]);
}

export function hasOpenOrders(view: View, subaccountId: bigint): boolean {
  return openOrders.first(view, u64.write(subaccountId)) !== undefined;
}

/** Ids of what rests of a subaccount on one side of a series, by price. */
export function* ordersOnSide(
  view: View,
  subaccountId: bigint,
  seriesId: bigint,
  isBuy: boolean,
): Generator<bigint> {
  for (const [[, , , , id]] of ordersByPrice.under(view, sideKey(subaccountId, seriesId, isBuy))) {
    yield id;
  }
}

/** The holdings with an order that would rest beside the others. */
export function withOrder(before: Holdings, order: OpenOrder, series: SeriesTerms): Holdings {
  return withResting(before, rowKeyOf(series), order.isBuy, more(order, exact(order.quantity)));
}

/** The holdings with less of a resting order, which is still in place. */
export function withoutTaken(
  view: View,
  before: Holdings,
  subaccountId: bigint,
  taken: { readonly orderId: bigint; readonly quantity: bigint },
): Holdings {
  const order = openOrders.get(view, [subaccountId, taken.orderId]);
  if (order === undefined) return before;
  const { row, isBuy, quantity } = order;
  const change =
    taken.quantity < quantity
      ? more(order, -exact(taken.quantity))
      : less(view, subaccountId, taken.orderId, order);
  return withResting(before, row, isBuy, change);
}

/** What an order adds to the sum of its side. */
function more({ isBuy, priceUusd }: OpenOrder, added: number): RestingChange {
  const price = exact(priceUusd);
  return (had: RestingSum) => {
    const isWorse = isBuy ? price > had.priceUusd : price < had.priceUusd;
    const isFirst = had.quantity === 0;
    return {
      quantity: had.quantity + added,
      priceUusd: isFirst || isWorse ? price : had.priceUusd,
    };
  };
}

/** What its side comes to without an order, which may still be listed by its price. */
function less(
  view: View,
  subaccountId: bigint,
  orderId: bigint,
  order: ReservedOrder,
): RestingChange {
  return (had) => {
    const quantity = had.quantity - exact(order.quantity);
    if (quantity === 0) return { quantity, priceUusd: 0 };
    if (had.priceUusd !== exact(order.priceUusd)) return { quantity, priceUusd: had.priceUusd };
    return { quantity, priceUusd: worstWithout(view, subaccountId, orderId, order) };
  };
}

function worstWithout(
  view: View,
  subaccountId: bigint,
  orderId: bigint,
  { seriesId, isBuy }: OpenOrder,
): number {
  const side = ordersByPrice.under(view, sideKey(subaccountId, seriesId, isBuy), isBuy);
  for (const [[, , , priceUusd, id]] of side) if (id !== orderId) return exact(priceUusd);
  return 0;
}

const SIDES = { buy: 1, sell: 0 } as const;

const sideKey = (subaccountId: bigint, seriesId: bigint, isBuy: boolean): string =>
  u64.write(subaccountId) + u64.write(seriesId) + u32.write(isBuy ? SIDES.buy : SIDES.sell);

function priced(subaccountId: bigint, orderId: bigint, { seriesId, isBuy, priceUusd }: OpenOrder) {
  return [subaccountId, seriesId, isBuy ? SIDES.buy : SIDES.sell, priceUusd, orderId] as const;
}
