import type { Series } from '../../../proto/gen/tenor.options.v1.ts';
import { defined } from '../../lib/assert.ts';
import type { Black76, SettlementTerms } from '../../lib/math/index.ts';
import { instrumentOf } from '../options/core/index.ts';
import { expiryOf, optionsParams, seriesById } from '../options/index.ts';
import { indexOf, qualityOf, stablecoinDoubt, stablecoinUusd, surfaceOf } from '../oracle/index.ts';
import type { Quality, VolSurface } from '../oracle/index.ts';
import type { View } from '../../runtime/context.ts';
import { MIN_PRICE, markExpiry, markSeries, scenarioRow } from './core/index.ts';
import type { ExpiryMarket, MarkedExpiry, PricedSeries } from './core/index.ts';
import { params } from './params.ts';
import { portfolioParamsOf } from './inputs/portfolioRules.ts';
import { BlockMemo } from './judge/blockMemo.ts';

const USD = 1e6;
/** What all series of an underlying share in a block. */
interface UnderlyingMarks {
  /** USD. */
  readonly index: number;
  readonly confidence: number;
  readonly volSurface: VolSurface;
}

/** What all series of an expiry share in a block. */
interface ExpiryMarks extends MarkedExpiry {
  /** What the marks rest on, and how well. */
  readonly quality: Quality;
}

/** A series' price with what it was made from, in USD and fractions a year. */
export interface SeriesMark {
  readonly index: number;
  readonly confidence: number;
  readonly forward: number;
  /** Undefined when no surface is there: then the mark is intrinsic and margin takes its bound. */
  readonly vol: number | undefined;
  readonly mark: number;
  readonly secondsToExpiry: number;
  readonly quality: Quality;
}

/** No volatility is known, or only one that its sources saw too long ago: scenarios need better. */
export const isDegraded = ({ vol, quality }: Pick<SeriesMark, 'vol' | 'quality'>): boolean =>
  vol === undefined || quality.doubt > 0;

/** A series that still exists, with its mark. */
export interface Quote {
  readonly series: Series;
  readonly mark: SeriesMark;
}

/** Prices of a block, each made once. */
const memo = new BlockMemo('margin/marks', (memory) => ({
  underlyings: memory.map<number, UnderlyingMarks>(),
  expiries: memory.map<string, ExpiryMarks>(),
  series: memory.map<bigint, SeriesMark>(),
  quotes: memory.map<number, Quote>(),
  markets: memory.map<bigint, PricedSeries>(),
  collateral: memory.map<0, number>(),
}));

/** What a dollar of collateral is taken for where nobody has said for long what it is worth. */
const UNKNOWN_COLLATERAL = 0.9;

/**
 * What a dollar of collateral is worth, in USD, at most 1: what governance says it is like. Between
 * stale and halted it sinks from the last price to a break of the peg (ADR 134).
 */
export function collateralPriceOf(view: View): number {
  const price = memo.get(view).collateral.get(0, (unmetered) => {
    const { collateralStablecoinId: id } = params.get(unmetered);
    if (id === 0) return 1;
    const uusd = stablecoinUusd(unmetered, id);
    const last = uusd === undefined ? 1 : Math.min(Number(uusd) / USD, 1);
    const doubt = stablecoinDoubt(unmetered, id);
    return last - doubt * Math.max(last - UNKNOWN_COLLATERAL, 0);
  });
  return defined(price, 'the price of the collateral');
}

/** The mark of a series at the block's time; undefined until its underlying has an index. */
export function markOf(view: View, series: Series): SeriesMark | undefined {
  return marksIn(view)(series);
}

/** `markOf` for many series of one state. */
export function marksIn(view: View): (series: Series) => SeriesMark | undefined {
  const known = memo.get(view).series;
  return (series) => known.get(series.id, (unmetered) => priceSeries(unmetered, series));
}

/** Series and marks by id, undefined for series that are gone. It costs no gas. */
export function quotesIn(view: View): (seriesId: number) => Quote | undefined {
  const { quotes, series: marks } = memo.get(view);
  return (seriesId) =>
    quotes.get(seriesId, (unmetered) => {
      const series = seriesById(unmetered, BigInt(seriesId));
      if (series === undefined) return undefined;
      const mark = marks.get(series.id, () => priceSeries(unmetered, series));
      return { series, mark: defined(mark, 'the price of an underlying that is traded') };
    });
}

/** What a volatility, as a fraction a year, is worth in USD now; undefined without a mark. */
export function priceAtVol(view: View, series: Series, vol: number): number | undefined {
  const mark = markOf(view, series);
  if (mark === undefined) return undefined;
  const market = { ...expiryMarks(view, series, mark.index)!, index: mark.index };
  return instrumentOf(series).mark(series, { ...market, volAt: () => vol }).mark;
}

/** Price and Greeks of a series, for people. */
export function greeksOf(view: View, series: Series): Black76 | undefined {
  const mark = markOf(view, series);
  if (mark?.vol === undefined) return undefined;
  const market = { ...expiryMarks(view, series, mark.index)!, index: mark.index };
  return instrumentOf(series).greeks(series, market, mark.vol);
}

/**
 * What the portfolio margin shocks: the forward, and how an expiry settles on it. A price that is
 * fixed is no longer moved by anything. Call it for a series that has a mark.
 */
export function expiryMarketOf(view: View, series: Series): ExpiryMarket {
  const { index } = markOf(view, series)!;
  const { forward, settlement, terms, quality } = expiryMarks(view, series, index)!;
  const { confidence } = quality;
  return { forward, terms: settlement === undefined ? terms : fixedAt(settlement), confidence };
}

function fixedAt(settlement: number): SettlementTerms {
  const over = { share: 0, varianceYears: 0, varianceSpeed: 0, shareSpeed: 0, yearsToExpiry: 0 };
  return { fixed: Math.max(settlement, MIN_PRICE), ...over };
}

/** Series as the scenarios see them, each priced in all of them once a block. */
export function marketsIn(view: View): (series: Series, mark: SeriesMark) => PricedSeries {
  const known = memo.get(view).markets;
  return (series, mark) =>
    known.get(series.id, (unmetered) => {
      const { isCall, strike } = instrumentOf(series).requirement(series);
      const volatility = defined(mark.vol, `the volatility of ${series.symbol}`);
      const market = { isCall, strike, volatility, mark: mark.mark };
      const rules = portfolioParamsOf(params.get(unmetered), series.underlyingId);
      const scenarioPrices = scenarioRow(market, expiryMarketOf(unmetered, series), rules);
      return { ...market, scenarioPrices };
    })!;
}

function priceSeries(view: View, series: Series): SeriesMark | undefined {
  const underlying = underlyingMarks(view, series.underlyingId);
  if (underlying === undefined) return undefined;
  const { index, confidence } = underlying;
  const expiry = expiryMarks(view, series, index);
  if (expiry === undefined) return undefined;
  const { forward, secondsToExpiry, quality } = expiry;
  const { mark, vol } = markSeries(series, index, expiry);
  return { index, confidence, forward, secondsToExpiry, vol, mark, quality };
}

function underlyingMarks(view: View, underlyingId: number): UnderlyingMarks | undefined {
  return memo.get(view).underlyings.get(underlyingId, (unmetered) => {
    const price = indexOf(unmetered, underlyingId);
    if (price === undefined) return undefined;
    return {
      index: Number(price.indexUusd) / USD,
      confidence: price.confidence,
      volSurface: surfaceOf(unmetered, underlyingId),
    };
  });
}

type ExpiryOf = Pick<Series, 'underlyingId' | 'expirySeconds'>;

/** Whether all prices that an expiry is marked from are fresh; looked up once a block. */
export function isMarkedFresh(view: View, expiry: ExpiryOf): boolean {
  const underlying = underlyingMarks(view, expiry.underlyingId);
  if (underlying === undefined) return false;
  return expiryMarks(view, expiry, underlying.index)?.quality.isFresh === true;
}

function expiryMarks(view: View, series: ExpiryOf, index: number): ExpiryMarks | undefined {
  const key = `${series.underlyingId}/${series.expirySeconds}`;
  return memo.get(view).expiries.get(key, (unmetered) => priceExpiry(unmetered, series, index));
}

function priceExpiry(
  view: View,
  { underlyingId, expirySeconds }: ExpiryOf,
  index: number,
): ExpiryMarks | undefined {
  const expiry = expiryOf(view, underlyingId, expirySeconds);
  if (expiry === undefined) return undefined;
  const { forwards, surface } = underlyingMarks(view, underlyingId)!.volSurface;
  const quality = qualityOf(view, underlyingId, expirySeconds);
  const marked = markExpiry({
    ...{ index, expiry, forwards, timeMs: view.header.timeMs },
    expirySeconds: Number(expirySeconds),
    windowSeconds: Number(optionsParams.get(view).settlementWindowSeconds),
    surface: quality.doubt === 1 ? undefined : surface,
  });
  return { ...marked, quality };
}
