import { ClientError, Refusal, TxTimeout } from '../../client/index.ts';
import { RpcError } from './rpcError.ts';
import type { RpcErrorName } from './rpcError.ts';

/** What the chain refuses, as Deribit calls it where a meaning matches; by codespace and code. */
const MEANINGS: Readonly<Record<string, RpcErrorName>> = {
  ...meant('accounts', {
    ...{ 1: 'notEnoughFunds', 4: 'notEnoughFunds', 5: 'invalidAmount' },
    ...{ 7: 'maxOpenOrders', 8: 'maxTotalOpenOrders' },
  }),
  ...meant('clob', {
    ...{ 1: 'argCombination', 2: 'bookClosed', 3: 'priceWrongTick', 4: 'invalidAmount' },
    ...{ 5: 'priceNotAllowed', 6: 'bookClosed', 8: 'postOnlyReject', 10: 'nonUniqueLabel' },
    ...{ 11: 'orderNotFound', 12: 'queueFull', 13: 'badRequest', 14: 'lockedByAdmin' },
    ...{ 15: 'badRequest', 16: 'orderOverlap', 17: 'badArgument', 23: 'invalidPrice' },
    ...{ 24: 'retry', 25: 'bookClosed', 26: 'settling', 27: 'queueFull', 40: 'argCombination' },
    ...{ 41: 'notFound', 42: 'argCombination', 43: 'mmpTrigger', 45: 'maxTotalOpenOrders' },
    47: 'queueFull',
  }),
  ...meant('margin', {
    ...{ 1: 'notEnoughFunds', 3: 'bookClosed', 4: 'notEnoughFunds', 7: 'lockedByAdmin' },
    ...{ 8: 'notEnoughFunds', 9: 'notEnoughFunds', 10: 'badArguments' },
  }),
  ...meant('options', { 1: 'notFound', 2: 'notFound', 3: 'notFound', 5: 'badRequest' }),
  ...meant('runtime', {
    ...{ 2: 'tooManyRequests', 7: 'error', 9: 'notEnoughFunds', 10: 'retry', 20: 'retry' },
  }),
  ...meant('sessions', {
    ...{ 1: 'forbidden', 2: 'forbidden', 3: 'forbidden', 4: 'forbidden' },
    ...{ 5: 'priceNotAllowed', 6: 'invalidAmount' },
  }),
  ...meant('sdk', {
    ...{ 4: 'forbidden', 5: 'notEnoughFunds', 9: 'forbidden', 13: 'notEnoughFunds' },
    ...{ 19: 'retry', 30: 'retry', 32: 'retry', 42: 'retry' },
  }),
};

function meant(codespace: string, codes: Readonly<Record<number, RpcErrorName>>) {
  const entries = Object.entries(codes).map(([code, name]) => [`${codespace}/${code}`, name]);
  return Object.fromEntries(entries) as Record<string, RpcErrorName>;
}

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
    return new RpcError(error.mayCome ? 'unavailable' : 'retry', timedOut(error));
  }
  if (error instanceof ClientError) {
    return new RpcError('systemMaintenance', { reason: error.message });
  }
  return new RpcError('internal');
}
