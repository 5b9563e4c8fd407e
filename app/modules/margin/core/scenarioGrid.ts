import { exp } from '../../../lib/math/exp.ts';
import { priceAroundSettlement } from '../../../lib/math/settlementWindow.ts';

import { doubtOf } from './doubt.ts';
import { DEFAULT_PORTFOLIO_PARAMS } from './portfolioParams.ts';
import { RiskInputError } from './riskInput.ts';
import { shockedVolatility, volatilityShocks } from './scenarioPricing.ts';
import type { VolatilityShocks } from './scenarioPricing.ts';
import type { GridExpiry, GridUnderlying, PortfolioParams, Scenario } from './portfolioTypes.ts';
import type { ExpiryMarket, SeriesMarket } from './portfolioTypes.ts';
import { validateExpiry, validateGridMarket, validateSeries } from './validatePortfolioInput.ts';

/** Scenarios that the basis and term charges are made of, by number. */
export interface ScenarioRoles {
  readonly basisUp: number;
  readonly basisDown: number;
  readonly volatilityUp: number;
  readonly volatilityDown: number;
  /** Scenarios from here on are skews: they count −|PnL|. */
  readonly skewFrom: number;
}

/** One expiry of the grid. */
export interface GridExpiryFactors {
  readonly underlying: number;
  /** First instrument, and one past the last. */
  readonly first: number;
  readonly end: number;
  /** e^(−r·τ) and e^(r·τ): what a positive and a negative value of options is multiplied by. */
  readonly discount: number;
  readonly inflate: number;
  /** Weight of the basis charge. */
  readonly basis: number;
  /** What each naked short and future adds to IM, of the index. */
  readonly doubt: number;
}

export interface GridUnderlyingFactors {
  readonly index: number;
  readonly confidence: number;
  readonly params: PortfolioParams;
  readonly roles: ScenarioRoles;
  /** By scenario. */
  readonly damping: Float64Array;
}

/**
 * Every instrument priced in every scenario, once a block. Instruments are numbered in the order
 * of the market given: underlying, expiry, series, then the expiry's future. For an option,
 * `prices` holds its shocked price and `marks` its mark; for a future, its PnL and 0.
 */
export interface ScenarioGrid {
  readonly scenarioCount: number;
  readonly instrumentCount: number;
  /** instrument × scenario, USD per contract. */
  readonly prices: Float64Array;
  readonly marks: Float64Array;
  /** Mark of a future, 0 for an option. */
  readonly futureMarks: Float64Array;
  readonly isFuture: Uint8Array;
  readonly isCall: Uint8Array;
  readonly strikes: Float64Array;
  readonly expiryOf: Int32Array;
  readonly expiries: readonly GridExpiryFactors[];
  readonly underlyings: readonly GridUnderlyingFactors[];
}

/**
 * Prices the market: instruments × scenarios, no account in sight.
 *
 * @throws RiskInputError for prices, volatilities and times outside the bounds of riskInput.ts,
 * series out of order, or underlyings with different numbers of scenarios
 */
export function buildScenarioGrid(market: readonly GridUnderlying[]): ScenarioGrid {
  validateGridMarket(market);
  const underlyings = market.map(underlyingFactors);
  const scenarioCount = underlyings[0]?.params.scenarios.length ?? 0;
  let count = 0;
  for (const { expiries } of market) {
    for (const { series, futureMark } of expiries)
      count += series.length + (futureMark === null ? 0 : 1);
  }
  const expiries: GridExpiryFactors[] = [];
  const grid = {
    scenarioCount,
    instrumentCount: count,
    prices: new Float64Array(count * scenarioCount),
    marks: new Float64Array(count),
    futureMarks: new Float64Array(count),
    isFuture: new Uint8Array(count),
    isCall: new Uint8Array(count),
    strikes: new Float64Array(count),
    expiryOf: new Int32Array(count),
    expiries,
    underlyings,
  };
  let at = 0;
  for (const [u, { expiries: listed }] of market.entries()) {
    const factors = underlyings[u]!;
    const { length } = factors.params.scenarios;
    if (length !== scenarioCount) throw new RiskInputError('bad_amount', 'scenarios', length);
    const { skewFrom } = factors.roles;
    if (skewFrom !== underlyings[0]!.roles.skewFrom) {
      throw new RiskInputError('bad_order', 'first skew scenario', skewFrom);
    }
    for (const expiry of listed) {
      const end = fillExpiry(grid, at, expiries.length, expiry, factors.params);
      expiries.push(expiryFactors(expiry, u, at, end, factors));
      at = end;
    }
  }
  return grid;
}

/**
 * The price of one series in every scenario, USD per contract: what a grid holds of it. Whoever
 * builds many small grids in a block keeps it in `SeriesMarket.scenarioPrices`.
 */
export function scenarioRow(
  series: SeriesMarket,
  expiry: ExpiryMarket,
  params: PortfolioParams,
): Float64Array {
  validateSeries(series);
  validateExpiry(expiry);
  return rowOf(series, expiry, volatilityShocks(expiry.terms.yearsToExpiry, params), params);
}

function rowOf(
  series: SeriesMarket,
  { forward, terms }: ExpiryMarket,
  shocks: VolatilityShocks,
  { scenarios }: PortfolioParams,
): Float64Array {
  const { isCall, strike } = series;
  const settlement = terms.fixed + terms.share * forward;
  const volatilities = {
    same: series.volatility,
    up: shockedVolatility(series, settlement, shocks, 'up'),
    down: shockedVolatility(series, settlement, shocks, 'down'),
    skewLinear: shockedVolatility(series, settlement, shocks, 'skewLinear'),
    skewAbsolute: shockedVolatility(series, settlement, shocks, 'skewAbsolute'),
  };
  const row = new Float64Array(scenarios.length);
  for (const [s, { indexShock, volatility }] of scenarios.entries()) {
    const shocked = forward * (1 + indexShock);
    row[s] = priceAroundSettlement(isCall, shocked, strike, volatilities[volatility], terms);
  }
  return row;
}

export function expiryFactors(
  expiry: ExpiryMarket,
  underlying: number,
  first: number,
  end: number,
  { confidence, params }: GridUnderlyingFactors,
): GridExpiryFactors {
  const years = expiry.terms.yearsToExpiry;
  return {
    underlying,
    first,
    end,
    discount: exp(-params.discountRate * years),
    inflate: exp(params.discountRate * years),
    basis: params.basisBase + params.basisSlope * years,
    doubt: doubtOf(confidence, expiry.confidence ?? 1, params.confidenceThreshold),
  };
}

function fillExpiry(
  grid: ScenarioGrid,
  first: number,
  expiryNumber: number,
  expiry: GridExpiry,
  params: PortfolioParams,
): number {
  const { forward, terms } = expiry;
  const { scenarios } = params;
  const shocks = volatilityShocks(terms.yearsToExpiry, params);
  let at = first;
  for (const series of expiry.series) {
    const row = series.scenarioPrices ?? rowOf(series, expiry, shocks, params);
    if (row.length !== scenarios.length) {
      throw new RiskInputError('bad_amount', 'scenario prices', row.length);
    }
    grid.prices.set(row, at * scenarios.length);
    grid.marks[at] = series.mark;
    grid.isCall[at] = series.isCall ? 1 : 0;
    grid.strikes[at] = series.strike;
    grid.expiryOf[at] = expiryNumber;
    at += 1;
  }
  if (expiry.futureMark === null) return at;
  for (const [s, { indexShock }] of scenarios.entries()) {
    grid.prices[at * scenarios.length + s] = forward * terms.share * indexShock;
  }
  grid.futureMarks[at] = expiry.futureMark;
  grid.isFuture[at] = 1;
  grid.expiryOf[at] = expiryNumber;
  return at + 1;
}

export function underlyingFactors({
  index,
  confidence,
  params,
}: GridUnderlying): GridUnderlyingFactors {
  const used = params ?? DEFAULT_PORTFOLIO_PARAMS;
  const { scenarios } = used;
  return {
    index,
    confidence,
    params: used,
    roles: scenarioRoles(used),
    damping: Float64Array.from(scenarios, (s) => s.damping),
  };
}

function scenarioRoles({ scenarios, basisShock }: PortfolioParams): ScenarioRoles {
  const find = (shock: number, volatility: string): number => {
    const at = scenarios.findIndex((s) => s.indexShock === shock && s.volatility === volatility);
    if (at < 0) throw new RiskInputError('bad_amount', `scenario ${volatility} at shock`, shock);
    return at;
  };
  const skewFrom = scenarios.findIndex(isSkew);
  if (skewFrom < 0 || !scenarios.slice(skewFrom).every(isSkew)) {
    throw new RiskInputError('bad_order', 'skew scenarios must come last: first one', skewFrom);
  }
  return {
    basisUp: find(basisShock, 'same'),
    basisDown: find(-basisShock, 'same'),
    volatilityUp: find(0, 'up'),
    volatilityDown: find(0, 'down'),
    skewFrom,
  };
}

function isSkew({ volatility }: Scenario): boolean {
  return volatility === 'skewLinear' || volatility === 'skewAbsolute';
}
