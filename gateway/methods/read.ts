import { QUANTITY_DECIMALS, toUnits, USD_DECIMALS } from '../rpc/decimal.ts';
import type { Params } from '../rpc/params.ts';
import { badParam, RpcError } from '../rpc/rpcError.ts';

/** @throws RpcError invalidAmount */
export function amountOf(params: Params, name = params.has('amount') ? 'amount' : 'contracts') {
  if (!params.has(name)) throw badParam('amount', 'is required');
  const quantity = toUnits(params.raw[name], QUANTITY_DECIMALS);
  if (quantity !== null && quantity > 0n) return quantity;
  throw new RpcError('invalidAmount', { param: name, reason: 'more than 0, at most 4 decimals' });
}

/** @throws RpcError invalidPrice, priceWrongTick */
export function priceOf(params: Params, name = 'price'): bigint {
  if (!params.has(name)) throw badParam(name, 'is required');
  const price = toUnits(params.raw[name], USD_DECIMALS);
  if (price !== null && price > 0n) return price;
  throw new RpcError('invalidPrice', { param: name, reason: 'more than 0, at most 6 decimals' });
}

/** What is asked for must be on its way before then. @throws RpcError */
export function assertValid(params: Params): void {
  if (params.has('valid_until') && params.time('valid_until') < Date.now()) {
    throw new RpcError('badArguments', { param: 'valid_until', reason: 'timed_out: it is past' });
  }
}

/** What an answer has where nothing comes after it. */
export const NO_MORE = 'none';

/** Where an answer before this one ended, by its parts; null from the start. @throws RpcError */
export function continuationOf(params: Params, pattern: RegExp): readonly string[] | null {
  if (!params.has('continuation')) return null;
  const parts = pattern.exec(params.text('continuation'));
  if (parts !== null) return parts.slice(1);
  throw badParam('continuation', `is that of the answer before; ${NO_MORE} is its end`);
}

/** The id of an order as the chain has it. @throws RpcError invalidOrderId */
export function orderIdOf(params: Params): bigint {
  const id = params.text('order_id', 32);
  if (/^[1-9]\d{0,18}$/.test(id)) return BigInt(id);
  throw new RpcError('invalidOrderId', { param: 'order_id', reason: 'ids are whole numbers' });
}
