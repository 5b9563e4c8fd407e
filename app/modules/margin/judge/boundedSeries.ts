import { instrumentOf } from '../../options/core/index.ts';
import type { View } from '../../../runtime/context.ts';
import { mostFeePpm } from '../band.ts';
import { MAX_PRICE, MAX_QUANTITY, MIN_PRICE, shortRequirement } from '../core/index.ts';
import type { StandardParams } from '../core/index.ts';
import { settlementFeeUsd } from '../inputs/standardInput.ts';
import { takerFeeUsd } from '../inputs/legs.ts';
import { isDegraded, quotesIn } from '../marks.ts';
import type { Quote, SeriesMark } from '../marks.ts';
import { params, standardParamsOf } from '../params.ts';
import { BlockMemo } from './blockMemo.ts';

const USD = 1e6;
const PPM = 1e6;
const [USD_UUSD, CONTRACT] = [1_000_000n, 10_000n];

/** What all series of an expiry share for a block. Money in USD a contract. */
export interface BoundedMarket {
  readonly index: number;
  readonly confidence: number;
  /** Of forward and volatilities. */
  readonly ofExpiry: number;
  readonly forward: number;
  readonly rules: StandardParams;
  readonly takerFeeUsd: number;
  readonly settlementFeeUsd: number;
  /** As `mostFee` has it: of the index, and at most a share of the price. */
  readonly mostFeeUusd: number;
  readonly feeCap: number;
}

/** What is taken of a series for a block, to judge rows of it without a leg each (ADR 087). */
export class BoundedSeries {
  readonly market: BoundedMarket;
  readonly isDegraded: boolean;
  readonly isCall: boolean;
  /** USD. */
  readonly strike: number;
  /** What is paid for it when it trades, of a price. */
  readonly premium: number;
  /** What a short contract needs beside nothing else, USD; NaN where only a judgement can say. */
  readonly short: number;
  /** The most that a bound is made of, 1e-4 contracts; NaN too. */
  readonly most: number;

  constructor({ series, mark: { vol, quality, mark } }: Quote, market: BoundedMarket) {
    const { index, forward, rules } = market;
    const instrument = instrumentOf(series);
    const { isCall, strike } = instrument.requirement(series);
    const isInside =
      Math.min(index, forward, strike) >= MIN_PRICE &&
      Math.max(index, forward, strike, mark) <= MAX_PRICE &&
      mark >= 0;
    this.market = market;
    this.isDegraded = isDegraded({ vol, quality });
    const isBounded = isInside && !this.isDegraded;
    this.isCall = isCall;
    this.strike = strike;
    this.premium = Number(instrument.premium(USD_UUSD, CONTRACT)) / USD;
    this.short = isBounded ? shortRequirement(isCall, strike, mark, index, rules).initial : NaN;
    this.most = isBounded ? MAX_QUANTITY : NaN;
  }
}

export type SeriesOf = (seriesId: number) => BoundedSeries | undefined;

const memo = new BlockMemo('margin/series', (memory) => ({
  rules: memory.map<number, StandardParams>(),
  /** An expiry has one quality for all its marks. */
  markets: memory.map<SeriesMark['quality'], BoundedMarket>(),
  series: memory.map<number, BoundedSeries>(),
}));

/** Series by id, undefined for those that are gone: each is looked at once a block. */
export function boundedSeriesIn(view: View): SeriesOf {
  const { series, markets } = memo.get(view);
  const quoteOf = quotesIn(view);
  const make = (_: View, seriesId: number) => {
    const quote = quoteOf(seriesId);
    if (quote === undefined) return undefined;
    const { quality } = quote.mark;
    const market = markets.get(quality, (unmetered) => marketOf(unmetered, quote))!;
    return new BoundedSeries(quote, market);
  };
  return (seriesId) => series.get(seriesId, make);
}

function marketOf(unmetered: View, { series, mark }: Quote): BoundedMarket {
  const { underlyingId } = series;
  const p = params.get(unmetered);
  const { rules } = memo.get(unmetered);
  const { index, confidence, forward } = mark;
  return {
    ...{ index, confidence, forward, ofExpiry: mark.quality.confidence },
    rules: rules.get(underlyingId, () => standardParamsOf(p, underlyingId))!,
    takerFeeUsd: takerFeeUsd(index, p.takerFeePpm),
    settlementFeeUsd: settlementFeeUsd(unmetered, series, index),
    mostFeeUusd: (index * USD * mostFeePpm(p)) / PPM,
    feeCap: p.feeCapPpm / PPM,
  };
}
