import { weightOf } from './rounding.ts';
import type { GridUnderlyingFactors, ScenarioGrid } from './scenarioGrid.ts';
import type { OpenOrders } from './types.ts';

/** What the orders of an expiry take away from each measure of risk, uusd; nothing above 0. */
export interface OrderCosts {
  readonly scenarios: Float64Array;
  readonly basis: number;
  readonly term: number;
  /** From a position that loses nothing in any measure. */
  readonly none: number;
}

interface PositionWithOrders {
  readonly instrument: number;
  readonly orders?: OpenOrders | undefined;
}

/**
 * Open orders in the portfolio margin: each series by its worse side, measure by measure.
 *
 * A fill of b at limit l changes the marked value by b·(M − l) and a scenario's PnL by
 * D(V + b·P′) − D(V) − b·M, between b·(P′·e^(−rτ) − M) and b·(P′·e^(rτ) − M). All measures are
 * sums and minima of these (or of −|·|), so adding the worse of all buys, all sells or nothing to
 * each measure is never better than any set of fills would be. Every term is at most 0: adding an
 * order never lowers the requirement.
 *
 * @param factor the IM factor on scenario losses
 * @returns null when nothing rests
 */
export function orderCosts(
  grid: ScenarioGrid,
  factors: GridUnderlyingFactors,
  held: readonly PositionWithOrders[],
  factor: number,
): OrderCosts | null {
  const { roles, params } = factors;
  if (held.every(({ orders }) => orders === undefined)) return null;
  const scenarios = new Float64Array(grid.scenarioCount);
  let basis = 0;
  let term = 0;
  let none = 0;
  for (const { instrument, orders } of held) {
    if (!orders) continue;
    const { buy, sell, bought, sold } = fills(grid, instrument, orders);
    const worse = (perBuy: number, perSell: number): number =>
      Math.min(0, bought + buy * factor * perBuy, sold + sell * factor * perSell);
    const low = (s: number): number => unitPnl(grid, instrument, s, false);
    const high = (s: number): number => unitPnl(grid, instrument, s, true);
    for (let s = 0; s < scenarios.length; s++) {
      const damping = factors.damping[s]!;
      const either = -Math.max(Math.abs(low(s)), Math.abs(high(s)));
      const skew = s >= roles.skewFrom;
      const cost = worse(damping * (skew ? either : low(s)), damping * (skew ? either : -high(s)));
      scenarios[s] = scenarios[s]! + cost;
    }
    const least = (a: number, b: number, share: number): number => share * Math.min(a, b, 0);
    const basisShare = grid.expiries[grid.expiryOf[instrument]!]!.basis;
    basis += worse(
      least(low(roles.basisUp), low(roles.basisDown), basisShare),
      least(-high(roles.basisUp), -high(roles.basisDown), basisShare),
    );
    term += worse(
      least(low(roles.volatilityUp), low(roles.volatilityDown), params.termShare),
      least(-high(roles.volatilityUp), -high(roles.volatilityDown), params.termShare),
    );
    none += worse(0, 0);
  }
  return { scenarios, basis, term, none };
}

/** The costs of an underlying's expiries together, in their order; null when nothing rests. */
export function sumOrderCosts(parts: readonly (OrderCosts | null)[]): OrderCosts | null {
  let sum: { scenarios: Float64Array; basis: number; term: number; none: number } | null = null;
  for (const costs of parts) {
    if (costs === null) continue;
    if (sum === null) {
      sum = { ...costs, scenarios: costs.scenarios.slice() };
      continue;
    }
    const { scenarios } = sum;
    for (let s = 0; s < scenarios.length; s++) scenarios[s] = scenarios[s]! + costs.scenarios[s]!;
    sum.basis += costs.basis;
    sum.term += costs.term;
    sum.none += costs.none;
  }
  return sum;
}

/** Weights of the two sides, and what filling each changes in the marked value. */
function fills(
  grid: ScenarioGrid,
  instrument: number,
  orders: OpenOrders,
): { buy: number; sell: number; bought: number; sold: number } {
  const future = grid.isFuture[instrument] === 1;
  const mark = future ? grid.futureMarks[instrument]! : grid.marks[instrument]!;
  const buy = weightOf(orders.buyQuantity);
  const sell = weightOf(orders.sellQuantity);
  const bought = buy * (mark - orders.buyPrice);
  return { buy, sell, bought, sold: sell * (orders.sellPrice - mark) };
}

/** PnL of one contract bought at its mark, at the lower or the higher discount. */
function unitPnl(grid: ScenarioGrid, instrument: number, s: number, higher: boolean): number {
  const price = grid.prices[instrument * grid.scenarioCount + s]!;
  if (grid.isFuture[instrument] === 1) return price;
  const { discount, inflate } = grid.expiries[grid.expiryOf[instrument]!]!;
  return price * (higher ? inflate : discount) - grid.marks[instrument]!;
}
