import { strategyLegs, withLeg } from '../../core/strategies.ts';
import type { ListedOption, StrategyKind, StrategyLeg } from '../../core/strategies.ts';
import type { Leg, LegMarket } from '../../core/leg.ts';
import type { Expiry, Series } from '../../store/markets.ts';

/** A planned leg, in the address `SYMBOL:-2`, or with a price of one's own `SYMBOL:1@125000`. */
export interface PlannedLeg extends StrategyLeg {
  /** In cents; the other side's price when left out. */
  readonly cents?: number;
}

const USD = 1_000_000;
const CENT = 10_000;
const MAX_RATIO = 100;
const PLANNED = /^([A-Z0-9.-]{5,64}):(-?\d{1,3})(?:@(\d{1,12}))?$/;

/** The legs of an address; what is none is passed over. */
export function plannedLegs(params: readonly string[]): PlannedLeg[] {
  let legs: PlannedLeg[] = [];
  for (const param of params) {
    const [, symbol = '', ratioText = '0', centsText] = PLANNED.exec(param) ?? [];
    const ratio = Number(ratioText);
    if (symbol === '' || ratio === 0 || Math.abs(ratio) > MAX_RATIO) continue;
    if (legs.some((leg) => leg.symbol === symbol)) continue;
    const cents = centsText === undefined ? {} : { cents: Number(centsText) };
    legs = withLeg(legs, { symbol, ratio, ...cents }) ?? legs;
  }
  return legs;
}

/** The same legs as an address says them. */
export const paramsOf = (legs: readonly PlannedLeg[]): string[] =>
  legs.map(({ symbol, ratio, cents }) =>
    cents === undefined ? `${symbol}:${ratio}` : `${symbol}:${ratio}@${cents}`,
  );

export const listedOf = (expiries: readonly Expiry[]): ListedOption[] =>
  expiries.flatMap(({ expirySeconds, strikes }) =>
    strikes.flatMap(({ strikeUusd, call, put }) =>
      [call, put].flatMap((series) =>
        series === undefined
          ? []
          : [
              {
                ...{ symbol: series.symbol, isCall: series.kind === 'call', expirySeconds },
                strike: Number(strikeUusd) / USD,
              },
            ],
      ),
    ),
  );

/** A strategy around the forward of an expiry, bought; null where its strikes are missing. */
export function plannedStrategy(
  kind: StrategyKind,
  expiry: Expiry,
  expiries: readonly Expiry[],
): StrategyLeg[] | null {
  const { expirySeconds, feeds } = expiry;
  if (feeds === undefined) return null;
  return strategyLegs(kind, { listed: listedOf(expiries), expirySeconds, forward: feeds.forward });
}

/** What a leg would be traded at, in uusd: one's own price, the other side's, or the mark. */
export function legPrice({ ratio, cents }: PlannedLeg, series: Series): number | undefined {
  if (cents !== undefined) return cents * CENT;
  const level = ratio > 0 ? series.ask : series.bid;
  const price = level?.priceUusd ?? series.mark?.markUusd;
  return price === undefined ? undefined : Number(price);
}

export type MarketNow = Pick<
  LegMarket,
  'index' | 'seconds' | 'windowSeconds' | 'weightedSum' | 'weightSeconds'
>;

/** A planned leg as the core values it; undefined without a price or a volatility. */
export function valuedLeg(
  planned: PlannedLeg,
  series: Series | undefined,
  now: MarketNow,
  size: number,
): Leg | undefined {
  const mark = series?.mark;
  if (series === undefined || mark?.vol === undefined) return undefined;
  const price = legPrice(planned, series);
  if (price === undefined || now.index <= 0 || mark.forward <= 0) return undefined;
  return {
    symbol: series.symbol,
    isCall: series.kind === 'call',
    strike: Number(series.strikeUusd) / USD,
    expirySeconds: Number(series.expirySeconds),
    contracts: planned.ratio * size,
    price: price / USD,
    market: { ...now, forward: mark.forward, volatility: mark.vol },
  };
}
