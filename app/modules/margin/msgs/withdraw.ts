import { MsgWithdraw, MsgWithdrawResponse } from '../../../../proto/gen/tenor.accounts.v1.ts';
import { debitForWithdrawal, subaccountOf } from '../../accounts/index.ts';
import { addressBytes } from '../../auth/index.ts';
import { BlockClass } from '../../../runtime/blockClass.ts';
import { handler } from '../../../runtime/module.ts';
import { assertCashStays } from '../bidCash.ts';
import { marginErrors } from '../errors.ts';
import { assertWithdrawal } from '../judge/judge.ts';

/**
 * Moves cash of a subaccount back to its owner. It is handled here and not in accounts because it
 * needs a judgement of the margin, which lies above.
 */
export const withdraw = handler({
  codec: MsgWithdraw,
  response: MsgWithdrawResponse,
  blockClass: BlockClass.MAKE,
  signer: (msg) => msg.sender,
  validate({ sender, amountUusd }) {
    addressBytes(sender);
    if (amountUusd === 0n) throw marginErrors.badAmount('withdraw more than nothing');
  },
  execute(ctx, { sender, subaccount, amountUusd }) {
    const account = subaccountOf(ctx, sender, subaccount);
    if (account === undefined) {
      throw marginErrors.unknownSubaccount(`you have no subaccount ${subaccount}: deposit first`);
    }
    if (account.cashUusd >= amountUusd) {
      assertWithdrawal(ctx, account.id, amountUusd);
      assertCashStays(ctx, account, amountUusd);
    }
    debitForWithdrawal(ctx, account.id, amountUusd);
    ctx.emit('withdraw', {
      owner: sender,
      subaccount: String(subaccount),
      amount_uusd: amountUusd.toString(),
    });
    return {};
  },
});
