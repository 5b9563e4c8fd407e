import type { SettlementTerms } from '../../../lib/math/settlementWindow.ts';

import type { OpenOrders } from './types.ts';

/** How a scenario moves the volatility of a series. */
export type VolatilityShock = 'same' | 'up' | 'down' | 'skewLinear' | 'skewAbsolute';

export interface Scenario {
  /** Relative move of the index and every forward. */
  readonly indexShock: number;
  readonly volatility: VolatilityShock;
  /** Factor on the account's PnL: below 1 for the tail. */
  readonly damping: number;
}

/** The governed numbers of the portfolio margin. Fractions; times in years unless named. */
export interface PortfolioParams {
  readonly scenarios: readonly Scenario[];
  /** σ↑ = max(upFloor, σ·(1 + up·(30/max(days, 1))^p)), σ↓ = σ·max(0, 1 − down·(…)^p). */
  readonly volatilityUp: number;
  readonly volatilityUpFloor: number;
  readonly volatilityDown: number;
  /** p below and from 30 days. */
  readonly shortTermPower: number;
  readonly longTermPower: number;
  /** Skew multiplier 1 + clamp(k·cap/k*, ±cap), cap = skewCap − skewCapDecay·√τ. */
  readonly skewCap: number;
  readonly skewCapDecay: number;
  /** k* = max(skewWidthFloor, skewWidth·√τ). */
  readonly skewWidth: number;
  readonly skewWidthFloor: number;
  /** D(V) = V·e^(−r·τ) for V ≥ 0, V·e^(r·τ) below. */
  readonly discountRate: number;
  /** The basis charge: the worst of PnL at ±basisShock, times base + slope·τ. */
  readonly basisShock: number;
  readonly basisBase: number;
  readonly basisSlope: number;
  /** The term charge: this share of the worse of σ↑ and σ↓, expiry by expiry. */
  readonly termShare: number;
  /** The scenario loss counts once for IM, at this share for MM. */
  readonly maintenanceFactor: number;
  /** IM factor: 1 + collateralSlope·max(0, collateralThreshold − collateral price). */
  readonly collateralSlope: number;
  readonly collateralThreshold: number;
  /** Contingencies, shares of notional; the initial ones come on top of the maintenance ones. */
  readonly nakedMaintenance: number;
  readonly nakedInitial: number;
  readonly futuresMaintenance: number;
  readonly futuresInitial: number;
  /** Below it, naked shorts and futures add (1 − confidence)·S each to IM. */
  readonly confidenceThreshold: number;
}

/** One option series of the market, at the prices of the block. */
export interface SeriesMarket {
  readonly isCall: boolean;
  readonly strike: number;
  /** Annualised, 1 = 100%. */
  readonly volatility: number;
  readonly mark: number;
  /** `scenarioRow` of it, where the caller has priced it already. */
  readonly scenarioPrices?: Float64Array | undefined;
}

/** One expiry of the market. It settles at fixed + share · forward; shocks move the forward. */
export interface ExpiryMarket {
  readonly forward: number;
  /** `settlementTerms` of lib/math: fixed is 0 and share 1 until the settlement window. */
  readonly terms: SettlementTerms;
  /** Of its forward and volatilities, in [0, 1]; 1 when absent. */
  readonly confidence?: number | undefined;
}

export interface PortfolioOption extends SeriesMarket {
  readonly quantity: number;
  readonly orders?: OpenOrders | undefined;
}

export interface PortfolioFuture {
  readonly mark: number;
  readonly quantity: number;
  /** Unrealised profit at the mark plus unpaid funding, rounded down. Default 0. */
  readonly pnlUusd?: bigint | undefined;
  readonly orders?: OpenOrders | undefined;
}

export interface PortfolioExpiry extends ExpiryMarket {
  readonly options: readonly PortfolioOption[];
  readonly futures: readonly PortfolioFuture[];
}

export interface PortfolioUnderlying {
  readonly index: number;
  /** Oracle confidence in [0, 1]. */
  readonly confidence: number;
  readonly expiries: readonly PortfolioExpiry[];
  readonly params?: PortfolioParams | undefined;
}

export interface PortfolioInput {
  readonly cashUusd: bigint;
  /** USD price of the collateral; 1 when absent. */
  readonly collateralPrice?: number | undefined;
  readonly underlyings: readonly PortfolioUnderlying[];
}

/** What an account holds of one instrument of a grid, with its resting orders. */
export interface GridPosition {
  readonly instrument: number;
  /** 1e-4 contract, negative when short. */
  readonly quantity: number;
  readonly orders?: OpenOrders | undefined;
}

export interface GridAccount {
  /** Cash + futures PnL + funding. */
  readonly equityUusd: bigint;
  /** In order of instrument, each at most once. */
  readonly positions: readonly GridPosition[];
}

/** One expiry's share of every scenario: PnL in uusd, discounted, before damping. */
export interface ExpiryScenarios {
  readonly optionsValue: number;
  readonly scenarioPnl: readonly number[];
  /** Both at most 0. */
  readonly basis: number;
  readonly term: number;
}

/** Which measure is the worst: a scenario by number, or a charge, or nothing loses. */
export type WorstMeasure =
  | { readonly kind: 'scenario'; readonly scenario: number }
  | { readonly kind: 'basis' | 'term' | 'none' };

export interface UnderlyingScenarios {
  readonly expiries: readonly ExpiryScenarios[];
  /** Damped sums over the expiries, one for each scenario. */
  readonly scenarioPnl: readonly number[];
  readonly basis: number;
  readonly term: number;
  /** min(0, scenarios, basis, term), positions only. */
  readonly worst: number;
  readonly worstMeasure: WorstMeasure;
  /** What IM counts: min over the measures of factor·PnL + the worse side of every order. */
  readonly initialRisk: number;
  readonly initialMeasure: WorstMeasure;
  /** What MM counts of `worst`. */
  readonly maintenanceFactor: number;
  readonly maintenanceContingency: number;
  readonly initialContingency: number;
}

/** IM and MM are net and signed, as in the standard margin. Parts are doubles in uusd. */
export interface PortfolioMargin {
  readonly initialMarginUusd: bigint;
  readonly maintenanceMarginUusd: bigint;
  readonly markToMarketUusd: bigint;
  readonly equityUusd: bigint;
  readonly optionsValue: number;
  readonly underlyings: readonly UnderlyingScenarios[];
}

/** What trades in one expiry. Series in order of strike, the call before the put. */
export interface GridExpiry extends ExpiryMarket {
  readonly series: readonly SeriesMarket[];
  /** Mark of the dated future or the perpetual; null where none is listed. */
  readonly futureMark: number | null;
}

export interface GridUnderlying {
  readonly index: number;
  readonly confidence: number;
  readonly expiries: readonly GridExpiry[];
  readonly params?: PortfolioParams | undefined;
}
