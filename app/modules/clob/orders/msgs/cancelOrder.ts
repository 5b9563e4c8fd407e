import { MsgCancelOrder, MsgCancelOrderResponse } from '../../../../../proto/gen/tenor.clob.v1.ts';
import { addressBytes } from '../../../auth/index.ts';
import { handler } from '../../../../runtime/module.ts';
import { assertMayTakeBack } from '../../auctions/auctionAt.ts';
import { orders } from '../../state.ts';
import { findOrder, validateName } from '../findOrder.ts';
import { cancelResting } from '../resting.ts';

/** Cancels one resting order, by its id or by the client's. */
export const cancelOrder = handler({
  codec: MsgCancelOrder,
  response: MsgCancelOrderResponse,
  feeExempt: true,
  sessionClass: 'order',
  gas: 15_000,
  isCancel: true,
  signer: (msg) => msg.sender,
  validate(msg) {
    addressBytes(msg.sender);
    validateName(msg);
  },
  execute(ctx, msg) {
    const id = findOrder(ctx, msg);
    assertMayTakeBack(ctx, orders.must(ctx, id).seriesId);
    return { cancelled: cancelResting(ctx, id, 'requested') };
  },
});
