import { payoff } from './leg.ts';
import type { Leg } from './leg.ts';
import { firstExpiry, strategyProfit } from './payoffCurve.ts';

/** What a strategy comes to when its first leg expires. USD. */
export interface Outcomes {
  /** Paid for the legs; negative when they bring money. */
  readonly cost: number;
  /** Null: without bound. */
  readonly maxProfit: number | null;
  readonly maxLoss: number | null;
  /** Prices of the index at which nothing is won or lost, rising. */
  readonly breakEvens: readonly number[];
  /** All legs expire together: the numbers above are exact. Else they are found by search. */
  readonly isExact: boolean;
}

const SEARCH_STEPS = 600;
/** Calendars are searched up to so many times the highest of index and strikes. */
const SEARCH_UP_TO = 4;
const HALVINGS = 60;

/** Undefined without legs. */
export function outcomes(legs: readonly Leg[]): Outcomes | undefined {
  const seconds = firstExpiry(legs);
  if (seconds === undefined) return undefined;
  const isExact = legs.every((leg) => leg.expirySeconds === seconds);
  const cost = legs.reduce((sum, { contracts, price }) => sum + contracts * price, 0);
  const profit = isExact
    ? (index: number) => settledProfit(legs, index)
    : (index: number) => strategyProfit(legs, { seconds, index });
  const knots = isExact ? strikesOf(legs) : searched(legs);
  const profits = knots.map(profit);
  const slope = netCalls(legs);
  return {
    ...{ cost, isExact },
    maxProfit: slope > 0 ? null : Math.max(...profits),
    maxLoss: slope < 0 ? null : Math.max(-Math.min(...profits), 0),
    breakEvens: [...zeros(knots, profits, profit), ...beyond(knots, profits, slope, isExact)],
  };
}

const settledProfit = (legs: readonly Leg[], settlement: number) =>
  legs.reduce((sum, leg) => sum + leg.contracts * (payoff(leg, settlement) - leg.price), 0);

/** 0 and every strike: profit at expiry is straight between them. */
const strikesOf = (legs: readonly Leg[]) =>
  [...new Set([0, ...legs.map(({ strike }) => strike)])].sort((a, b) => a - b);

function searched(legs: readonly Leg[]): number[] {
  const strikes = strikesOf(legs);
  const top = SEARCH_UP_TO * Math.max(legs[0]!.market.index, strikes.at(-1)!);
  const even = Array.from({ length: SEARCH_STEPS }, (_, i) => (top * (i + 1)) / SEARCH_STEPS);
  return [...new Set([...strikes, ...even])].sort((a, b) => a - b);
}

/** Decimals of contracts add up to whole units: what is left of rounding is no slope. */
function netCalls(legs: readonly Leg[]): number {
  const net = legs.reduce((sum, { isCall, contracts }) => sum + (isCall ? contracts : 0), 0);
  return Math.round(net * 10_000) / 10_000;
}

/** Zeros between knots, each once; a stretch of zeros shows by its ends. */
function zeros(
  knots: readonly number[],
  profits: readonly number[],
  profit: (index: number) => number,
): number[] {
  const found: number[] = [];
  knots.forEach((knot, i) => {
    const [before, here] = [profits[i - 1], profits[i]!];
    if (before !== undefined && before * here < 0) {
      found.push(between(knots[i - 1]!, knot, before, profit));
    }
    const after = profits[i + 1];
    const isInside = before === 0 && after === 0;
    if (here === 0 && !isInside) found.push(knot);
  });
  return found;
}

/** Where the profit changes its sign between two prices, by halving. */
function between(
  from: number,
  to: number,
  sign: number,
  profit: (index: number) => number,
): number {
  let [low, high] = [from, to];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    if (profit(middle) * sign > 0) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/** The zero above the last strike, where every call is a straight line. */
function beyond(
  knots: readonly number[],
  profits: readonly number[],
  slope: number,
  isExact: boolean,
): number[] {
  const last = profits.at(-1)!;
  if (!isExact || slope === 0 || last === 0 || last > 0 === slope > 0) return [];
  return [knots.at(-1)! - last / slope];
}
