import { exp } from '../../../lib/math/exp.ts';
import { ln, lnRatio } from '../../../lib/math/ln.ts';
import type { SettlementTerms } from '../../../lib/math/settlementWindow.ts';

import type { PortfolioParams, SeriesMarket, VolatilityShock } from './portfolioTypes.ts';

const DAYS_PER_YEAR = 365;

/** A perpetual is an expiry that never settles and has no options. */
export const PERPETUAL_TERMS: SettlementTerms = {
  fixed: 0,
  share: 1,
  varianceYears: 0,
  varianceSpeed: 0,
  shareSpeed: 0,
  yearsToExpiry: 0,
};

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

/**
 * σ of one series under a shock.
 *
 * @param settlement the expected settlement price, which moneyness is measured against
 */
export function shockedVolatility(
  series: SeriesMarket,
  settlement: number,
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
      const signed = lnRatio(strike, settlement);
      const moneyness = shock === 'skewLinear' ? signed : Math.abs(signed);
      const change = Math.min(
        Math.max(moneyness * shocks.skewSlope, -shocks.skewCap),
        shocks.skewCap,
      );
      return volatility * (1 + change);
    }
  }
}
