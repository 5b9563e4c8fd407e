import type { ExpiryQuotes, QuotedInstrument, UnitCosts } from './quoteReserve.ts';
import { unitCosts } from './quoteReserve.ts';
import type { GridUnderlyingFactors, ScenarioGrid } from './scenarioGrid.ts';
import { shortRequirementOf } from './standardShare.ts';
import type { GridPosition } from './portfolioTypes.ts';
import type { ExpiryPositions, StandardParams } from './types.ts';

/** The dearest contract that a group quotes at one expiry, by the standard rules. */
export function expiryQuotes(
  expiry: ExpiryPositions,
  index: number,
  params: StandardParams,
): ExpiryQuotes {
  const none = { buyPrice: 0, sellEach: 0, isSelling: false, putStrike: 0 };
  const most = { ...none, lowestCall: Infinity, highestCall: 0 };
  for (const leg of expiry.options) {
    if (leg.orders === undefined) continue;
    most.buyPrice = Math.max(most.buyPrice, leg.orders.buyPrice);
    if (leg.orders.sellQuantity === 0) continue;
    most.isSelling = true;
    const each = shortRequirementOf(expiry, leg, index, params, 'initial');
    most.sellEach = Math.max(most.sellEach, each);
    if (leg.isCall) {
      most.lowestCall = Math.min(most.lowestCall, leg.strike);
      most.highestCall = Math.max(most.highestCall, leg.strike);
    } else most.putStrike = Math.max(most.putStrike, leg.strike);
  }
  return most;
}

/** The same by the scenarios: measure by measure the dearest of its quotes. */
export function expiryUnitCosts(
  grid: ScenarioGrid,
  factors: GridUnderlyingFactors,
  quoted: readonly GridPosition[],
  collateralPrice: number,
): UnitCosts {
  return unitCosts(grid, factors, quoted.map(limitsOf), collateralPrice);
}

const limitsOf = ({ instrument, orders }: GridPosition): QuotedInstrument => ({
  instrument,
  buyPrice: orders && orders.buyQuantity > 0 ? orders.buyPrice : undefined,
  sellPrice: orders && orders.sellQuantity > 0 ? orders.sellPrice : undefined,
});
