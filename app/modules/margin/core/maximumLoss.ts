import { LossCurve } from './lossCurve.ts';
import type { LossPoints } from './lossCurve.ts';
import { weightOf } from './rounding.ts';
import type { FutureLeg, MaximumLoss, OpenOrders, OptionLeg } from './types.ts';

export interface MaximumLossInput {
  readonly forward: number;
  readonly settlementFeePerUnit: number;
  readonly settlementFeeCap: number;
  readonly options: readonly OptionLeg[];
  readonly futures: readonly FutureLeg[];
  /** What a free call costs, in forwards: 1.2 for initial, 1.1 for maintenance. */
  readonly nakedCall: number;
  /** Count each series' open orders by the worse side at each price. */
  readonly withOrders: boolean;
  /** K* is not below this: a higher one only raises the loss. Default 0. */
  readonly leastFreeStrike?: number;
}

/**
 * The most the legs of one expiry can lose at settlement, fees included.
 *
 * A short upside has no worst price, so it is closed with m free calls at K*, each charged
 * c·F; a call is worth at most F, hence m·c·F plus the worst loss with the free calls in place is
 * never less than what the position is worth against the holder, whatever m is. The requirement
 * is the cheapest m that leaves no open upside:
 *
 *   min over m ≥ max(0, −(net calls + futures)) of
 *     m·c·F + max(P, max over x of loss(x) − m·(x − K*)⁺)
 *
 * with K* the highest short strike, or F if that is higher, and P what open orders cost in cash at
 * once (0 without any: a position that cannot lose needs nothing, and what it must gain lends
 * nothing, not even to the premium of a bid). More free calls than the open upside replace long
 * calls struck beyond K* + c·F, which would otherwise cost more than they save.
 *
 * Buying lowers loss(x), the bound on m and K*, and raises none of them: so it never raises the
 * requirement. Cost: a sort, and at most 54 sweeps.
 */
export function maximumLoss(input: MaximumLossInput): MaximumLoss {
  const { forward, options, futures, withOrders } = input;
  const curve = new LossCurve(input.settlementFeePerUnit, input.settlementFeeCap);
  let freeStrike = Math.max(forward, input.leastFreeStrike ?? 0);
  let openUpside = 0;
  let contracts = 0;
  let floor = 0;
  for (const leg of options) {
    curve.addOption(leg);
    const orders = withOrders ? leg.orders : undefined;
    if (orders) {
      curve.addOptionOrders(leg, orders);
      floor += weightOf(orders.buyQuantity) * orders.buyPrice;
    }
    const worst = leg.quantity - (orders?.sellQuantity ?? 0);
    if (leg.isCall) openUpside -= worst;
    if (worst < 0 && leg.strike > freeStrike) freeStrike = leg.strike;
    contracts += Math.abs(leg.quantity) + (orders ? orders.sellQuantity + orders.buyQuantity : 0);
  }
  for (const leg of futures) {
    curve.addFuture(leg);
    const orders = withOrders ? leg.orders : undefined;
    if (orders) {
      curve.addFutureOrders(orders);
      floor += lossAgainstMark(orders, leg.mark);
    }
    openUpside -= leg.quantity - (orders?.sellQuantity ?? 0);
    contracts += Math.abs(leg.quantity) + (orders ? orders.sellQuantity + orders.buyQuantity : 0);
  }
  const points = curve.points(freeStrike);
  const least = Math.max(0, openUpside);
  const close: Close = { points, freeStrike, chargeEach: input.nakedCall * forward, floor };
  return cheapestClose(close, least, least + 2 * contracts);
}

/** What filling one side of a future's orders costs at once, the worse side, uusd. */
export function lossAgainstMark(orders: OpenOrders, mark: number): number {
  const { buyQuantity, buyPrice, sellQuantity, sellPrice } = orders;
  const bought = weightOf(buyQuantity) * Math.max(0, buyPrice - mark);
  const sold = weightOf(sellQuantity) * Math.max(0, mark - sellPrice);
  return Math.max(bought, sold);
}

interface Close {
  readonly points: LossPoints;
  readonly freeStrike: number;
  /** c·F. */
  readonly chargeEach: number;
  /** The loss is never taken to be below this. */
  readonly floor: number;
}

/** The worst point with `freeCalls` in place: its loss, and where. */
function worstPoint(points: LossPoints, freeCalls: number, freeStrike: number): [number, number] {
  const weight = weightOf(freeCalls);
  let worst = -Infinity;
  let worstPrice = 0;
  for (let i = 0; i < points.prices.length; i++) {
    const price = points.prices[i]!;
    const loss = points.losses[i]! - weight * Math.max(0, price - freeStrike);
    if (loss > worst) {
      worst = loss;
      worstPrice = price;
    }
  }
  return [worst, worstPrice];
}

/**
 * The total is a maximum of lines in m, hence convex. Beyond K* + c·F the worst point's line falls
 * in m, elsewhere it rises: bisection on that sign, over whole units.
 */
function cheapestClose(close: Close, least: number, most: number): MaximumLoss {
  const { points, freeStrike, chargeEach, floor } = close;
  const at = (freeCalls: number): MaximumLoss => {
    const [worst, worstPrice] = worstPoint(points, freeCalls, freeStrike);
    const charge = weightOf(freeCalls) * chargeEach;
    const loss = Math.max(floor, worst);
    return { total: charge + loss, loss, worstPrice, freeCalls, freeStrike, charge };
  };
  const falls = (m: MaximumLoss): boolean =>
    m.loss > floor && m.worstPrice > freeStrike + chargeEach;
  let low = at(least);
  if (!falls(low)) return low;
  let high = at(most);
  while (high.freeCalls - low.freeCalls > 1) {
    const middle = at(Math.floor((low.freeCalls + high.freeCalls) / 2));
    if (falls(middle)) low = middle;
    else high = middle;
  }
  return low.total <= high.total ? low : high;
}
