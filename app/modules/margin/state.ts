import { Collection } from '../../store/collection.ts';
import { tuple, u64 } from '../../lib/keys.ts';

/** A resting order as margin sees it: what is left of it and its limit. */
export interface OpenOrder {
  readonly seriesId: bigint;
  readonly isBuy: boolean;
  /** 1e-4 contract. */
  readonly quantity: bigint;
  readonly priceUusd: bigint;
}

/**
 * What rests of each subaccount, by (subaccount, order). The book is clob's: it tells margin of
 * every order and rebuilds this from its own records.
 */
export const openOrders = new Collection<readonly [bigint, bigint], OpenOrder>({
  store: 'margin',
  prefix: 1,
  name: 'openOrders',
  key: tuple(u64, u64),
  value: {
    encode: () => new Uint8Array(0),
    decode: () => ({ seriesId: 0n, isBuy: false, quantity: 0n, priceUusd: 0n }),
  },
  storage: 'derived',
});
