import { MsgCancelAll, MsgCancelAllResponse } from '../../../../../proto/gen/tenor.clob.v1.ts';
import { mustSubaccountOf } from '../../../accounts/index.ts';
import { addressBytes } from '../../../auth/index.ts';
import { mustSeriesBySymbol, mustUnderlying } from '../../../options/index.ts';
import type { View } from '../../../../runtime/context.ts';
import { handler } from '../../../../runtime/module.ts';
import { clobErrors } from '../../errors.ts';
import { cancelAllOrders } from '../resting.ts';
import type { CancelFilter } from '../resting.ts';

/** Cancels a subaccount's resting orders: all, or those of a series, expiry or underlying. */
export const cancelAll = handler({
  codec: MsgCancelAll,
  response: MsgCancelAllResponse,
  feeExempt: true,
  sessionClass: 'order',
  gas: 100_000,
  isCancel: true,
  signer: (msg) => msg.sender,
  validate({ sender, expirySeconds }) {
    addressBytes(sender);
    if (expirySeconds < 0n) throw clobErrors.badRequest('an expiry is in seconds since 1970');
  },
  execute(ctx, msg) {
    const { id } = mustSubaccountOf(ctx, msg.sender, msg.subaccount);
    return { cancelled: cancelAllOrders(ctx, id, 'requested', filterOf(ctx, msg)) };
  },
});

function filterOf(view: View, { series, underlying, expirySeconds }: MsgCancelAll): CancelFilter {
  return {
    ...(series === '' ? {} : { seriesId: mustSeriesBySymbol(view, series).id }),
    ...(underlying === '' ? {} : { underlyingId: mustUnderlying(view, underlying).id }),
    ...(expirySeconds === 0n ? {} : { expirySeconds }),
  };
}
