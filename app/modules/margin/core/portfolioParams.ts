import type { PortfolioParams, Scenario, VolatilityShock } from './portfolioTypes.ts';

/** What the scenarios are made of, in ppm, so that multiples of the step are exact decimals. */
export interface ScenarioShape {
  /** Of the index, for the moves of one, two and three steps. */
  readonly stepPpm: number;
  /** The largest core move, with volatility up. */
  readonly widePpm: number;
  /** A tail move is damped so that its PnL counts as if the move were of this size. */
  readonly tailDampingPpm: number;
  readonly tailsPpm: readonly number[];
}

const PPM = 1_000_000;

export const DEFAULT_SCENARIO_SHAPE: ScenarioShape = {
  stepPpm: 45_000,
  widePpm: 180_000,
  tailDampingPpm: 138_600,
  tailsPpm: [-660_000, -330_000, 500_000, PPM, 2 * PPM, 3 * PPM, 4 * PPM, 5 * PPM],
};

/** Core, tail and skew scenarios, always in the same order. */
export function buildScenarios(shape: ScenarioShape): readonly Scenario[] {
  const { stepPpm, widePpm, tailDampingPpm, tailsPpm } = shape;
  const scenarios: Scenario[] = [];
  for (const steps of [0, 1, -1, 2, -2, 3, -3]) {
    const indexShock = (steps * stepPpm) / PPM;
    for (const volatility of ['up', 'same', 'down'] satisfies VolatilityShock[]) {
      scenarios.push({ indexShock, volatility, damping: 1 });
    }
  }
  scenarios.push({ indexShock: widePpm / PPM, volatility: 'up', damping: 1 });
  scenarios.push({ indexShock: -widePpm / PPM, volatility: 'up', damping: 1 });
  for (const tailPpm of tailsPpm) {
    const indexShock = tailPpm / PPM;
    const damping = tailDampingPpm / PPM / Math.abs(indexShock);
    scenarios.push({ indexShock, volatility: 'up', damping });
  }
  scenarios.push({ indexShock: 0, volatility: 'skewLinear', damping: 1 });
  scenarios.push({ indexShock: 0, volatility: 'skewAbsolute', damping: 1 });
  return scenarios;
}

/** Genesis defaults: 23 core, 8 tail and 2 skew scenarios, in an order that never changes. */
export const DEFAULT_PORTFOLIO_PARAMS: PortfolioParams = {
  scenarios: buildScenarios(DEFAULT_SCENARIO_SHAPE),
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
