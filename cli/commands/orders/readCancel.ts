import * as clob from '../../../proto/gen/tenor.clob.v1.ts';
import { msgOf } from '../../../client/signTx.ts';
import { usageError } from '../../errors.ts';
import type { TxFlags } from '../../session.ts';
import { readExpiry } from '../series.ts';

export interface CancelFlags extends TxFlags {
  readonly all?: boolean;
  readonly clientId?: string;
  readonly underlying?: string;
  readonly expiry?: string;
  readonly series?: string;
}

/** What to cancel, from what was typed. */
export function cancelMsg(
  id: string | undefined,
  flags: CancelFlags,
  sender: string,
  subaccount: number,
) {
  const { all = false, clientId, underlying, expiry, series } = flags;
  const ways = [id !== undefined, clientId !== undefined, all].filter(Boolean).length;
  if (ways !== 1) {
    throw usageError('Say what to cancel: an order’s ID, or --client-id, or --all, and only one.');
  }
  if (all) {
    return msgOf(
      clob.MsgCancelAll,
      {
        ...{ sender, subaccount },
        underlying: underlying?.toUpperCase() ?? '',
        expirySeconds: expiry === undefined ? 0n : readExpiry(expiry),
        series: series?.toUpperCase() ?? '',
      },
      true,
    );
  }
  if (underlying !== undefined || expiry !== undefined || series !== undefined) {
    throw usageError('--underlying, --expiry and --series go with --all.');
  }
  const orderId = id === undefined ? 0n : readOrderId(id);
  const msg = { sender, subaccount, orderId, clientOrderId: clientId ?? '' };
  return msgOf(clob.MsgCancelOrder, msg, true);
}

export function readOrderId(text: string): bigint {
  if (/^[1-9]\d{0,18}$/.test(text)) return BigInt(text);
  throw usageError(`"${text}" is not the id of an order.`, 'See yours: tenor order list');
}
