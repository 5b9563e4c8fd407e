import * as clob from '../../../proto/gen/tenor.clob.v1.ts';
import { parsePrice, parseQuantity } from '../../amounts.ts';
import { msgOf } from '../../../client/signTx.ts';
import { usageError } from '../../errors.ts';
import type { TxFlags } from '../../session.ts';
import { coverRemark } from '../margin/covered.ts';
import { showSent } from '../showSent.ts';
import { txOptions, type Verb } from '../verb.ts';
import { readOrderId } from './readCancel.ts';
import { readVol } from './readOrder.ts';

export interface ReplaceFlags {
  readonly price?: string;
  readonly size?: string;
  readonly iv?: string;
  readonly clientId?: string;
}

/** A replacement from what was typed: an id or a name, and what changes. */
export function readReplace(
  id: string | undefined,
  { price, size, iv, clientId }: ReplaceFlags,
  sender: string,
  subaccount: number,
): clob.MsgReplaceOrder {
  if ((id === undefined) === (clientId === undefined)) {
    throw usageError('Say which order: its ID, or --client-id, and only one.');
  }
  if (price === undefined && size === undefined && iv === undefined) {
    throw usageError('Say what changes: --price, --size, --iv, or several.');
  }
  return {
    ...{ sender, subaccount, clientOrderId: clientId ?? '' },
    orderId: id === undefined ? 0n : readOrderId(id),
    priceUusd: price === undefined ? 0n : parsePrice(price),
    quantity: size === undefined ? 0n : parseQuantity(size),
    ...(iv === undefined ? {} : { volBp: readVol(iv) }),
  };
}

export const replace: Verb<ReplaceFlags & TxFlags> = {
  usage: 'replace [id]',
  description: 'give an open order another price or size',
  examples: [
    'order replace 17 --price 1240 --size 0.3 --from alice',
    'order replace --client-id mine --size 0.2 --from alice',
    'order replace 18 --iv 52.5% --from alice',
  ],
  options: (command) =>
    txOptions(command)
      .option('--price <usd>', 'the new price in USD per contract')
      .option('--iv <percent>', 'another implied volatility, of an order placed with one')
      .option('--size <contracts>', 'the new size of the whole order, its fills included')
      .option('--client-id <text>', 'the order with this name'),
  async run(session, [id], flags) {
    const { address } = session.keys.find(session.keys.from());
    const order = readReplace(id, flags, address, session.settings.subaccount);
    const signer = await session.keys.signer();
    const msg = msgOf(clob.MsgReplaceOrder, order, true);
    const remark = await coverRemark(session, address);
    showSent(session, await session.send(signer, [msg], flags), 'replaced', remark);
  },
};
