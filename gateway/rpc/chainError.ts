import { ClientError, Refusal, TxTimeout } from '../../client/index.ts';
import { RpcError } from './rpcError.ts';
import type { RpcErrorName } from './rpcError.ts';

/** What the chain refuses, as Deribit calls it where a meaning matches; by codespace and code. */
const MEANINGS: Readonly<Record<string, RpcErrorName>> = {
  'accounts/1': 'notEnoughFunds',
  'accounts/4': 'notEnoughFunds',
  'accounts/5': 'invalidAmount',
  'accounts/7': 'maxOpenOrders',
  'accounts/8': 'maxOpenOrders',
  'clob/2': 'bookClosed',
  'clob/3': 'priceWrongTick',
  'clob/4': 'invalidAmount',
  'clob/5': 'priceNotAllowed',
  'clob/6': 'bookClosed',
  'clob/8': 'postOnlyReject',
  'clob/10': 'nonUniqueLabel',
  'clob/11': 'orderNotFound',
  'clob/12': 'queueFull',
  'clob/14': 'lockedByAdmin',
  'clob/16': 'orderOverlap',
  'clob/24': 'retry',
  'clob/41': 'notFound',
  'clob/43': 'mmpTrigger',
  'margin/1': 'notEnoughFunds',
  'margin/3': 'bookClosed',
  'margin/4': 'notEnoughFunds',
  'margin/8': 'notEnoughFunds',
  'margin/9': 'notEnoughFunds',
  'options/1': 'notFound',
  'options/2': 'notFound',
  'runtime/2': 'tooManyRequests',
  'runtime/9': 'notEnoughFunds',
  'runtime/10': 'retry',
  'runtime/20': 'retry',
  'sessions/1': 'forbidden',
  'sessions/2': 'forbidden',
  'sessions/3': 'forbidden',
  'sessions/4': 'forbidden',
  'sessions/5': 'priceNotAllowed',
  'sessions/6': 'invalidAmount',
  'sdk/9': 'forbidden',
};

/** By the chain's code, with ours and its sentence in `data`. */
export function refusedBy(codespace: string, code: number, reason: string): RpcError {
  const name = MEANINGS[`${codespace}/${code}`] ?? 'otherReject';
  return new RpcError(name, { codespace, code, reason });
}

/** Everything that is signed is good for seconds only, so that this can mostly be said for sure. */
function timedOut({ message, hash, mayCome, untilSeconds }: TxTimeout) {
  const until = untilSeconds === null ? '' : new Date(untilSeconds * 1_000).toISOString();
  const reason = mayCome
    ? `${message} It may still come, in a block of a time up to ${until}: look for it first.`
    : `${message} No later one will take it: it did nothing, and never will.`;
  return { reason, tx: hash, may_execute: mayCome, valid_until: until };
}

/** Whatever was thrown, as the protocol says it. Faults of ours are not told in detail. */
export function rpcErrorOf(error: unknown): RpcError {
  if (error instanceof RpcError) return error;
  if (error instanceof Refusal) return refusedBy(error.codespace, error.code, error.message);
  if (error instanceof TxTimeout) {
    return new RpcError('unavailable', timedOut(error));
  }
  if (error instanceof ClientError) {
    return new RpcError('systemMaintenance', { reason: error.message });
  }
  return new RpcError('internal');
}
