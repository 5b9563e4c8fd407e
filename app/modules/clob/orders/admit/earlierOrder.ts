import { MsgPlaceOrder } from '../../../../../proto/gen/tenor.clob.v1.ts';
import type { MsgPlaceOrderResponse } from '../../../../../proto/gen/tenor.clob.v1.ts';
import { sha256 } from '../../../../lib/address.ts';
import { equalBytes } from '../../../../lib/bytes.ts';
import type { View } from '../../../../runtime/context.ts';
import { reservedOf } from '../../../margin/index.ts';
import { clobErrors } from '../../errors.ts';
import * as state from '../../state.ts';

const TERMS_BYTES = 8;

/** What tells an order that is sent again from another one with the same name. */
export function termsOf(msg: MsgPlaceOrder): Uint8Array | undefined {
  if (msg.clientOrderId === '') return undefined;
  return Uint8Array.from(sha256(MsgPlaceOrder.encode(msg)).subarray(0, TERMS_BYTES));
}

/** The order of that name that waits for the end of the next block. */
function waitingOrder(
  view: View,
  key: readonly [bigint, string],
  terms: Uint8Array,
): MsgPlaceOrderResponse | undefined {
  const orderId = state.delayedClientIds.get(view, key);
  if (orderId === undefined) return undefined;
  const { order } = state.delayed.must(view, orderId);
  if (order !== undefined && equalBytes(termsOf(order)!, terms)) {
    return { orderId, filled: 0n, resting: 0n, delayed: true };
  }
  throw clobErrors.duplicateClientId(
    `another order waits with the client order id ${key[1]}: give each order one of its own`,
  );
}

/**
 * The order that the same message placed before, as it stands: whoever lost the answer may send it
 * again. Undefined when the name is free.
 * @throws Reject duplicateClientId when another order has the name
 */
export function earlierOrder(
  view: View,
  subaccountId: bigint,
  { clientOrderId }: MsgPlaceOrder,
  terms: Uint8Array | undefined,
): MsgPlaceOrderResponse | undefined {
  if (terms === undefined) return undefined;
  const key = [subaccountId, clientOrderId] as const;
  const waiting = waitingOrder(view, key, terms);
  if (waiting !== undefined) return waiting;
  const openId = state.clientIds.get(view, key);
  const orderId = openId ?? state.endedClientIds.get(view, key);
  if (orderId === undefined) return undefined;
  const order = openId === undefined ? state.ended.must(view, orderId) : undefined;
  const record = order ?? state.orders.must(view, orderId);
  if (record.terms === undefined || !equalBytes(record.terms, terms)) {
    throw clobErrors.duplicateClientId(
      `another order ${order === undefined ? 'is open' : 'was placed not long ago'} with the ` +
        `client order id ${clientOrderId}: give each order one of its own`,
    );
  }
  if (order !== undefined) return { orderId, filled: order.filled, resting: 0n };
  const resting = reservedOf(view, subaccountId, orderId).quantity;
  return { orderId, filled: record.quantity - resting, resting };
}
