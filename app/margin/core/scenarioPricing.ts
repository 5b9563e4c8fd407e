import { black76Price } from '../../lib/math/black76.ts';
import { exp } from '../../lib/math/exp.ts';
import { ln, lnRatio } from '../../lib/math/ln.ts';

import type {
  ExpiryMarket,
  PortfolioParams,
  SeriesMarket,
  VolatilityShock,
} from './portfolioTypes.ts';

export const DAYS_PER_YEAR = 365;
const SETTLEMENT_LAG_YEARS = 20 / (60 * 24 * DAYS_PER_YEAR);

/** What is fixed, what still moves, and over which variance: prices of one expiry need no more. */
export interface ExpiryPricing {
  readonly forward: number;
  readonly fixed: number;
  readonly moving: number;
  /** Variance of the settlement average is σ² times this. */
  readonly varianceYears: number;
  readonly years: number;
}

/**
 * Settlement is the average of the last 30 minutes. Before them its variance is σ²(τ − 20 min);
 * inside, with u left, the part A of it is fixed and the rest has variance σ²·u/3.
 */
export function expiryPricing(market: ExpiryMarket): ExpiryPricing {
  const { forward, years, settledPart } = market;
  const varianceYears =
    settledPart === undefined ? Math.max(0, years - SETTLEMENT_LAG_YEARS) : years / 3;
  const fixed = settledPart ?? 0;
  return { forward, fixed, moving: forward - fixed, varianceYears, years };
}

/** The price of an option after the moving part has moved by `indexShock`, USD. */
export function shockedPrice(
  series: SeriesMarket,
  expiry: ExpiryPricing,
  indexShock: number,
  volatility: number,
): number {
  const moving = expiry.moving * (1 + indexShock);
  const strike = series.strike - expiry.fixed;
  if (strike <= 0) return series.isCall ? moving - strike : 0;
  const totalVariance = volatility * volatility * expiry.varianceYears;
  return black76Price(series.isCall, moving, strike, totalVariance);
}

/** What does not depend on the series: one per expiry and block. */
export interface VolatilityShocks {
  readonly up: number;
  readonly upFloor: number;
  readonly down: number;
  readonly skewCap: number;
  readonly skewSlope: number;
}

export function volatilityShocks(years: number, params: PortfolioParams): VolatilityShocks {
  const days = years * DAYS_PER_YEAR;
  const power = days < 30 ? params.shortTermPower : params.longTermPower;
  const tenor = exp(power * ln(30 / Math.max(days, 1)));
  const root = Math.sqrt(years);
  const skewCap = Math.max(0, params.skewCap - params.skewCapDecay * root);
  return {
    up: 1 + params.volatilityUp * tenor,
    upFloor: params.volatilityUpFloor,
    down: Math.max(0, 1 - params.volatilityDown * tenor),
    skewCap,
    skewSlope: skewCap / Math.max(params.skewWidthFloor, params.skewWidth * root),
  };
}

/** σ of one series under a shock. */
export function shockedVolatility(
  series: SeriesMarket,
  forward: number,
  shocks: VolatilityShocks,
  shock: VolatilityShock,
): number {
  const { volatility, strike } = series;
  switch (shock) {
    case 'same':
      return volatility;
    case 'up':
      return Math.max(shocks.upFloor, volatility * shocks.up);
    case 'down':
      return volatility * shocks.down;
    case 'skewLinear':
    case 'skewAbsolute': {
      const signed = lnRatio(strike, forward);
      const moneyness = shock === 'skewLinear' ? signed : Math.abs(signed);
      const change = Math.min(
        Math.max(moneyness * shocks.skewSlope, -shocks.skewCap),
        shocks.skewCap,
      );
      return volatility * (1 + change);
    }
  }
}
