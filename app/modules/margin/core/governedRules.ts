import type { PortfolioRules } from '../../../../proto/gen/tenor.margin.v1.ts';
import {
  buildScenarios,
  DEFAULT_PORTFOLIO_PARAMS,
  DEFAULT_SCENARIO_SHAPE,
} from './portfolioParams.ts';
import type { PortfolioParams } from './portfolioTypes.ts';

const PPM = 1_000_000;
const MAX_TAILS = 16;

type Bounds = readonly (readonly [keyof PortfolioRules, low: number, high: number])[];

/** What keeps every scenario price and factor inside the bounds of the risk core. */
const BOUNDS: Bounds = [
  ['stepPpm', 1, 300_000],
  ['tailDampingPpm', 1, PPM],
  ['volatilityUpPpm', 0, 5 * PPM],
  ['volatilityUpFloorPpm', 0, 5 * PPM],
  ['volatilityDownPpm', 0, PPM],
  ['shortTermPowerPpm', 0, PPM],
  ['longTermPowerPpm', 0, PPM],
  ['skewCapPpm', 0, 900_000],
  ['skewCapDecayPpm', 0, PPM],
  ['skewWidthPpm', 1, 100 * PPM],
  ['skewWidthFloorPpm', 1, 100 * PPM],
  ['discountRatePpm', 0, PPM],
  ['basisBasePpm', 0, 10 * PPM],
  ['basisSlopePpm', 0, 10 * PPM],
  ['termSharePpm', 0, PPM],
  ['maintenanceFactorPpm', 1, PPM],
  ['collateralSlopePpm', 0, 100 * PPM],
  ['collateralThresholdPpm', 0, PPM],
  ['nakedMaintenancePpm', 0, PPM],
  ['nakedInitialPpm', 0, PPM],
  ['futuresMaintenancePpm', 0, PPM],
  ['futuresInitialPpm', 0, PPM],
  ['confidenceFloorPpm', 0, PPM],
];

/** What is wrong with the rules, or null. */
export function wrongRules(rules: PortfolioRules): string | null {
  for (const [field, low, high] of BOUNDS) {
    const value = rules[field] as number;
    if (value < low || value > high) return `portfolio.${field}: ${low} to ${high}`;
  }
  const { stepPpm, widePpm, tailsPpm } = rules;
  if (widePpm <= 3 * stepPpm || widePpm >= PPM) {
    return 'portfolio.widePpm: above three steps and below one million';
  }
  if (tailsPpm.length === 0 || tailsPpm.length > MAX_TAILS) {
    return `portfolio.tailsPpm: 1 to ${MAX_TAILS}`;
  }
  const isTail = (tail: number) => tail > -PPM && tail <= 10 * PPM && Math.abs(tail) > widePpm;
  return tailsPpm.every(isTail) ? null : 'portfolio.tailsPpm: beyond the wide move, to 10000000';
}

const ppm = (share: number): number => Math.round(share * PPM);

export function defaultRules(): PortfolioRules {
  const d = DEFAULT_PORTFOLIO_PARAMS;
  return {
    ...DEFAULT_SCENARIO_SHAPE,
    tailsPpm: [...DEFAULT_SCENARIO_SHAPE.tailsPpm],
    volatilityUpPpm: ppm(d.volatilityUp),
    volatilityUpFloorPpm: ppm(d.volatilityUpFloor),
    volatilityDownPpm: ppm(d.volatilityDown),
    shortTermPowerPpm: ppm(d.shortTermPower),
    longTermPowerPpm: ppm(d.longTermPower),
    skewCapPpm: ppm(d.skewCap),
    skewCapDecayPpm: ppm(d.skewCapDecay),
    skewWidthPpm: ppm(d.skewWidth),
    skewWidthFloorPpm: ppm(d.skewWidthFloor),
    discountRatePpm: ppm(d.discountRate),
    basisBasePpm: ppm(d.basisBase),
    basisSlopePpm: ppm(d.basisSlope),
    termSharePpm: ppm(d.termShare),
    maintenanceFactorPpm: ppm(d.maintenanceFactor),
    collateralSlopePpm: ppm(d.collateralSlope),
    collateralThresholdPpm: ppm(d.collateralThreshold),
    nakedMaintenancePpm: ppm(d.nakedMaintenance),
    nakedInitialPpm: ppm(d.nakedInitial),
    futuresMaintenancePpm: ppm(d.futuresMaintenance),
    futuresInitialPpm: ppm(d.futuresInitial),
    confidenceFloorPpm: ppm(d.confidenceThreshold),
  };
}

/** Governed rules as the core takes them. */
export function coreRules(rules: PortfolioRules): PortfolioParams {
  return {
    scenarios: buildScenarios(rules),
    volatilityUp: rules.volatilityUpPpm / PPM,
    volatilityUpFloor: rules.volatilityUpFloorPpm / PPM,
    volatilityDown: rules.volatilityDownPpm / PPM,
    shortTermPower: rules.shortTermPowerPpm / PPM,
    longTermPower: rules.longTermPowerPpm / PPM,
    skewCap: rules.skewCapPpm / PPM,
    skewCapDecay: rules.skewCapDecayPpm / PPM,
    skewWidth: rules.skewWidthPpm / PPM,
    skewWidthFloor: rules.skewWidthFloorPpm / PPM,
    discountRate: rules.discountRatePpm / PPM,
    basisShock: rules.stepPpm / PPM,
    basisBase: rules.basisBasePpm / PPM,
    basisSlope: rules.basisSlopePpm / PPM,
    termShare: rules.termSharePpm / PPM,
    maintenanceFactor: rules.maintenanceFactorPpm / PPM,
    collateralSlope: rules.collateralSlopePpm / PPM,
    collateralThreshold: rules.collateralThresholdPpm / PPM,
    nakedMaintenance: rules.nakedMaintenancePpm / PPM,
    nakedInitial: rules.nakedInitialPpm / PPM,
    futuresMaintenance: rules.futuresMaintenancePpm / PPM,
    futuresInitial: rules.futuresInitialPpm / PPM,
    confidenceThreshold: rules.confidenceFloorPpm / PPM,
  };
}
