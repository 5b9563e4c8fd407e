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
import type { Params } from '../../../../proto/gen/tenor.margin.v1.ts';
import { instrumentOf } from '../../options/core/index.ts';
import { assert } from '../../../lib/assert.ts';
import type { View } from '../../../runtime/context.ts';
import { BlockMemo } from './blockMemo.ts';
import {
  MAX_PRICE,
  MAX_QUANTITY,
  MIN_PRICE,
  ordersRequirement,
  shortRequirement,
  weightOf,
} from '../core/index.ts';
import type { StandardParams } from '../core/index.ts';
import { mostFeePpm } from '../band.ts';
import { takerFeeUsd } from '../inputs/legs.ts';
import { isDegraded, quotesIn } from '../marks.ts';
import type { Quote } from '../marks.ts';
import { params, standardParamsOf } from '../params.ts';

const USD = 1e6;
/** Of a contract. */
const UNITS = 10_000;
const PPM = 1e6;

/** What the bound takes of a series, for a block. */
interface BoundedSeries {
  readonly isDegraded: boolean;
  readonly index: number;
  readonly confidence: number;
  /** Of forward and volatilities. */
  readonly ofExpiry: number;
  readonly rules: StandardParams;
  readonly takerFeeUsd: number;
  /** What is paid for it when it trades, of a price. */
  readonly premium: number;
  /** Of a contract, as `mostFee` has it: of the index, and at most a share of the price. */
  readonly mostFeeUusd: number;
  readonly feeCap: number;
  /** What a short contract needs beside nothing else, USD; NaN where only a judgement can say. */
  readonly short: number;
  /** The most that a bound is made of, 1e-4 contracts; NaN too. */
  readonly most: number;
}

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
  /** Of one of its series: they share index, confidence and rules. */
  market: BoundedSeries | undefined;
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
      this.market ??= series;
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
  const feeUusd = Math.min(series.mostFeeUusd, price * series.feeCap);
  return (rows[at + BUY_QUANTITY]! * (price * series.premium + feeUusd)) / UNITS;
}

/** What the orders of a row add to the requirement of its series, uusd; NaN as above. */
function ordersBound(series: BoundedSeries, rows: Float64Array, at: number): number {
  const { short: each, takerFeeUsd: fee, most } = series;
  const quantity = rows[at + QUANTITY]!;
  const [buyQuantity, sellQuantity] = [rows[at + BUY_QUANTITY]!, rows[at + SELL_QUANTITY]!];
  const buyPrice = buyQuantity > 0 ? rows[at + BUY_PRICE]! / USD + fee : 0;
  const isInside =
    Math.max(Math.abs(quantity), buyQuantity, sellQuantity) <= most &&
    Math.max(buyPrice, rows[at + SELL_PRICE]! / USD) <= MAX_PRICE;
  if (!isInside) return NaN;
  return ordersRequirement(quantity, buyQuantity, buyPrice, sellQuantity, each);
}

const memo = new BlockMemo('margin/bounds', (memory) => ({
  rules: memory.map<number, StandardParams>(),
  series: memory.map<number, BoundedSeries>(),
  expiries: memory.map<ExpiryHoldings, BoundedExpiry>(),
}));

type SeriesOf = (seriesId: number) => BoundedSeries | undefined;

/** Bounds of expiries, each made once a block: one that is judged for an order often stays. */
export function boundsIn(view: View): (held: ExpiryHoldings) => BoundedExpiry {
  const { expiries } = memo.get(view);
  const seriesOf = seriesIn(view);
  const make = (held: ExpiryHoldings) => new BoundedExpiry(seriesOf, held);
  return (held) => expiries.get(held, () => make(held))!;
}

function seriesIn(view: View): SeriesOf {
  const { series, rules } = memo.get(view);
  const quoteOf = quotesIn(view);
  const make = (unmetered: View, seriesId: number) => {
    const quote = quoteOf(seriesId);
    if (quote === undefined) return undefined;
    const { underlyingId } = quote.series;
    const p = params.get(unmetered);
    const made = rules.get(underlyingId, () => standardParamsOf(p, underlyingId))!;
    return boundedSeries(quote, made, p);
  };
  return (seriesId) => series.get(seriesId, make);
}

function boundedSeries({ series, mark }: Quote, rules: StandardParams, fees: Params) {
  const { index, confidence, forward, mark: price } = mark;
  const instrument = instrumentOf(series);
  const { isCall, strike } = instrument.requirement(series);
  const isInside =
    Math.min(index, forward, strike) >= MIN_PRICE &&
    Math.max(index, forward, strike, price) <= MAX_PRICE &&
    price >= 0;
  const isCertain = !isDegraded(mark);
  const isBounded = isInside && isCertain;
  return {
    ...{ isDegraded: !isCertain, index, confidence, rules, ofExpiry: mark.quality.confidence },
    takerFeeUsd: takerFeeUsd(index, fees.takerFeePpm),
    premium: Number(instrument.premium(BigInt(USD), BigInt(UNITS))) / USD,
    mostFeeUusd: (index * USD * mostFeePpm(fees)) / PPM,
    feeCap: fees.feeCapPpm / PPM,
    short: isBounded ? shortRequirement(isCall, strike, price, index, rules).initial : NaN,
    most: isBounded ? MAX_QUANTITY : NaN,
  };
}
