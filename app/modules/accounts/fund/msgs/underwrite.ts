import {
  MsgUnderwrite,
  MsgUnderwriteResponse,
} from '../../../../../proto/gen/tenor.accounts.v1.ts';
import { addressBytes } from '../../../auth/index.ts';
import { UUSD, sendCoins } from '../../../bank/index.ts';
import { usdText } from '../../../../lib/amountText.ts';
import { mustUnderlying } from '../../../options/index.ts';
import { handler } from '../../../../runtime/module.ts';
import { ACCOUNTS_ADDRESS } from '../../cash.ts';
import { accountsErrors } from '../../errors.ts';
import { params } from '../../params.ts';
import { waitFor } from '../underwriting.ts';

/**
 * Buys shares of an insurance fund. The coins are set apart at once, and become shares at the price
 * of the fund once the wait is over.
 */
export const underwrite = handler({
  codec: MsgUnderwrite,
  response: MsgUnderwriteResponse,
  signer: (msg) => msg.sender,
  validate({ sender, amountUusd }) {
    addressBytes(sender);
    if (amountUusd === 0n) throw accountsErrors.underwriting('underwrite with more than nothing');
  },
  execute(ctx, { sender, underlying, amountUusd }) {
    const { id: underlyingId } = mustUnderlying(ctx, underlying);
    const { minUnderwriteUusd } = params.get(ctx);
    if (amountUusd < minUnderwriteUusd) {
      throw accountsErrors.underwriting(`underwrite with at least ${usdText(minUnderwriteUusd)}`);
    }
    sendCoins(ctx, sender, ACCOUNTS_ADDRESS, UUSD, amountUusd);
    const request = waitFor(ctx, { owner: sender, underlyingId, amountUusd, shares: 0n });
    return { request };
  },
});
