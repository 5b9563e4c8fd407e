import { weightOf } from './rounding.ts';
import type { GridPosition, UnderlyingScenarios } from './portfolioTypes.ts';
import type { GridUnderlyingFactors, ScenarioGrid } from './scenarioGrid.ts';

/** What the contingencies of one expiry are charged on; weights, and notionals in uusd. */
export interface Exposure {
  readonly naked: number;
  /** Were everything that is offered sold. */
  readonly nakedReserved: number;
  readonly notional: number;
  readonly notionalReserved: number;
  readonly futuresReserved: number;
  /** What each short and future adds to IM while prices are in doubt, of the index. */
  readonly doubt: number;
}

/** @param held of one expiry, in order of instrument */
export function exposureOf(grid: ScenarioGrid, held: readonly GridPosition[]): Exposure {
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
  const doubt = held.length === 0 ? 0 : grid.expiries[grid.expiryOf[held[0]!.instrument]!]!.doubt;
  return { naked, nakedReserved, notional, notionalReserved, futuresReserved, doubt };
}

/**
 * Naked shorts by strike, max(0, −(calls + puts)), at shares of the index; futures at shares of
 * their notional; and both at (1 − confidence)·S for IM when the oracle is in doubt. Orders count
 * for IM: all sells, and futures by their worse side.
 *
 * @param exposures of the underlying's expiries, in their order
 */
export function contingenciesOf(
  { index, params }: GridUnderlyingFactors,
  exposures: readonly Exposure[],
): Pick<UnderlyingScenarios, 'maintenanceContingency' | 'initialContingency'> {
  let [naked, nakedReserved] = [0, 0];
  let [notional, notionalReserved, doubtful] = [0, 0, 0];
  for (const exposure of exposures) {
    naked += exposure.naked;
    nakedReserved += exposure.nakedReserved;
    notional += exposure.notional;
    notionalReserved += exposure.notionalReserved;
    doubtful += (exposure.nakedReserved + exposure.futuresReserved) * exposure.doubt;
  }
  const { nakedMaintenance, nakedInitial, futuresMaintenance, futuresInitial } = params;
  return {
    maintenanceContingency: naked * index * nakedMaintenance + notional * futuresMaintenance,
    initialContingency:
      nakedReserved * index * (nakedMaintenance + nakedInitial) +
      notionalReserved * (futuresMaintenance + futuresInitial) +
      doubtful * index,
  };
}

/** Weight of the naked shorts of one expiry; positions come in order of strike. */
function nakedShorts(
  grid: ScenarioGrid,
  held: readonly GridPosition[],
  withOrders: boolean,
): number {
  let naked = 0;
  let net = 0;
  let lastStrike = 0;
  for (const { instrument, quantity, orders } of held) {
    if (grid.isFuture[instrument] === 1) continue;
    const strike = grid.strikes[instrument]!;
    if (strike !== lastStrike) {
      naked += Math.max(0, -net);
      net = 0;
      lastStrike = strike;
    }
    net += weightOf(quantity - (withOrders ? (orders?.sellQuantity ?? 0) : 0));
  }
  return naked + Math.max(0, -net);
}
