import {
  exp,
  greeksAroundSettlement,
  ln,
  priceAroundSettlement,
  settlementTerms,
} from '../../app/lib/math/index.ts';
import type { SettlementTerms } from '../../app/lib/math/index.ts';
import type { Leg, Moment } from './leg.ts';
import { payoff } from './leg.ts';

/** Of a position: all of its contracts, signed. */
export interface Greeks {
  /** In the underlying, by the forward. */
  readonly delta: number;
  /** Delta for a dollar. */
  readonly gamma: number;
  /** USD for a point of volatility. */
  readonly vega: number;
  /** USD a day. */
  readonly theta: number;
}

const DAYS_PER_YEAR = 365;
const POINTS = 100;

type Valued = Pick<Leg, 'isCall' | 'strike' | 'expirySeconds' | 'market'>;

/**
 * What a contract is worth at a moment, with the volatility of its strike as it is now and the
 * forward's premium over the index shrinking evenly to nothing. From expiry on, `at.index` is the
 * settlement price.
 */
export function legValue(leg: Valued, at: Moment): number {
  if (at.seconds >= leg.expirySeconds) return payoff(leg, at.index);
  const { isCall, strike, market } = leg;
  return priceAroundSettlement(
    isCall,
    forwardAt(leg, at),
    strike,
    market.volatility,
    terms(leg, at),
  );
}

/** Greeks of the contracts of a leg; zero from expiry on. */
export function legGreeks(leg: Leg, at: Moment): Greeks {
  if (at.seconds >= leg.expirySeconds) return { delta: 0, gamma: 0, vega: 0, theta: 0 };
  const { isCall, strike, contracts, market } = leg;
  const forward = forwardAt(leg, at);
  const one = greeksAroundSettlement(isCall, forward, strike, market.volatility, terms(leg, at));
  return {
    delta: contracts * one.delta,
    gamma: contracts * one.gamma,
    vega: (contracts * one.vega) / POINTS,
    theta: (contracts * one.theta) / DAYS_PER_YEAR,
  };
}

export function sumGreeks(all: readonly Greeks[]): Greeks {
  const sum = { delta: 0, gamma: 0, vega: 0, theta: 0 };
  for (const { delta, gamma, vega, theta } of all) {
    sum.delta += delta;
    sum.gamma += gamma;
    sum.vega += vega;
    sum.theta += theta;
  }
  return sum;
}

/** index · (F/S)^(time left then / time left now). */
function forwardAt({ expirySeconds, market }: Valued, { seconds, index }: Moment): number {
  const leftNow = expirySeconds - market.seconds;
  if (leftNow <= 0) return index;
  const share = Math.min((expirySeconds - seconds) / leftNow, 1);
  return index * exp(ln(market.forward / market.index) * share);
}

/** The settlement average at that moment, had the index stood there since the window began. */
function terms({ expirySeconds, market }: Valued, { seconds, index }: Moment): SettlementTerms {
  const { windowSeconds, weightedSum, weightSeconds } = market;
  const since = Math.max(market.seconds, expirySeconds - windowSeconds);
  const held = Math.max(seconds - since, 0);
  return settlementTerms({
    secondsToExpiry: expirySeconds - seconds,
    windowSeconds,
    weightedSum: weightedSum + index * held,
    weightSeconds: weightSeconds + held,
  });
}
