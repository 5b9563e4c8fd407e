import type { ExpiryQuotes, QuotedInstrument, UnitCosts } from './quoteReserve.ts';
import { unitCosts } from './quoteReserve.ts';
import type { GridUnderlyingFactors, ScenarioGrid } from './scenarioGrid.ts';
import { shortRequirementOf } from './standardShare.ts';
import type { GridPosition } from './portfolioTypes.ts';
import type { ExpiryPositions, OptionLeg, StandardParams } from './types.ts';

/** The dearest contract that a group quotes at one expiry, by the standard rules. */
export function expiryQuotes(
  expiry: ExpiryPositions,
  index: number,
  params: StandardParams,
): ExpiryQuotes {
  const dearest = new DearestQuotes();
  for (const leg of expiry.options) {
    if (leg.orders === undefined) continue;
    dearest.addBid(leg.orders.buyPrice);
    if (leg.orders.sellQuantity === 0) continue;
    dearest.addOffer(leg, shortRequirementOf(expiry, leg, index, params, 'initial'));
  }
  return dearest;
}

/** The same, quote by quote. */
export class DearestQuotes implements ExpiryQuotes {
  buyPrice = 0;
  sellEach = 0;
  isSelling = false;
  putStrike = 0;
  lowestCall = Infinity;
  highestCall = 0;

  /** @param price a contract, USD, fee included */
  addBid(price: number): void {
    this.buyPrice = Math.max(this.buyPrice, price);
  }

  /** @param each what a short contract needs by itself, USD */
  addOffer({ isCall, strike }: Pick<OptionLeg, 'isCall' | 'strike'>, each: number): void {
    this.isSelling = true;
    this.sellEach = Math.max(this.sellEach, each);
    if (isCall) {
      this.lowestCall = Math.min(this.lowestCall, strike);
      this.highestCall = Math.max(this.highestCall, strike);
    } else this.putStrike = Math.max(this.putStrike, strike);
  }
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
