import { contingenciesOf, exposureOf } from './contingencies.ts';
import type { Exposure } from './contingencies.ts';
import { orderCosts, sumOrderCosts } from './orderCosts.ts';
import { weightOf } from './rounding.ts';
import type { GridExpiryFactors, GridUnderlyingFactors, ScenarioGrid } from './scenarioGrid.ts';
import type { OrderCosts } from './orderCosts.ts';
import type {
  ExpiryScenarios,
  GridPosition,
  PortfolioParams,
  UnderlyingScenarios,
  WorstMeasure,
} from './portfolioTypes.ts';

/** The IM factor on the scenario loss: 1, and more when the collateral trades below par. */
export function initialFactor(params: PortfolioParams, collateralPrice: number): number {
  return 1 + params.collateralSlope * Math.max(0, params.collateralThreshold - collateralPrice);
}

/**
 * What one expiry is to the portfolio margin of its account: an underlying's risk is made of these
 * sums and nothing else, so that a trade changes one of them.
 */
export interface ExpiryPart {
  readonly scenarios: ExpiryScenarios;
  /** What its orders take away from each measure; null when nothing rests. */
  readonly costs: OrderCosts | null;
  readonly exposure: Exposure;
}

/** @param held positions and orders of one expiry, in order of instrument; at least one */
export function expiryPart(
  grid: ScenarioGrid,
  factors: GridUnderlyingFactors,
  held: readonly GridPosition[],
  collateralPrice: number,
): ExpiryPart {
  const expiry = grid.expiries[grid.expiryOf[held[0]!.instrument]!]!;
  const factor = initialFactor(factors.params, collateralPrice);
  return {
    scenarios: expiryScenarios(grid, factors, expiry, held),
    costs: orderCosts(grid, factors, held, factor),
    exposure: exposureOf(grid, held),
  };
}

/** The risk of an underlying from its expiries, in their order. */
export function underlyingScenarios(
  factors: GridUnderlyingFactors,
  parts: readonly ExpiryPart[],
  collateralPrice: number,
): UnderlyingScenarios {
  const totals = new Float64Array(factors.damping.length);
  let basis = 0;
  let term = 0;
  for (const { scenarios } of parts) {
    const { scenarioPnl } = scenarios;
    for (let s = 0; s < totals.length; s++) totals[s] = totals[s]! + scenarioPnl[s]!;
    basis += scenarios.basis;
    term += scenarios.term;
  }
  const scenarioPnl = Array.from(totals, (pnl, s) => pnl * factors.damping[s]!);
  const [worst, worstMeasure] = worstOf(scenarioPnl, basis, term, null, 1);
  const factor = initialFactor(factors.params, collateralPrice);
  const costs = sumOrderCosts(parts.map((part) => part.costs));
  const [initialRisk, initialMeasure] = worstOf(scenarioPnl, basis, term, costs, factor);
  return {
    expiries: parts.map(({ scenarios }) => scenarios),
    ...{ scenarioPnl, basis, term, worst, worstMeasure, initialRisk, initialMeasure },
    maintenanceFactor: factors.params.maintenanceFactor,
    ...contingenciesOf(
      factors,
      parts.map((part) => part.exposure),
    ),
  };
}

/** PnL of one expiry in every scenario: D(V′) − V₀ of the options, plus the futures. */
function expiryScenarios(
  grid: ScenarioGrid,
  { roles, params }: GridUnderlyingFactors,
  expiry: GridExpiryFactors,
  positions: readonly GridPosition[],
): ExpiryScenarios {
  const { scenarioCount, prices } = grid;
  const scenarioPnl: number[] = [];
  let optionsValue = 0;
  for (const { instrument, quantity } of positions) {
    optionsValue += weightOf(quantity) * grid.marks[instrument]!;
  }
  for (let s = 0; s < scenarioCount; s++) {
    let value = 0;
    let futures = 0;
    for (const { instrument, quantity } of positions) {
      const product = weightOf(quantity) * prices[instrument * scenarioCount + s]!;
      if (grid.isFuture[instrument] === 1) futures += product;
      else value += product;
    }
    const discounted = value >= 0 ? value * expiry.discount : value * expiry.inflate;
    const pnl = discounted - optionsValue + futures;
    scenarioPnl.push(s >= roles.skewFrom ? -Math.abs(pnl) : pnl);
  }
  const at = (s: number): number => scenarioPnl[s]!;
  const basis = Math.min(at(roles.basisUp), at(roles.basisDown), 0) * expiry.basis;
  const term = Math.min(at(roles.volatilityUp), at(roles.volatilityDown), 0) * params.termShare;
  return { optionsValue, scenarioPnl, basis, term };
}

function worstOf(
  scenarioPnl: readonly number[],
  basis: number,
  term: number,
  costs: OrderCosts | null,
  factor: number,
): [number, WorstMeasure] {
  let worst = costs?.none ?? 0;
  let measure: WorstMeasure = { kind: 'none' };
  for (let s = 0; s < scenarioPnl.length; s++) {
    const pnl = factor * scenarioPnl[s]! + (costs?.scenarios[s] ?? 0);
    if (pnl < worst) {
      worst = pnl;
      measure = { kind: 'scenario', scenario: s };
    }
  }
  const basisPnl = factor * basis + (costs?.basis ?? 0);
  if (basisPnl < worst) {
    worst = basisPnl;
    measure = { kind: 'basis' };
  }
  const termPnl = factor * term + (costs?.term ?? 0);
  if (termPnl < worst) {
    worst = termPnl;
    measure = { kind: 'term' };
  }
  return [worst, measure];
}
