import { OptionKind } from '../../proto/gen/tenor.options.v1.ts';
import type { Series } from '../../proto/gen/tenor.options.v1.ts';
import type { Subaccount } from '../../proto/gen/tenor.accounts.v1.ts';
import { positionsOf } from '../accounts/index.ts';
import { defined } from '../lib/assert.ts';
import { expiryOfSeries, seriesById, settlementFeeOf } from '../options/index.ts';
import type { View } from '../runtime/context.ts';
import type { ExpiryPositions, OpenOrders, OptionLeg, StandardInput } from './core/index.ts';
import { markOf } from './marks.ts';
import type { SeriesMark } from './marks.ts';
import { openOrdersOf } from './openOrders.ts';
import type { OpenOrder } from './openOrders.ts';
import { params, standardParamsOf } from './params.ts';

const USD = 1e6;
const PPM = 1e6;
const YEAR_SECONDS = 31_536_000;

/** A change to judge before it happens. */
export interface Change {
  readonly cashUusd?: bigint;
  /** Position changes by series, in 1e-4 contracts. */
  readonly positions?: ReadonlyMap<bigint, bigint>;
  /** An order that would rest beside the others. */
  readonly order?: OpenOrder;
  /** A resting order that gets smaller by this much. */
  readonly taken?: { readonly orderId: bigint; readonly quantity: bigint };
}

/** What a leg is made of before prices. */
interface Leg {
  readonly series: Series;
  quantity: bigint;
  orders: OpenOrder[];
}

/** Where an expiry of the input stands, so that results can be named. */
export interface ExpiryKey {
  readonly underlyingId: number;
  readonly expirySeconds: bigint;
}

export interface AccountInput {
  readonly input: StandardInput;
  /** By underlying, then expiry, in the order of the input. */
  readonly keys: readonly (readonly ExpiryKey[])[];
  readonly isDegraded: boolean;
}

/** A subaccount's positions and resting orders at the marks of the block, for the risk core. */
export function accountInput(view: View, account: Subaccount, change: Change = {}): AccountInput {
  const legs = collectLegs(view, account.id, change);
  const cashUusd = account.cashUusd + (change.cashUusd ?? 0n);
  const byUnderlying = new Map<number, Map<bigint, Leg[]>>();
  for (const leg of legs) {
    const { underlyingId, expirySeconds } = leg.series;
    const expiries = byUnderlying.get(underlyingId) ?? new Map<bigint, Leg[]>();
    byUnderlying.set(underlyingId, expiries);
    expiries.set(expirySeconds, [...(expiries.get(expirySeconds) ?? []), leg]);
  }
  let isDegraded = false;
  const keys: ExpiryKey[][] = [];
  const p = params.get(view);
  const underlyings = [...byUnderlying].map(([underlyingId, expiries]) => {
    const first = markFor(view, [...expiries.values()][0]![0]!.series);
    keys.push([...expiries.keys()].map((expirySeconds) => ({ underlyingId, expirySeconds })));
    const built = [...expiries.values()].map((expiry) =>
      expiryInput(view, expiry, p.degradedVolPpm),
    );
    isDegraded ||= built.some((e) => e.degradedStdDev !== undefined);
    return {
      index: first.index,
      confidence: first.confidence,
      expiries: built,
      params: standardParamsOf(p, underlyingId),
    };
  });
  return { input: { cashUusd, underlyings }, keys, isDegraded };
}

/** Legs in the order of (underlying, expiry, series id), so that sums have one order everywhere. */
function collectLegs(view: View, id: bigint, change: Change): Leg[] {
  const legs = new Map<bigint, Leg>();
  const legOf = (seriesId: bigint): Leg => {
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
  for (const [orderId, order] of openOrdersOf(view, id)) {
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

function markFor(view: View, series: Series): SeriesMark {
  return defined(markOf(view, series), `the mark of ${series.symbol}`);
}

function expiryInput(view: View, legs: readonly Leg[], degradedVolPpm: number): ExpiryPositions {
  const first = legs[0]!.series;
  const { forward, index, vol, secondsToExpiry } = markFor(view, first);
  const fee = settlementFeeOf(view, expiryOfSeries(view, first));
  const stdDev = (degradedVolPpm / PPM) * Math.sqrt(secondsToExpiry / YEAR_SECONDS);
  return {
    forward,
    settlementFeePerUnit: (index * fee.feePpm) / PPM,
    options: legs.map((leg) => optionLeg(view, leg)),
    futures: [],
    ...(vol === undefined ? { degradedStdDev: stdDev } : {}),
  };
}

function optionLeg(view: View, { series, quantity, orders }: Leg): OptionLeg {
  return {
    isCall: series.kind === OptionKind.OPTION_KIND_CALL,
    strike: Number(series.strikeUusd) / USD,
    mark: markFor(view, series).mark,
    quantity: Number(quantity),
    ...(orders.length > 0 ? { orders: sumOrders(view, series, orders) } : {}),
  };
}

/** Orders of one series by side: only the worst price of each matters to the margin. */
function sumOrders(view: View, series: Series, orders: readonly OpenOrder[]): OpenOrders {
  const { index } = markFor(view, series);
  const { takerFeePpm } = params.get(view);
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
