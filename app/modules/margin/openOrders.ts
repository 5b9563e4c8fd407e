import type { Ctx, View } from '../../runtime/context.ts';
import { u64 } from '../../lib/keys.ts';
import { openOrders } from './state.ts';
import type { OpenOrder } from './state.ts';

/** Reserves margin for a resting order, or changes what is reserved for it. */
export function reserveOrder(
  ctx: Ctx,
  subaccountId: bigint,
  orderId: bigint,
  order: OpenOrder,
): void {
  openOrders.set(ctx, [subaccountId, orderId], order);
}

export function releaseOrder(ctx: Ctx, subaccountId: bigint, orderId: bigint): void {
  openOrders.delete(ctx, [subaccountId, orderId]);
}

/** By order id. */
export function openOrdersOf(view: View, subaccountId: bigint): [bigint, OpenOrder][] {
  return [...openOrders.under(view, u64.write(subaccountId))].map(([[, id], order]) => [id, order]);
}
