import { MsgDeposit, MsgDepositResponse } from '../../../../proto/gen/tenor.accounts.v1.ts';
import { addressBytes } from '../../auth/index.ts';
import { usdText } from '../../../lib/amountText.ts';
import { sdk } from '../../../runtime/errors.ts';
import { BlockClass } from '../../../runtime/blockClass.ts';
import { handler } from '../../../runtime/module.ts';
import { creditDeposit } from '../cash.ts';
import { accountsErrors } from '../errors.ts';
import { params } from '../params.ts';
import { openSubaccount } from '../subaccounts.ts';

/** Moves uusd of the sender into one of its subaccounts, which the first deposit opens. */
export const deposit = handler({
  codec: MsgDeposit,
  response: MsgDepositResponse,
  blockClass: BlockClass.MAKE,
  signer: (msg) => msg.sender,
  validate({ sender, amountUusd }) {
    addressBytes(sender);
    if (amountUusd === 0n) throw sdk.invalidRequest('the amount of a deposit is positive');
  },
  execute(ctx, { sender, subaccount: number, amountUusd }) {
    const { minDepositUusd } = params.get(ctx);
    if (amountUusd < minDepositUusd) {
      throw accountsErrors.depositTooSmall(`a deposit is at least ${usdText(minDepositUusd)}`);
    }
    const { id } = openSubaccount(ctx, sender, number);
    creditDeposit(ctx, id, amountUusd);
    ctx.emit('deposit', {
      sender,
      subaccount: number.toString(),
      subaccount_id: id.toString(),
      amount_uusd: amountUusd.toString(),
    });
    return { subaccountId: id };
  },
});
