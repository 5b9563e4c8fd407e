import type { PortfolioParams, Scenario, VolatilityShock } from './portfolioTypes.ts';

/** A tail move is damped so that its PnL counts as if the move were of this size. */
const TAIL_DAMPING = 0.1386;

function buildScenarios(): readonly Scenario[] {
  const scenarios: Scenario[] = [];
  for (const indexShock of [0, 0.045, -0.045, 0.09, -0.09, 0.135, -0.135]) {
    for (const volatility of ['up', 'same', 'down'] satisfies VolatilityShock[]) {
      scenarios.push({ indexShock, volatility, damping: 1 });
    }
  }
  scenarios.push({ indexShock: 0.18, volatility: 'up', damping: 1 });
  scenarios.push({ indexShock: -0.18, volatility: 'up', damping: 1 });
  for (const indexShock of [-0.66, -0.33, 0.5, 1, 2, 3, 4, 5]) {
    const damping = TAIL_DAMPING / Math.abs(indexShock);
    scenarios.push({ indexShock, volatility: 'up', damping });
  }
  scenarios.push({ indexShock: 0, volatility: 'skewLinear', damping: 1 });
  scenarios.push({ indexShock: 0, volatility: 'skewAbsolute', damping: 1 });
  return scenarios;
}

/** Genesis defaults: 23 core, 8 tail and 2 skew scenarios, in an order that never changes. */
export const DEFAULT_PORTFOLIO_PARAMS: PortfolioParams = {
  scenarios: buildScenarios(),
  volatilityUp: 0.5,
  volatilityUpFloor: 0.4,
  volatilityDown: 0.3,
  shortTermPower: 0.3,
  longTermPower: 0.13,
  skewCap: 0.25,
  skewCapDecay: 0.1,
  skewWidth: 2.4,
  skewWidthFloor: 0.01,
  discountRate: 0.16,
  basisShock: 0.045,
  basisBase: 0.5,
  basisSlope: 2,
  termShare: 0.5,
  maintenanceFactor: 0.8,
  collateralSlope: 4,
  collateralThreshold: 0.99,
  nakedMaintenance: 0.003,
  nakedInitial: 0.002,
  futuresMaintenance: 0.03,
  futuresInitial: 0.01,
  confidenceThreshold: 0.55,
};
