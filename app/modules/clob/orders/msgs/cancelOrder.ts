import { MsgCancelOrder, MsgCancelOrderResponse } from '../../../../../proto/gen/tenor.clob.v1.ts';
import { mustSubaccountOf } from '../../../accounts/index.ts';
import { addressBytes } from '../../../auth/index.ts';
import type { View } from '../../../../runtime/context.ts';
import { handler } from '../../../../runtime/module.ts';
import { clobErrors } from '../../errors.ts';
import { cancelResting } from '../resting.ts';
import { clientIds, orders } from '../../state.ts';

/** Cancels one resting order, by its id or by the client's. */
export const cancelOrder = handler({
  codec: MsgCancelOrder,
  response: MsgCancelOrderResponse,
  feeExempt: true,
  gas: 15_000,
  isCancel: true,
  signer: (msg) => msg.sender,
  validate({ sender, orderId, clientOrderId }) {
    addressBytes(sender);
    if ((orderId === 0n) === (clientOrderId === '')) {
      throw clobErrors.badRequest('give an order id or a client order id, and not both');
    }
  },
  execute(ctx, msg) {
    return { cancelled: cancelResting(ctx, findOrder(ctx, msg), 'requested') };
  },
});

/** @throws Reject unknownOrder, also for orders of others */
function findOrder(
  view: View,
  { sender, subaccount, orderId, clientOrderId }: MsgCancelOrder,
): bigint {
  const { id: account } = mustSubaccountOf(view, sender, subaccount);
  const id = orderId === 0n ? clientIds.get(view, [account, clientOrderId]) : orderId;
  if (id !== undefined && orders.get(view, id)?.subaccountId === account) return id;
  throw clobErrors.unknownOrder(
    `subaccount ${subaccount} has no open order ${clientOrderId || orderId.toString()}: ` +
      'it was filled or cancelled before, or is of another subaccount',
  );
}
