import {
  MsgWithdrawUnderwriting,
  MsgWithdrawUnderwritingResponse,
} from '../../../../../proto/gen/tenor.accounts.v1.ts';
import { addressBytes } from '../../../auth/index.ts';
import { mustUnderlying } from '../../../options/index.ts';
import { handler } from '../../../../runtime/module.ts';
import { accountsErrors } from '../../errors.ts';
import { fundOf } from '../fund.ts';
import { freeSharesOf, waitFor } from '../underwriting.ts';

/** Asks shares of an insurance fund back. Until the wait is over they bear its losses. */
export const withdrawUnderwriting = handler({
  codec: MsgWithdrawUnderwriting,
  response: MsgWithdrawUnderwritingResponse,
  signer: (msg) => msg.sender,
  validate({ sender, shares }) {
    addressBytes(sender);
    if (shares === 0n) throw accountsErrors.underwriting('give back more than no shares');
  },
  execute(ctx, { sender, underlying, shares }) {
    const { id: underlyingId } = mustUnderlying(ctx, underlying);
    const free = freeSharesOf(ctx, sender, fundOf(ctx, underlyingId));
    if (shares > free) {
      throw accountsErrors.underwriting(
        free === 0n
          ? `you have no shares of the ${underlying} fund that are not asked back already`
          : `you have ${free} shares of the ${underlying} fund to give back`,
      );
    }
    return { request: waitFor(ctx, { owner: sender, underlyingId, amountUusd: 0n, shares }) };
  },
});
