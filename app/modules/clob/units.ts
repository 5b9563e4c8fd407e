import { SelfTrade, Side, TimeInForce } from '../../../proto/gen/tenor.clob.v1.ts';
import { assert } from '../../lib/assert.ts';
import { CENT_UUSD } from '../options/core/index.ts';
import { BUY, FOK, GTC, IOC, SELL, STP_BOTH, STP_MAKER, STP_TAKER } from './core/index.ts';
import type * as core from './core/index.ts';

export { toNumber } from './core/tags.ts';

/** A billion USD a contract: no strike comes near it. */
export const MAX_PRICE_UUSD = 1_000_000_000_000_000n;
/** In 1e-4 contracts; the cap on open interest is not higher. */
export const MAX_QUANTITY = 1_000_000_000_000n;

/** The book's price of a price in uusd: cents. */
export function toCents(priceUusd: bigint): number {
  assert(priceUusd % CENT_UUSD === 0n, 'a price between two cents');
  return Number(priceUusd / CENT_UUSD);
}

export function toUusd(cents: number): bigint {
  return BigInt(cents) * CENT_UUSD;
}

export const sideOf = (isBuy: boolean): Side => (isBuy ? Side.SIDE_BUY : Side.SIDE_SELL);
export const coreSide = (isBuy: boolean): core.Side => (isBuy ? BUY : SELL);
export const isBuySide = (side: Side): boolean => side === Side.SIDE_BUY;

export const CORE_TIME_IN_FORCE: Readonly<Record<TimeInForce, core.TimeInForce>> = {
  [TimeInForce.TIME_IN_FORCE_GTC]: GTC,
  [TimeInForce.TIME_IN_FORCE_IOC]: IOC,
  [TimeInForce.TIME_IN_FORCE_FOK]: FOK,
};

export const CORE_SELF_TRADE: Readonly<Record<SelfTrade, core.SelfTradePrevention>> = {
  [SelfTrade.SELF_TRADE_EXPIRE_TAKER]: STP_TAKER,
  [SelfTrade.SELF_TRADE_EXPIRE_MAKER]: STP_MAKER,
  [SelfTrade.SELF_TRADE_EXPIRE_BOTH]: STP_BOTH,
};

/** Good till cancelled goes without saying. */
export const TIME_IN_FORCE_NAMES: Readonly<Partial<Record<TimeInForce, string>>> = {
  [TimeInForce.TIME_IN_FORCE_IOC]: 'ioc',
  [TimeInForce.TIME_IN_FORCE_FOK]: 'fok',
};
