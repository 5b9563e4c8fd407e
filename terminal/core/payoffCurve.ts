import { legValue } from './legValue.ts';
import type { Leg } from './leg.ts';

/** Beyond so many standard deviations of the farthest expiry a chart shows nothing of interest. */
const DEVIATIONS = 3;
const LEAST_WIDTH = 0.05;
const MOST_WIDTH = 0.9;
const SECONDS_PER_YEAR = 31_536_000;

/** Profit of all legs, in USD, at a time, for each price of the index. */
export function profitAt(
  legs: readonly Leg[],
  seconds: number,
  prices: readonly number[],
): number[] {
  return prices.map((index) => strategyProfit(legs, { seconds, index }));
}

export function strategyProfit(
  legs: readonly Leg[],
  at: { readonly seconds: number; readonly index: number },
): number {
  return legs.reduce((sum, leg) => sum + leg.contracts * (legValue(leg, at) - leg.price), 0);
}

/** When the first leg expires; undefined without legs. */
export function firstExpiry(legs: readonly Leg[]): number | undefined {
  return legs.length === 0 ? undefined : Math.min(...legs.map((leg) => leg.expirySeconds));
}

/**
 * Prices of the index for a chart, rising: even steps over what may be reached and every strike,
 * and the strikes themselves, so that no corner is cut off.
 */
export function chartPrices(legs: readonly Leg[], steps: number): number[] {
  const [first] = legs;
  if (first === undefined) return [];
  const { index, seconds } = first.market;
  const width = Math.max(
    ...legs.map(({ expirySeconds, market }) => {
      const years = Math.max(expirySeconds - seconds, 0) / SECONDS_PER_YEAR;
      return DEVIATIONS * market.volatility * Math.sqrt(years);
    }),
  );
  const share = Math.min(Math.max(width, LEAST_WIDTH), MOST_WIDTH);
  const strikes = legs.map(({ strike }) => strike);
  const low = Math.min(index * (1 - share), Math.min(...strikes) * (1 - share / 4));
  const high = Math.max(index * (1 + share), Math.max(...strikes) * (1 + share / 4));
  const even = Array.from({ length: steps + 1 }, (_, i) => low + ((high - low) * i) / steps);
  return [...new Set([...even, ...strikes])].sort((a, b) => a - b);
}
