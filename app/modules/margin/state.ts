import { Collection } from '../../store/collection.ts';
import { tuple, u32, u64 } from '../../lib/keys.ts';
import type { Holdings, RowKey } from '../accounts/core/holdings.ts';

const inMemory = {
  encode: () => new Uint8Array(0),
  decode(): never {
    throw new Error('what rests has no bytes');
  },
};

/** A resting order as margin sees it: what is left of it and its limit. */
export interface OpenOrder {
  readonly seriesId: bigint;
  readonly isBuy: boolean;
  /** 1e-4 contract. */
  readonly quantity: bigint;
  readonly priceUusd: bigint;
}

/** An order with where its sums stand among what its subaccount holds. */
export interface ReservedOrder extends OpenOrder {
  readonly row: RowKey;
}

/**
 * What rests of each subaccount, by (subaccount, order). The book is clob's: it tells margin of
 * every order and rebuilds this from its own records.
 */
export const openOrders = new Collection<readonly [bigint, bigint], ReservedOrder>({
  store: 'margin',
  prefix: 1,
  name: 'openOrders',
  key: tuple(u64, u64),
  value: inMemory,
  storage: 'derived',
});

type Priced = readonly [bigint, bigint, number, bigint, bigint];

/** By (subaccount, series, 1 to buy or 0 to sell, price, order): the worst is at an end. */
export const ordersByPrice = new Collection<Priced, true>({
  store: 'margin',
  prefix: 2,
  name: 'ordersByPrice',
  key: tuple<[bigint, bigint, number, bigint, bigint]>(u64, u64, u32, u64, u64),
  value: inMemory,
  storage: 'derived',
});

/**
 * What a group of quotes may still come to, as margin must know it (ADR 114). Never changed:
 * another version is another object.
 */
export interface GroupReserve {
  readonly groupId: bigint;
  readonly underlyingId: number;
  /** The most that its limit lets fill from now on, 1e-4 contracts. */
  readonly quantity: number;
  /** All that it quotes, 1e-4 contracts. */
  readonly quoted: number;
  /** Its quotes, as orders of an account that holds nothing. */
  readonly quotes: Holdings;
}

/** Groups that quote, by (subaccount, group). Their quotes are clob's, which keeps this. */
export const groupReserves = new Collection<readonly [bigint, bigint], GroupReserve>({
  store: 'margin',
  prefix: 3,
  name: 'groupReserves',
  key: tuple(u64, u64),
  value: inMemory,
  storage: 'derived',
});
