import { MsgCancelAll, MsgCancelAllResponse } from '../../../../../proto/gen/tenor.clob.v1.ts';
import { mustSubaccountOf } from '../../../accounts/index.ts';
import { addressBytes } from '../../../auth/index.ts';
import { mustSeriesBySymbol, mustUnderlying } from '../../../options/index.ts';
import type { Ctx, View } from '../../../../runtime/context.ts';
import { handler } from '../../../../runtime/module.ts';
import { isLockedBook } from '../../auctions/auctionAt.ts';
import { answerOfHeld } from '../../auctions/held.ts';
import { clobErrors } from '../../errors.ts';
import { cancelTrigger, triggersOf } from '../../triggers/waiting.ts';
import { cancelAllOrders, ordersLeft } from '../resting.ts';
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
    const filter = filterOf(ctx, msg);
    const mayGo = (seriesId: bigint) => !isLockedBook(ctx, seriesId);
    const cancelled = cancelAllOrders(ctx, id, 'requested', { ...filter, mayGo });
    const triggers = cancelTriggers(ctx, id, filter);
    const left = ordersLeft(ctx, id, filter);
    if (left.length === 0) return { cancelled, triggers };
    return { cancelled, triggers, isLocked: true, ...answerOfHeld(ctx, left) };
  },
});

function filterOf(view: View, { series, underlying, expirySeconds }: MsgCancelAll): CancelFilter {
  return {
    ...(series === '' ? {} : { seriesId: mustSeriesBySymbol(view, series).id }),
    ...(underlying === '' ? {} : { underlyingId: mustUnderlying(view, underlying).id }),
    ...(expirySeconds === 0n ? {} : { expirySeconds }),
  };
}

/**
 * Triggers, too: nothing of it shall come back. A session has none and takes none: they protect
 * what its owner holds. Returns how many.
 */
function cancelTriggers(ctx: Ctx, id: bigint, wanted: CancelFilter): number {
  if (ctx.gate !== undefined) return 0;
  const own = triggersOf(ctx, id).filter(
    ({ seriesId, underlyingId, expirySeconds }) =>
      (wanted.seriesId ?? seriesId) === seriesId &&
      (wanted.underlyingId ?? underlyingId) === underlyingId &&
      (wanted.expirySeconds ?? expirySeconds) === expirySeconds,
  );
  for (const trigger of own) cancelTrigger(ctx, trigger, 'requested');
  return own.length;
}
