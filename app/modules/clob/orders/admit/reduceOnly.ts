import { positionOf } from '../../../accounts/index.ts';
import { openOrdersOf, ordersOnSide, reservedOf } from '../../../margin/index.ts';
import type { View } from '../../../../runtime/context.ts';
import { orders } from '../../state.ts';

/** By how much a buy or a sell can reduce a position, in 1e-4 contracts; 0 when it would not. */
export function reducibleBy(
  view: View,
  subaccountId: bigint,
  seriesId: bigint,
  isBuy: boolean,
): bigint {
  const held = positionOf(view, subaccountId, seriesId)?.quantity ?? 0n;
  const against = isBuy ? -held : held;
  return against > 0n ? against : 0n;
}

/** What is left to reduce once the subaccount's resting reduce-only orders have traded. */
export function unreservedReduction(
  view: View,
  subaccountId: bigint,
  seriesId: bigint,
  isBuy: boolean,
): bigint {
  let left = reducibleBy(view, subaccountId, seriesId, isBuy);
  if (left === 0n) return 0n;
  for (const id of ordersOnSide(view, subaccountId, seriesId, isBuy)) {
    if (orders.must(view, id).reduceOnly) left -= reservedOf(view, subaccountId, id).quantity;
  }
  return left > 0n ? left : 0n;
}

/**
 * Whether an order, and all that rests of its subaccount, can only reduce what that holds. Of a
 * series they never come to more than the position: each was cut to what the others had left.
 */
export function onlyReduces(
  view: View,
  subaccountId: bigint,
  { reduceOnly }: { readonly reduceOnly: boolean },
): boolean {
  if (!reduceOnly) return false;
  return openOrdersOf(view, subaccountId).every(([id]) => orders.must(view, id).reduceOnly);
}
