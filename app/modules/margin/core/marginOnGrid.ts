import { expiryPart, underlyingScenarios } from './expiryPart.ts';
import { floorUusd } from './rounding.ts';
import {
  requireLegCount,
  requireOrders,
  requirePrice,
  requireQuantity,
  RiskInputError,
} from './riskInput.ts';
import type { ScenarioGrid } from './scenarioGrid.ts';
import type {
  GridAccount,
  GridPosition,
  PortfolioMargin,
  UnderlyingScenarios,
} from './portfolioTypes.ts';

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
  const underlyings = grid.underlyings.map((factors, u) => {
    const held = account.positions.filter((p) => underlyingOf(grid, p) === u);
    const parts = groupByExpiry(grid, held).map((of) =>
      expiryPart(grid, factors, of, collateralPrice),
    );
    return underlyingScenarios(factors, parts, collateralPrice);
  });
  return sumUnderlyings(account.equityUusd, underlyings);
}

/** The margin of an account from the risks of its underlyings, in their order. */
export function sumUnderlyings(
  equityUusd: bigint,
  underlyings: readonly UnderlyingScenarios[],
): PortfolioMargin {
  let optionsValue = 0;
  let initial = 0;
  let maintenance = 0;
  for (const part of underlyings) {
    for (const expiry of part.expiries) optionsValue += expiry.optionsValue;
    initial += part.initialRisk - part.initialContingency;
    maintenance += part.maintenanceFactor * part.worst - part.maintenanceContingency;
  }
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
