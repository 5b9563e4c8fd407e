import type { Series } from '../../../../proto/gen/tenor.options.v1.ts';
import { holdingsOf, rowKeyOf, withFill } from '../../accounts/index.ts';
import type { RestingSum } from '../../accounts/index.ts';
import {
  BUY_PRICE,
  BUY_QUANTITY,
  QUANTITY,
  ROW,
  SELL_PRICE,
  SELL_QUANTITY,
  SERIES,
} from '../../accounts/core/holdings.ts';
import type { ExpiryHoldings, Holdings } from '../../accounts/core/holdings.ts';
import { assert, defined } from '../../../lib/assert.ts';
import { seriesById } from '../../options/index.ts';
import type { View } from '../../../runtime/context.ts';
import { floorUusd, weightOf } from '../core/index.ts';
import type { OpenOrders } from '../core/index.ts';
import { quotesIn } from '../marks.ts';
import type { SeriesMark } from '../marks.ts';
import { withOrder, withoutTaken } from '../openOrders.ts';
import type { GroupReserve, OpenOrder } from '../state.ts';

const USD = 1e6;
const PPM = 1e6;

/** A change to judge before it happens. */
export interface Change {
  readonly cashUusd?: bigint;
  /** Position changes by series, in 1e-4 contracts. */
  readonly positions?: ReadonlyMap<bigint, bigint>;
  /** An order that would rest beside the others. */
  readonly order?: OpenOrder;
  /** A resting order that gets smaller by this much. */
  readonly taken?: { readonly orderId: bigint; readonly quantity: bigint };
  /** Another version of what a group of quotes reserves, or none of it. */
  readonly group?: { readonly groupId: bigint; readonly reserve: GroupReserve | undefined };
  /** All its orders and quotes are gone. They count in the initial margin only. */
  readonly isCancelled?: boolean;
  /** Expiries that are left out, as if they were closed for nothing. */
  readonly isWithout?: (expiry: ExpiryLegs) => boolean;
}

/** What a subaccount holds and orders of one series, at the mark of the block. */
export interface Leg {
  readonly series: Series;
  readonly mark: SeriesMark;
  readonly quantity: bigint;
  /** What rests: quantities in 1e-4 contracts, the worst limits in uusd. */
  readonly bids: RestingSum;
  readonly offers: RestingSum;
}

/** Where an expiry of an input stands, so that results can be named. */
export interface ExpiryKey {
  readonly underlyingId: number;
  readonly expirySeconds: bigint;
}

export interface ExpiryLegs extends ExpiryKey {
  readonly legs: readonly Leg[];
}

/**
 * The legs of a subaccount by underlying, then expiry, then strike, so that sums have one order
 * everywhere.
 */
export function legsOf(view: View, id: bigint, change: Change = {}): ExpiryLegs[][] {
  const { isCancelled, isWithout } = change;
  const underlyings: ExpiryLegs[][] = [];
  let expiries: ExpiryLegs[] = [];
  for (const held of changedHoldings(view, id, change)) {
    const expiry = expiryLegs(view, held, isCancelled);
    if (expiry.legs.length === 0 || isWithout?.(expiry) === true) continue;
    if (expiries[0]?.underlyingId !== held.underlyingId) underlyings.push((expiries = []));
    expiries.push(expiry);
  }
  return underlyings;
}

/** What a subaccount would hold and have resting after a change. */
export function changedHoldings(view: View, id: bigint, change: Change): Holdings {
  let holdings = holdingsOf(view, id);
  const { positions, taken, order } = change;
  for (const [seriesId, delta] of positions ?? []) {
    holdings = withFill(holdings, rowKeyOf(mustSeries(view, seriesId)), delta);
  }
  if (taken !== undefined) holdings = withoutTaken(view, holdings, id, taken);
  if (order !== undefined) {
    holdings = withOrder(holdings, order, mustSeries(view, order.seriesId));
  }
  return holdings;
}

const mustSeries = (view: View, id: bigint): Series =>
  defined(seriesById(view, id), `series ${id}`);

/** What rests without a position, or nothing where orders are taken to be cancelled. */
const NOTHING: RestingSum = { quantity: 0, priceUusd: 0 };

/** The rows of an expiry at the marks of the block. */
export function expiryLegs(view: View, held: ExpiryHoldings, isCancelled = false): ExpiryLegs {
  const { underlyingId, expirySeconds, rows } = held;
  const legs: Leg[] = [];
  const quoteOf = quotesIn(view);
  for (let at = 0; at < rows.length; at += ROW) {
    const quantity = BigInt(rows[at + QUANTITY]!);
    if (isCancelled && quantity === 0n) continue;
    const quote = quoteOf(rows[at + SERIES]!);
    if (quote === undefined) {
      // An expired book is purged over several blocks: its orders can outlive their series.
      assert(quantity === 0n, 'a position whose series is gone');
      continue;
    }
    const bids = isCancelled ? NOTHING : sumAt(rows, at + BUY_QUANTITY, at + BUY_PRICE);
    const offers = isCancelled ? NOTHING : sumAt(rows, at + SELL_QUANTITY, at + SELL_PRICE);
    const { series, mark } = quote;
    legs.push({ series, mark, quantity, bids, offers });
  }
  return { underlyingId, expirySeconds, legs };
}

const sumAt = (rows: Float64Array, quantityAt: number, priceAt: number): RestingSum => ({
  quantity: rows[quantityAt]!,
  priceUusd: rows[priceAt]!,
});

/** Orders of one series by side: only the worst price of each matters to the margin. */
export function sumOrders(
  { mark: { index }, bids, offers }: Leg,
  takerFeePpm: number,
): OpenOrders | undefined {
  if (bids.quantity === 0 && offers.quantity === 0) return undefined;
  const feeUsd = takerFeeUsd(index, takerFeePpm);
  return {
    buyQuantity: bids.quantity,
    buyPrice: bids.quantity > 0 ? bids.priceUusd / USD + feeUsd : 0,
    sellQuantity: offers.quantity,
    sellPrice: offers.quantity > 0 ? Math.max(offers.priceUusd / USD - feeUsd, 0) : 0,
  };
}

/** The most that trading a contract costs, USD. */
export const takerFeeUsd = (index: number, takerFeePpm: number): number =>
  (index * takerFeePpm) / PPM;

/** What positions are worth at their marks, uusd, rounded down. */
export function worthOf(underlyings: readonly (readonly ExpiryLegs[])[]): bigint {
  let worth = 0;
  for (const { legs } of underlyings.flat()) {
    for (const { quantity, mark } of legs) worth += weightOf(Number(quantity)) * mark.mark;
  }
  return floorUusd(worth);
}
