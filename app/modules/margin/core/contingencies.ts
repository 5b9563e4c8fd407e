import { weightOf } from './rounding.ts';
import type { GridPosition, UnderlyingScenarios } from './portfolioTypes.ts';
import type { GridUnderlyingFactors, ScenarioGrid } from './scenarioGrid.ts';

/**
 * Naked shorts by strike, max(0, −(calls + puts)), at shares of the index; futures at shares of
 * their notional; and both at (1 − confidence)·S for IM when the oracle is in doubt. Orders count
 * for IM: all sells, and futures by their worse side.
 */
export function contingencies(
  grid: ScenarioGrid,
  { index, confidence, params }: GridUnderlyingFactors,
  held: readonly GridPosition[],
): Pick<UnderlyingScenarios, 'maintenanceContingency' | 'initialContingency'> {
  const naked = nakedShorts(grid, held, false);
  const nakedReserved = nakedShorts(grid, held, true);
  let notional = 0;
  let notionalReserved = 0;
  let futuresReserved = 0;
  for (const { instrument, quantity, orders } of held) {
    if (grid.isFuture[instrument] !== 1) continue;
    const mark = grid.futureMarks[instrument]!;
    const bought = Math.abs(quantity + (orders?.buyQuantity ?? 0));
    const sold = Math.abs(quantity - (orders?.sellQuantity ?? 0));
    const size = weightOf(Math.max(Math.abs(quantity), bought, sold));
    notional += weightOf(Math.abs(quantity)) * mark;
    notionalReserved += size * mark;
    futuresReserved += size;
  }
  const doubt = confidence < params.confidenceThreshold ? 1 - confidence : 0;
  const { nakedMaintenance, nakedInitial, futuresMaintenance, futuresInitial } = params;
  return {
    maintenanceContingency: naked * index * nakedMaintenance + notional * futuresMaintenance,
    initialContingency:
      nakedReserved * index * (nakedMaintenance + nakedInitial) +
      notionalReserved * (futuresMaintenance + futuresInitial) +
      (nakedReserved + futuresReserved) * index * doubt,
  };
}

/** Weight of the naked shorts; positions come in order of strike within their expiry. */
function nakedShorts(
  grid: ScenarioGrid,
  held: readonly GridPosition[],
  withOrders: boolean,
): number {
  let naked = 0;
  let net = 0;
  let lastExpiry = -1;
  let lastStrike = 0;
  for (const { instrument, quantity, orders } of held) {
    if (grid.isFuture[instrument] === 1) continue;
    const expiry = grid.expiryOf[instrument]!;
    const strike = grid.strikes[instrument]!;
    if (expiry !== lastExpiry || strike !== lastStrike) {
      naked += Math.max(0, -net);
      net = 0;
      lastExpiry = expiry;
      lastStrike = strike;
    }
    net += weightOf(quantity - (withOrders ? (orders?.sellQuantity ?? 0) : 0));
  }
  return naked + Math.max(0, -net);
}
