import { contingencies } from './contingencies.ts';
import { orderCosts } from './orderCosts.ts';
import { floorUusd, weightOf } from './rounding.ts';
import {
  requireLegCount,
  requireOrders,
  requirePrice,
  requireQuantity,
  RiskInputError,
} from './riskInput.ts';
import type { GridExpiryFactors, GridUnderlyingFactors, ScenarioGrid } from './scenarioGrid.ts';
import type { OrderCosts } from './orderCosts.ts';
import type { GridAccount, GridPosition } from './portfolioTypes.ts';
import type {
  ExpiryScenarios,
  PortfolioMargin,
  PortfolioParams,
  UnderlyingScenarios,
  WorstMeasure,
} from './portfolioTypes.ts';

/** The IM factor on the scenario loss: 1, and more when the collateral trades below par. */
export function initialFactor(params: PortfolioParams, collateralPrice: number): number {
  return 1 + params.collateralSlope * Math.max(0, params.collateralThreshold - collateralPrice);
}

/**
 * Portfolio margin of one account with every part of it. `marginAccounts` computes the same
 * numbers to the last bit for many accounts.
 *
 * @throws RiskInputError for positions out of order, unknown or out of bounds
 */
export function marginOnGrid(
  grid: ScenarioGrid,
  account: GridAccount,
  collateralPrice = 1,
): PortfolioMargin {
  validatePositions(grid, account.positions);
  requirePrice(collateralPrice, 'collateralPrice');
  const underlyings: UnderlyingScenarios[] = [];
  let optionsValue = 0;
  let initial = 0;
  let maintenance = 0;
  for (const [u, factors] of grid.underlyings.entries()) {
    const held = account.positions.filter((p) => underlyingOf(grid, p) === u);
    const part = underlyingScenarios(grid, factors, held, collateralPrice);
    for (const expiry of part.expiries) optionsValue += expiry.optionsValue;
    initial += part.initialRisk - part.initialContingency;
    maintenance += part.maintenanceFactor * part.worst - part.maintenanceContingency;
    underlyings.push(part);
  }
  const { equityUusd } = account;
  return {
    initialMarginUusd: equityUusd + floorUusd(optionsValue + initial),
    maintenanceMarginUusd: equityUusd + floorUusd(optionsValue + maintenance),
    markToMarketUusd: equityUusd + floorUusd(optionsValue),
    equityUusd,
    optionsValue,
    underlyings,
  };
}

function underlyingOf(grid: ScenarioGrid, { instrument }: GridPosition): number {
  return grid.expiries[grid.expiryOf[instrument]!]!.underlying;
}

function underlyingScenarios(
  grid: ScenarioGrid,
  factors: GridUnderlyingFactors,
  held: readonly GridPosition[],
  collateralPrice: number,
): UnderlyingScenarios {
  const totals = new Float64Array(grid.scenarioCount);
  const expiries: ExpiryScenarios[] = [];
  let basis = 0;
  let term = 0;
  for (const positions of groupByExpiry(grid, held)) {
    const expiry = grid.expiries[grid.expiryOf[positions[0]!.instrument]!]!;
    const part = expiryScenarios(grid, factors, expiry, positions);
    for (let s = 0; s < totals.length; s++) totals[s] = totals[s]! + part.scenarioPnl[s]!;
    basis += part.basis;
    term += part.term;
    expiries.push(part);
  }
  const scenarioPnl = Array.from(totals, (pnl, s) => pnl * factors.damping[s]!);
  const [worst, worstMeasure] = worstOf(scenarioPnl, basis, term, null, 1);
  const factor = initialFactor(factors.params, collateralPrice);
  const costs = orderCosts(grid, factors, held, factor);
  const [initialRisk, initialMeasure] = worstOf(scenarioPnl, basis, term, costs, factor);
  return {
    expiries,
    scenarioPnl,
    basis,
    term,
    worst,
    worstMeasure,
    initialRisk,
    initialMeasure,
    maintenanceFactor: factors.params.maintenanceFactor,
    ...contingencies(grid, factors, held),
  };
}

function groupByExpiry(grid: ScenarioGrid, held: readonly GridPosition[]): GridPosition[][] {
  const groups: GridPosition[][] = [];
  let last = -1;
  for (const position of held) {
    const expiry = grid.expiryOf[position.instrument]!;
    if (expiry === last) groups.at(-1)!.push(position);
    else groups.push([position]);
    last = expiry;
  }
  return groups;
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

function validatePositions(grid: ScenarioGrid, positions: readonly GridPosition[]): void {
  requireLegCount(positions.length);
  let last = -1;
  for (const { instrument, quantity, orders } of positions) {
    const known = Number.isInteger(instrument) && instrument < grid.instrumentCount;
    if (!known || instrument <= last)
      throw new RiskInputError('bad_order', 'instrument', instrument);
    requireQuantity(quantity, 'quantity');
    if (orders) requireOrders(orders);
    last = instrument;
  }
}
