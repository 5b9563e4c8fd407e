/**
 * Options that settle on the time-weighted average of the index over a window before expiry.
 *
 * Inside the window, with u seconds left and samples of weight c already in, the settlement price
 * is A + B: A = Σp·w/(c+u) is fixed, B = F·u/(c+u) still moves, with the variance of the average
 * of a Brownian motion over u, σ²u/3. A call is then a Black-76 call on B struck at K − A, or
 * worth A + B − K where K ≤ A. Before a window of length w the variance is σ²(τ − 2w/3), that of
 * the average from now on (σ²(τ − w) until the window, σ²w/3 in it); the two meet at its start.
 */
import { black76Price, PRICE_MAX, PRICE_MIN, SPREAD_MAX } from './black76.ts';
import { black76 } from './black76Strip.ts';
import type { Black76 } from './black76.ts';
import { refuse } from './errors.ts';

/** 365 days. */
export const SECONDS_PER_YEAR = 31_536_000;

/** The state of one expiry's average: the same for all its series. */
export interface SettlementAverage {
  /** Until expiry; 0 or less is after it. */
  readonly secondsToExpiry: number;
  readonly windowSeconds: number;
  /** Σp·w over the samples so far, price times seconds. */
  readonly weightedSum: number;
  /** c = Σw, seconds. */
  readonly weightSeconds: number;
}

/** What pricing needs of it. Settlement price = fixed + share · (what the index does from now). */
export interface SettlementTerms {
  /** A, in the quote currency. */
  readonly fixed: number;
  /** B/F, from 1 before the window to 0 at expiry. */
  readonly share: number;
  /** The variance is σ² times this, years. */
  readonly varianceYears: number;
  /** How fast varianceYears falls as time passes: 1 before the window, 1/3 in it, 0 after. */
  readonly varianceSpeed: number;
  /** −d(share)/dt, per year: 0 but inside the window. */
  readonly shareSpeed: number;
  readonly yearsToExpiry: number;
}

/**
 * Throws MathInputError for NaN, infinite or negative numbers (secondsToExpiry may be negative),
 * a window of no length, and an expiry that is over without a sample.
 */
export function settlementTerms(average: SettlementAverage): SettlementTerms {
  const { secondsToExpiry, windowSeconds, weightedSum, weightSeconds } = average;
  if (!(Math.abs(secondsToExpiry) <= SPREAD_MAX)) refuse('seconds to expiry', secondsToExpiry);
  if (!(windowSeconds > 0 && windowSeconds <= SPREAD_MAX)) refuse('window', windowSeconds);
  if (!(weightedSum >= 0 && weightedSum < Infinity)) refuse('weighted sum', weightedSum);
  if (!(weightSeconds >= 0 && weightSeconds <= SPREAD_MAX)) refuse('weight', weightSeconds);
  if (secondsToExpiry >= windowSeconds) {
    return {
      fixed: 0,
      share: 1,
      varianceYears: (secondsToExpiry - (windowSeconds * 2) / 3) / SECONDS_PER_YEAR,
      varianceSpeed: 1,
      shareSpeed: 0,
      yearsToExpiry: secondsToExpiry / SECONDS_PER_YEAR,
    };
  }
  const left = Math.max(secondsToExpiry, 0);
  const whole = weightSeconds + left;
  if (whole === 0) refuse('weight of an average that is over', whole);
  return {
    fixed: weightedSum / whole,
    share: left / whole,
    varianceYears: left / 3 / SECONDS_PER_YEAR,
    varianceSpeed: left > 0 ? 1 / 3 : 0,
    shareSpeed: left > 0 ? SECONDS_PER_YEAR / whole : 0,
    yearsToExpiry: left / SECONDS_PER_YEAR,
  };
}

/** The undiscounted price. Domain and errors of black76Price, after the split into A and B. */
export function priceAroundSettlement(
  isCall: boolean,
  forward: number,
  strike: number,
  sigma: number,
  terms: SettlementTerms,
): number {
  if (!(sigma >= 0 && sigma <= SPREAD_MAX)) refuse('volatility', sigma);
  const moving = forward * terms.share;
  const strikeLeft = strike - terms.fixed;
  if (strikeLeft > 0) {
    return black76Price(isCall, moving, strikeLeft, sigma * sigma * terms.varianceYears);
  }
  if (!(moving >= 0 && moving <= PRICE_MAX)) refuse('forward', forward);
  if (!(strike >= 0)) refuse('strike', strike);
  return isCall ? moving - strikeLeft : 0;
}

/** priceAroundSettlement for one option, all inputs in one object. */
export function optionValueAroundSettlement(
  option: SettlementAverage & {
    readonly isCall: boolean;
    readonly forward: number;
    readonly strike: number;
    readonly sigma: number;
  },
): number {
  const { isCall, forward, strike, sigma } = option;
  return priceAroundSettlement(isCall, forward, strike, sigma, settlementTerms(option));
}

/**
 * Price and Greeks by the forward F, σ and calendar time. In the window the clock also moves
 * weight from B to A (at the forward, through samples without a gap): with W = c + u in years and
 * K′ = K − A, both B and K′ fall by F/W a year, so
 *   theta = theta₇₆/3 − (F/W)·(∂C/∂B + ∂C/∂K′),
 *   charm = (B/F)·(charm₇₆/3 − (F/W)·(∂Δ/∂B + ∂Δ/∂K′)) − Δ/W.
 * C is homogeneous in B and K′: ∂C/∂K′ = (C − BΔ)/K′ and ∂Δ/∂K′ = −ΓB/K′.
 */
export function greeksAroundSettlement(
  isCall: boolean,
  forward: number,
  strike: number,
  sigma: number,
  terms: SettlementTerms,
): Black76 {
  const price = priceAroundSettlement(isCall, forward, strike, sigma, terms);
  const { share, shareSpeed, varianceSpeed } = terms;
  const moving = forward * share;
  const strikeLeft = strike - terms.fixed;
  const rho = -terms.yearsToExpiry * price;
  if (!(strikeLeft >= PRICE_MIN && moving >= PRICE_MIN)) {
    const isDelta = isCall && strikeLeft < PRICE_MIN;
    const flat = { gamma: 0, vega: 0, theta: 0, vanna: 0, volga: 0 };
    const charm = isDelta ? -shareSpeed : 0;
    return { price, delta: isDelta ? share : 0, rho, charm, ...flat };
  }
  const part = black76(isCall, moving, strikeLeft, sigma, terms.varianceYears);
  const flow = forward * shareSpeed;
  const strikeSlope = (part.price - moving * part.delta) / strikeLeft;
  const drift = flow === 0 ? 0 : flow * (part.delta + strikeSlope);
  const turn =
    flow === 0 || moving === strikeLeft ? 0 : flow * part.gamma * (1 - moving / strikeLeft);
  return {
    price,
    delta: share * part.delta,
    gamma: share * share * part.gamma,
    vega: part.vega,
    theta: varianceSpeed * part.theta - drift,
    rho,
    vanna: share * part.vanna,
    volga: part.volga,
    charm: share * (varianceSpeed * part.charm - turn) - shareSpeed * part.delta,
  };
}
