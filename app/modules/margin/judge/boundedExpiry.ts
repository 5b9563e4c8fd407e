import {
  BUY_PRICE,
  BUY_QUANTITY,
  QUANTITY,
  ROW,
  SELL_PRICE,
  SELL_QUANTITY,
  SERIES,
} from '../../accounts/core/holdings.ts';
import type { ExpiryHoldings } from '../../accounts/core/holdings.ts';
import { assert } from '../../../lib/assert.ts';
import type { View } from '../../../runtime/context.ts';
import { BlockMemo } from './blockMemo.ts';
import { MAX_PRICE, ordersRequirement, weightOf } from '../core/index.ts';
import { boundedSeriesIn } from './boundedSeries.ts';
import type { BoundedMarket, BoundedSeries, SeriesOf } from './boundedSeries.ts';

const USD = 1e6;
/** Of a contract. */
const UNITS = 10_000;

/**
 * What a subaccount holds and orders at one expiry, in sums that are made straight from its record:
 * most orders pass by these, and no leg is ever made of the expiries that they do not touch.
 */
export class BoundedExpiry {
  readonly held: ExpiryHoldings;
  readonly underlyingId: number;
  /** Rows whose series is still there; without any it counts for nothing. */
  readonly legs: number;
  /** No young volatility is known for some of it. */
  isDegraded = false;
  /** Undefined without any. */
  market: BoundedMarket | undefined;
  /** At least the initial requirement, uusd: every short by itself. NaN as above. */
  readonly initialBound: number;
  /** At least what its bids take of the cash when they trade, uusd, but for rounding. */
  readonly bidCash: number;
  /** As of `StandardShare`. */
  readonly shorts: number;
  readonly futures = 0;
  readonly confidence: number;

  constructor(seriesOf: SeriesOf, held: ExpiryHoldings) {
    this.held = held;
    this.underlyingId = held.underlyingId;
    const { rows } = held;
    let [legs, shorts, bound, bidCash] = [0, 0, 0, 0];
    for (let at = 0; at < rows.length; at += ROW) {
      const quantity = rows[at + QUANTITY]!;
      const series = seriesOf(rows[at + SERIES]!);
      if (series === undefined) {
        // An expired book is purged over several blocks: its orders can outlive their series.
        assert(quantity === 0, 'a position whose series is gone');
        continue;
      }
      this.market ??= series.market;
      legs += 1;
      if (series.isDegraded) this.isDegraded = true;
      const sellQuantity = rows[at + SELL_QUANTITY]!;
      shorts += Math.max(0, sellQuantity - quantity);
      // In the order of the core's sum, and with its terms.
      if (quantity < 0) bound += weightOf(-quantity) * series.short;
      if (sellQuantity !== 0 || rows[at + BUY_QUANTITY] !== 0) {
        bound += ordersBound(series, rows, at);
        bidCash += cashOfBids(series, rows, at);
      } else if (!(Math.abs(quantity) <= series.most)) bound = NaN;
    }
    this.legs = legs;
    this.shorts = shorts;
    this.confidence = this.market?.ofExpiry ?? 1;
    this.initialBound = bound;
    this.bidCash = bidCash;
  }
}

/** All bids of a row at the highest of their prices: premiums and fees grow with both. */
function cashOfBids(series: BoundedSeries, rows: Float64Array, at: number): number {
  const price = rows[at + BUY_PRICE]!;
  const { mostFeeUusd, feeCap } = series.market;
  const feeUusd = Math.min(mostFeeUusd, price * feeCap);
  return (rows[at + BUY_QUANTITY]! * (price * series.premium + feeUusd)) / UNITS;
}

/** What the orders of a row add to the requirement of its series, uusd; NaN as above. */
function ordersBound(series: BoundedSeries, rows: Float64Array, at: number): number {
  const { short: each, most, market } = series;
  const quantity = rows[at + QUANTITY]!;
  const [buyQuantity, sellQuantity] = [rows[at + BUY_QUANTITY]!, rows[at + SELL_QUANTITY]!];
  const buyPrice = buyQuantity > 0 ? rows[at + BUY_PRICE]! / USD + market.takerFeeUsd : 0;
  const isInside =
    Math.max(Math.abs(quantity), buyQuantity, sellQuantity) <= most &&
    Math.max(buyPrice, rows[at + SELL_PRICE]! / USD) <= MAX_PRICE;
  if (!isInside) return NaN;
  return ordersRequirement(quantity, buyQuantity, buyPrice, sellQuantity, each);
}

const memo = new BlockMemo('margin/bounds', (memory) => ({
  expiries: memory.map<ExpiryHoldings, BoundedExpiry>(),
}));

/** Bounds of expiries, each made once a block: one that is judged for an order often stays. */
export function boundsIn(view: View): (held: ExpiryHoldings) => BoundedExpiry {
  const { expiries } = memo.get(view);
  const seriesOf = boundedSeriesIn(view);
  const make = (held: ExpiryHoldings) => new BoundedExpiry(seriesOf, held);
  return (held) => expiries.get(held, () => make(held))!;
}
