import type { Series } from '../../../proto/gen/tenor.options.v1.ts';
import { positionsOf } from '../accounts/index.ts';
import { assert, defined } from '../../lib/assert.ts';
import { seriesById } from '../options/index.ts';
import type { View } from '../../runtime/context.ts';
import type { OpenOrders } from './core/index.ts';
import { marksIn } from './marks.ts';
import type { SeriesMark } from './marks.ts';
import { openOrdersOf } from './openOrders.ts';
import type { OpenOrder } from './state.ts';

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
  /** All its orders are gone. They count in the initial margin only. */
  readonly isCancelled?: boolean;
  /** Expiries that are left out, as if they were closed for nothing. */
  readonly isWithout?: (expiry: ExpiryLegs) => boolean;
}

/** What a subaccount holds and orders of one series, at the mark of the block. */
export interface Leg {
  readonly series: Series;
  readonly mark: SeriesMark;
  readonly quantity: bigint;
  readonly orders: readonly OpenOrder[];
}

/** Where an expiry of an input stands, so that results can be named. */
export interface ExpiryKey {
  readonly underlyingId: number;
  readonly expirySeconds: bigint;
}

export interface ExpiryLegs extends ExpiryKey {
  readonly legs: readonly Leg[];
}

interface OpenLeg {
  readonly series: Series;
  quantity: bigint;
  orders: OpenOrder[];
}

/**
 * The legs of a subaccount by underlying, then expiry, then series id, so that sums have one order
 * everywhere.
 */
export function legsOf(view: View, id: bigint, change: Change = {}): ExpiryLegs[][] {
  const underlyings: ExpiryLegs[][] = [];
  const markOf = marksIn(view);
  let expiries: (ExpiryKey & { legs: Leg[] })[] = [];
  for (const { series, quantity, orders } of collect(view, id, change)) {
    const { underlyingId, expirySeconds } = series;
    if (expiries[0]?.underlyingId !== underlyingId) underlyings.push((expiries = []));
    if (expiries.at(-1)?.expirySeconds !== expirySeconds) {
      expiries.push({ underlyingId, expirySeconds, legs: [] });
    }
    const mark = markOf(series);
    assert(mark !== undefined, 'a leg whose underlying has no price');
    expiries.at(-1)!.legs.push({ series, mark, quantity, orders });
  }
  const { isWithout } = change;
  if (isWithout === undefined) return underlyings;
  return underlyings
    .map((of) => of.filter((expiry) => !isWithout(expiry)))
    .filter((of) => of.length > 0);
}

function collect(view: View, id: bigint, change: Change): OpenLeg[] {
  const legs = new Map<bigint, OpenLeg>();
  const legOf = (seriesId: bigint): OpenLeg => {
    let leg = legs.get(seriesId);
    if (leg === undefined) {
      const series = defined(seriesById(view, seriesId), `series ${seriesId}`);
      leg = { series, quantity: 0n, orders: [] };
      legs.set(seriesId, leg);
    }
    return leg;
  };
  for (const { seriesId, quantity } of positionsOf(view, id)) legOf(seriesId).quantity += quantity;
  for (const [seriesId, delta] of change.positions ?? []) legOf(seriesId).quantity += delta;
  const resting = change.isCancelled === true ? [] : openOrdersOf(view, id);
  for (const [orderId, order] of resting) {
    const taken = change.taken?.orderId === orderId ? change.taken.quantity : 0n;
    // An expired book is purged over several blocks: its orders can outlive their series.
    if (order.quantity > taken && seriesById(view, order.seriesId) !== undefined) {
      legOf(order.seriesId).orders.push({ ...order, quantity: order.quantity - taken });
    }
  }
  if (change.order !== undefined) legOf(change.order.seriesId).orders.push(change.order);
  return [...legs.values()].sort((a, b) => compareSeries(a.series, b.series));
}

function compareSeries(a: Series, b: Series): number {
  if (a.underlyingId !== b.underlyingId) return a.underlyingId - b.underlyingId;
  if (a.expirySeconds !== b.expirySeconds) return a.expirySeconds < b.expirySeconds ? -1 : 1;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

/** Orders of one series by side: only the worst price of each matters to the margin. */
export function sumOrders(
  { mark: { index }, orders }: Leg,
  takerFeePpm: number,
): OpenOrders | undefined {
  if (orders.length === 0) return undefined;
  const feeUsd = (index * takerFeePpm) / PPM;
  let [buyQuantity, buyPrice, sellQuantity, sellPrice] = [0, 0, 0, Infinity];
  for (const { isBuy, quantity, priceUusd } of orders) {
    const price = Number(priceUusd) / USD;
    if (isBuy) {
      buyQuantity += Number(quantity);
      buyPrice = Math.max(buyPrice, price + feeUsd);
    } else {
      sellQuantity += Number(quantity);
      sellPrice = Math.min(sellPrice, Math.max(price - feeUsd, 0));
    }
  }
  return { buyQuantity, buyPrice, sellQuantity, sellPrice: sellQuantity > 0 ? sellPrice : 0 };
}
