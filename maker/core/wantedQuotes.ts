import { tickAt } from '../../app/modules/options/core/index.ts';
import type { QuoteSide } from '../../proto/gen/tenor.clob.v1.ts';
import { exposureOf, exposureOfAll, isWithinLimits } from './exposure.ts';
import type { Exposure } from './exposure.ts';
import type { Inventory, MarkedSeries, Market } from './market.ts';
import type { MakerSettings } from './settings.ts';

/** What a maker wants to have in the book of a series. */
export interface WantedQuote {
  readonly symbol: string;
  readonly bid: QuoteSide | null;
  readonly ask: QuoteSide | null;
  /** Half of the spread, in uusd: how far off a quote is, is measured by it. */
  readonly halfUusd: number;
}

const UUSD = 1e6;
/** Three messages of quotes: what nobody watches needs no quotes. */
const MAX_SERIES = 300;
const clamp = (x: number): number => Math.min(1, Math.max(-1, x));

/**
 * Two sides around the mark of each series worth quoting, nearest expiries first. Half a spread is
 * a part of vega and of delta; inventory moves both sides against itself, to the skew's share of
 * half a spread at a limit. A side that would add to what is at its limit is left out.
 */
export function wantedQuotes(
  market: Market,
  held: Inventory,
  settings: MakerSettings,
  onlyReduce = false,
): WantedQuote[] {
  const all = exposureOfAll(market.series, held);
  return chosen(market, settings).map((series) => {
    const contracts = held.get(series.symbol) ?? 0;
    return quoteOf(market, series, { all, contracts, onlyReduce }, settings);
  });
}

function chosen({ series, blockSeconds }: Market, settings: MakerSettings): MarkedSeries[] {
  const { expiries, minLifeSeconds, minDelta } = settings;
  const alive = series.filter((s) => s.expirySeconds >= blockSeconds + BigInt(minLifeSeconds));
  const times = [...new Set(alive.map((s) => s.expirySeconds))].sort((a, b) => (a < b ? -1 : 1));
  const quoted = new Set(times.slice(0, expiries));
  const isWorth = ({ delta }: MarkedSeries) =>
    Math.abs(delta) >= minDelta && Math.abs(delta) <= 1 - minDelta;
  return alive
    .filter((s) => quoted.has(s.expirySeconds) && isWorth(s))
    .sort((a, b) => Number(a.expirySeconds - b.expirySeconds))
    .slice(0, MAX_SERIES);
}

interface Book {
  readonly all: Exposure;
  /** Held of the series. */
  readonly contracts: number;
  readonly onlyReduce: boolean;
}

function quoteOf(
  market: Market,
  series: MarkedSeries,
  book: Book,
  settings: MakerSettings,
): WantedQuote {
  const { symbol, markUsd, forward, delta, vega } = series;
  const { skew, maxDeltaUsd, maxVegaUsd } = settings;
  const halfVol = settings.spreadVol * vega;
  const halfForward = settings.spreadForward * Math.abs(delta) * forward;
  const half = Math.max(halfVol + halfForward, cheapest(market, markUsd));
  const shift =
    clamp(book.all.vegaUsd / maxVegaUsd) * halfVol +
    clamp(book.all.deltaUsd / maxDeltaUsd) * Math.sign(delta) * halfForward;
  const fair = markUsd - skew * shift;
  const { quantity } = market;
  const side = (isBuy: boolean): QuoteSide | null => {
    if (!mayOffer(series, isBuy, book, settings)) return null;
    const priceUusd = priceOf(market, series, isBuy, fair + (isBuy ? -half : half));
    return priceUusd === null ? null : { priceUusd, quantity };
  };
  return { symbol, bid: side(true), ask: side(false), halfUusd: half * UUSD };
}

/** Two ticks: no spread is smaller. */
const cheapest = ({ rules }: Market, markUsd: number): number =>
  (2 * Number(tickAt(rules.ticks, toUusd(markUsd)))) / UUSD;

const toUusd = (usd: number): bigint => BigInt(Math.max(0, Math.round(usd * UUSD)));

function mayOffer(
  series: MarkedSeries,
  isBuy: boolean,
  { all, contracts, onlyReduce }: Book,
  settings: MakerSettings,
): boolean {
  const sign = isBuy ? 1 : -1;
  const reduces = contracts * sign < 0;
  if (onlyReduce && !reduces) return false;
  const isFull = Math.abs(contracts) * series.forward >= settings.maxPositionUsd;
  if (isFull && !reduces) return false;
  const { deltaUsd, vegaUsd } = exposureOf(series);
  return isWithinLimits({ delta: sign * deltaUsd, vega: sign * vegaUsd }, all, settings);
}

/** On the tick table, away from the mark, inside the band; null where no price is left. */
function priceOf(
  { rules }: Market,
  { lowUusd, highUusd }: MarkedSeries,
  isBuy: boolean,
  usd: number,
): bigint | null {
  if (usd <= 0) return isBuy ? null : rules.ticks[0]!.tickUusd;
  const exact = toUusd(usd);
  const bounded = isBuy ? least(exact, highUusd) : most(exact, lowUusd);
  const tick = tickAt(rules.ticks, bounded);
  const onTick = isBuy ? (bounded / tick) * tick : ((bounded + tick - 1n) / tick) * tick;
  // Rounded up it may have come to where ticks are wider.
  const wider = tickAt(rules.ticks, onTick);
  const price = isBuy ? onTick : ((onTick + wider - 1n) / wider) * wider;
  return price > 0n ? price : null;
}

const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
const most = (a: bigint, b: bigint): bigint => (a > b ? a : b);
