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
  readonly trigger?: string;
}

/** What to cancel, from what was typed. */
export function cancelMsg(
  id: string | undefined,
  flags: CancelFlags,
  sender: string,
  subaccount: number,
) {
  const { all = false, clientId, underlying, expiry, series, trigger } = flags;
  const ways = [id, clientId, trigger]
    .map((way) => way !== undefined)
    .concat(all)
    .filter(Boolean).length;
  if (ways !== 1) {
    throw usageError(
      'Say what to cancel: an order’s ID, --client-id, --trigger or --all, and only one.',
    );
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
  if (trigger !== undefined) {
    const msg = { sender, subaccount, triggerId: readOrderId(trigger) };
    return msgOf(clob.MsgCancelTrigger, msg, true);
  }
  const orderId = id === undefined ? 0n : readOrderId(id);
  const msg = { sender, subaccount, orderId, clientOrderId: clientId ?? '' };
  return msgOf(clob.MsgCancelOrder, msg, true);
}

export function readOrderId(text: string): bigint {
  if (/^[1-9]\d{0,18}$/.test(text)) return BigInt(text);
  throw usageError(`"${text}" is not the id of an order.`, 'See yours: tenor order list');
}
