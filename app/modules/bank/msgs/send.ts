import { MsgSend, MsgSendResponse } from '../../../../proto/gen/cosmos.bank.v1beta1.ts';
import { addressBytes } from '../../auth/index.ts';
import { sdk } from '../../../runtime/errors.ts';
import { BlockClass } from '../../../runtime/blockClass.ts';
import { handler } from '../../../runtime/module.ts';
import { supplies } from '../state.ts';
import { MODULE_ADDRESSES, sendCoins } from '../ledger.ts';

const MAX_DENOMS = 8;
const MAX_DIGITS = 39;

const wrongAmount = (amount: string): string =>
  /^[1-9]\d+$/.test(amount)
    ? `an amount of ${amount.length} digits is more than there can be: at most ${MAX_DIGITS}`
    : 'the amount of a coin is a whole number of its base units, more than zero';

/** Sends coins from one account to another (cosmos.bank.v1beta1.MsgSend). */
export const send = handler({
  codec: MsgSend,
  response: MsgSendResponse,
  blockClass: BlockClass.MAKE,
  signer: (msg) => msg.fromAddress,
  validate({ fromAddress, toAddress, amount }) {
    addressBytes(fromAddress);
    addressBytes(toAddress);
    if (MODULE_ADDRESSES.has(toAddress)) {
      throw sdk.unauthorized(`${toAddress} is a module's account and takes no transfers`);
    }
    if (amount.length === 0 || amount.length > MAX_DENOMS) {
      throw sdk.invalidCoins(`1 to ${MAX_DENOMS} coins are needed`);
    }
    for (const [i, coin] of amount.entries()) {
      if (!/^[1-9]\d{0,38}$/.test(coin.amount)) {
        throw sdk.invalidCoins(wrongAmount(coin.amount));
      }
      if (i > 0 && amount[i - 1]!.denom >= coin.denom) {
        throw sdk.invalidCoins('coins must be sorted by denomination, without duplicates');
      }
    }
  },
  execute(ctx, { fromAddress, toAddress, amount }) {
    for (const { denom, amount: units } of amount) {
      if (!supplies.has(ctx, denom)) throw sdk.invalidCoins(`${denom.slice(0, 50)} does not exist`);
      sendCoins(ctx, fromAddress, toAddress, denom, BigInt(units));
    }
    return {};
  },
});
