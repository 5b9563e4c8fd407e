import type { Random } from '../crash/random.ts';
import { RULES } from './model/types.ts';
import type { Quotes, Series, Settling } from './model/types.ts';
import { markOf } from './model/prices.ts';
import { coverage, isCovered, settlementOf } from './model/settlement.ts';
import { bound } from './model/standard.ts';
import type { Model } from './model/model.ts';
import type { TestChain } from '../harness/chain.ts';
import { reportOf } from '../harness/reports.ts';
import type { MarketView } from '../harness/reports.ts';

const HOUR_MS = 3_600_000;

/** How often a price jumps, once in so many blocks, and by which share of it. */
export interface Jumps {
  readonly in: number;
  readonly by: number;
}

export const SELDOM: Jumps = { in: 400, by: 0.15 };
export const CRISES: Jumps = { in: 12, by: 0.25 };
/** Beyond what any margin covers. */
export const GAPS: Jumps = { in: 30, by: 0.6 };

/** A step of the world: prices in a random walk with jumps, volatility that follows them. */
export function step(
  random: Random,
  view: MarketView,
  hours: number,
  jumps: Jumps = SELDOM,
): MarketView {
  const walk = (price: number) => {
    const calm = (random.below(2_001) / 1_000 - 1) * 0.01 * Math.sqrt(hours);
    const sign = random.below(jumps.in) === 0 ? (random.below(2) === 0 ? -1 : 1) : 0;
    const jump = sign * jumps.by;
    return Math.round(price * (1 + calm + jump) * 100) / 100;
  };
  const vol = view.vol * (1 + (random.below(201) / 100 - 1) * 0.03 * Math.sqrt(hours));
  return {
    btc: Math.max(walk(view.btc), 10_000),
    eth: Math.max(walk(view.eth), 500),
    vol: Math.round(Math.min(Math.max(vol, 0.25), 2) * 10_000) / 10_000,
  };
}

/**
 * Milliseconds to the next block: long ones at night, short ones where samples are taken.
 *
 * @param isSparse as few blocks as there can be: half as many, and none but windows closely
 */
export function pause(random: Random, timeMs: number, model: Model, isSparse = false): number {
  const windowMs = RULES.settlementWindow * 1_000;
  const lefts = [...model.series.values()].map((s) => s.expirySeconds * 1_000 - timeMs);
  const isNear = (leadMs: number) =>
    lefts.some((left) => left > -60_000 && left < windowMs + leadMs);
  if (!isSparse) {
    return isNear(600_000) ? 4_000 + random.below(6_000) : HOUR_MS / 12 + random.below(HOUR_MS / 6);
  }
  if (isNear(1)) return 9_000 + random.below(1_000);
  const toWindow = lefts.filter((left) => left > windowMs).map((left) => left - windowMs);
  return Math.min(HOUR_MS / 6 + random.below(HOUR_MS / 3), ...toWindow);
}

/**
 * What a vote says of a market: prices rounded down to the largest power of ten of uusd within a
 * millionth of the chain's own (ADR 026).
 */
export function voteOf(market: MarketView, { btc, eth }: MarketView): MarketView {
  const rounded = (usd: number, own: number): number => {
    const step = 10 ** Math.floor(Math.log10(Math.round(own * 1e6) / 1e6));
    return (Math.floor(Math.round(usd * 1e6) / step) * step) / 1e6;
  };
  return { ...market, btc: rounded(market.btc, btc), eth: rounded(market.eth, eth) };
}

/**
 * What validators report that do not see the prices of some underlyings, and nothing where they see
 * none. Empty where they see all.
 */
export function reportsWithout(
  unseen: ReadonlySet<number>,
  { market, validators }: TestChain,
  underlyings: readonly number[],
  timeMs: number,
): ReadonlyMap<number, Uint8Array | null> {
  if (unseen.size === 0) return new Map();
  const isNothing = underlyings.every((id) => unseen.has(id));
  const report = isNothing ? null : reportOf(market, timeMs, unseen);
  return new Map(validators.map((_, i) => [i, report]));
}

/** By underlying, the market of which it was said last. */
export type Voted = Readonly<Record<number, MarketView>>;

/** The prices that a block is judged by: those voted in the block before. */
export function quotesOf(model: Model, voted: Voted, timeMs: number): Quotes {
  const index = (id: number) => (id === 1 ? voted[1]!.btc : voted[2]!.eth);
  const volOf = (id: number) => voted[id]!.vol;
  const marks = new Map<bigint, number>();
  // Hundreds of samples are added up once a block and expiry, and not for each scenario.
  const averages = new Map<string, Settling>();
  const settling = ({ underlyingId, expirySeconds }: Series): Settling => {
    const key = `${underlyingId}/${expirySeconds}`;
    const known = averages.get(key);
    if (known !== undefined) return known;
    const samples = model.samples.get(key) ?? [];
    const weighted = samples.reduce(
      (sum, s) => sum + (Number(s.priceUusd) / 1e6) * Number(s.heldMs),
      0,
    );
    const seconds = Number(coverage(samples)) / 1_000;
    const secondsLeft = Math.max(expirySeconds - timeMs / 1_000, 0);
    // Until it is paid out a series is marked at the price of its expiry, a whole cent.
    const isPriced = secondsLeft === 0 && isCovered(samples);
    const price = isPriced ? Number(settlementOf(samples)) / 1e6 : undefined;
    const average = { weighted: price === undefined ? weighted / 1_000 : price * seconds, seconds };
    const found = { secondsLeft, average };
    averages.set(key, found);
    return found;
  };
  const doubt = (series: Series) => {
    const share = model.feeds.doubt(series, timeMs);
    const { secondsLeft } = settling(series);
    return share === 0
      ? undefined
      : { share, bound: bound(series, index(series.underlyingId), secondsLeft) };
  };
  const priced = (series: Series, up = 0, vol?: number): number => {
    const { underlyingId, strikeUusd, isCall } = series;
    const strike = Number(strikeUusd) / 1e6;
    const over = index(underlyingId) - strike;
    // Without a volatility: what it would pay now.
    if (vol === undefined && doubt(series)?.share === 1) return Math.max(isCall ? over : -over, 0);
    const at = vol ?? volOf(underlyingId);
    const { secondsLeft: left, average } = settling(series);
    if (left === 0 && average.seconds === 0) {
      return Math.max(isCall ? over : 0, 0);
    }
    const option = { isCall, strike };
    return markOf(option, index(underlyingId) + up, at, left, RULES.settlementWindow, average);
  };
  return {
    index,
    indexUusd: (id) => BigInt(Math.round(index(id) * 1e6)),
    mark(series) {
      const known = marks.get(series.id) ?? priced(series);
      marks.set(series.id, known);
      return known;
    },
    worth: (series, vol) => priced(series, 0, vol),
    greeks(series) {
      const up = index(series.underlyingId) * 1e-5;
      const [at, vol] = [volOf(series.underlyingId), 1e-4];
      return {
        delta: (priced(series, up) - priced(series, -up)) / (2 * up),
        vega: (priced(series, 0, at + vol) - priced(series, 0, at - vol)) / (2 * vol),
      };
    },
    series: (id) => model.series.get(id)!,
    trades: ({ underlyingId, expirySeconds }) =>
      expirySeconds * 1_000 > timeMs && !model.disabled.has(underlyingId),
    ...{ timeMs, vol: volOf, settling, doubt, collateral: model.feeds.collateral(timeMs) },
  };
}
