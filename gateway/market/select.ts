import { badParam, RpcError } from '../rpc/rpcError.ts';
import { SETTLEMENT } from './instrument.ts';
import type { Market } from './market.ts';

const CURRENCY = /^[A-Z][A-Z0-9]{1,9}$/;

/**
 * Underlyings that a currency of Deribit's means: what is settled in USDC is all of it, and what is
 * of BTC is BTC's. None for a currency that is not traded here.
 * @throws RpcError invalidParams for what is no currency
 */
export function underlyingsOf(market: Market, currency: string): string[] {
  const name = currency.toUpperCase();
  if (!CURRENCY.test(name)) throw badParam('currency', `no currency ${currency.slice(0, 16)}`);
  if (name === SETTLEMENT || name === 'ANY') return market.underlyings;
  return market.underlyings.filter((underlying) => underlying === name);
}

/** The underlying of `btc_usdc`, or of `btc_usd`, which is the same here. @throws RpcError */
export function underlyingOfIndex(market: Market, name: string): string {
  const found = /^([a-z0-9]{2,10})_usdc?$/i.exec(name)?.[1]?.toUpperCase();
  if (found !== undefined && market.underlyings.includes(found)) return found;
  throw new RpcError('notFound', { reason: `no index ${name.slice(0, 32)}` });
}
