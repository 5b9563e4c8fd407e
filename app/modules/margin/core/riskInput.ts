import type { OpenOrders } from './types.ts';

/**
 * Bounds on what the risk core accepts. Inside them every result is finite; outside them a
 * `RiskInputError` names the first offending value. Nothing is repaired silently.
 */

/** Codes are stable: programs match on them. */
export type RiskInputCode =
  | 'bad_price'
  | 'bad_quantity'
  | 'bad_fraction'
  | 'bad_time'
  | 'bad_volatility'
  | 'bad_amount'
  | 'bad_order'
  | 'too_many_legs';

export class RiskInputError extends Error {
  readonly code: RiskInputCode;
  constructor(code: RiskInputCode, what: string, value: unknown) {
    super(`${what} is ${String(value)}`);
    this.name = 'RiskInputError';
    this.code = code;
  }
}

/** USD per contract; strikes, forwards, indices and futures marks are at least MIN_PRICE. */
export const MIN_PRICE = 1e-9;
export const MAX_PRICE = 1e9;
/** 1e-4 contract: a hundred million contracts. Products with a price stay below 1e21. */
export const MAX_QUANTITY = 1e12;
/** Legs of one account, over all its expiries. */
export const MAX_LEGS = 1024;
/** σ·√t, and volatility and years one by one. */
export const MAX_STD_DEV = 1e3;

export function requirePositivePrice(value: number, what: string): void {
  if (!(value >= MIN_PRICE && value <= MAX_PRICE))
    throw new RiskInputError('bad_price', what, value);
}

export function requirePrice(value: number, what: string): void {
  if (!(value >= 0 && value <= MAX_PRICE)) throw new RiskInputError('bad_price', what, value);
}

export function requireQuantity(value: number, what: string): void {
  if (!Number.isSafeInteger(value) || value > MAX_QUANTITY || value < -MAX_QUANTITY) {
    throw new RiskInputError('bad_quantity', what, value);
  }
}

export function requireFraction(value: number, what: string): void {
  if (!(value >= 0 && value <= 1)) throw new RiskInputError('bad_fraction', what, value);
}

export function requireLegCount(count: number): void {
  if (count > MAX_LEGS) throw new RiskInputError('too_many_legs', 'number of legs', count);
}

export function requireOrders(orders: OpenOrders): void {
  requireQuantity(orders.buyQuantity, 'buyQuantity');
  requireQuantity(orders.sellQuantity, 'sellQuantity');
  if (orders.buyQuantity < 0) {
    throw new RiskInputError('bad_quantity', 'buyQuantity', orders.buyQuantity);
  }
  if (orders.sellQuantity < 0) {
    throw new RiskInputError('bad_quantity', 'sellQuantity', orders.sellQuantity);
  }
  requirePrice(orders.buyPrice, 'buyPrice');
  requirePrice(orders.sellPrice, 'sellPrice');
}
