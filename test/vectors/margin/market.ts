import fc from 'fast-check';

import {
  priceAroundSettlement,
  SECONDS_PER_YEAR,
  settlementTerms,
} from '../../../app/lib/math/settlementWindow.ts';
import { buildScenarioGrid } from '../../../app/modules/margin/core/scenarioGrid.ts';
import { PERPETUAL_TERMS } from '../../../app/modules/margin/core/scenarioPricing.ts';
import type { AccountPositions } from '../../../app/modules/margin/core/marginAccounts.ts';
import type { GridPosition } from '../../../app/modules/margin/core/portfolioTypes.ts';
import type { GridExpiry } from '../../../app/modules/margin/core/portfolioTypes.ts';
import type { GridUnderlying } from '../../../app/modules/margin/core/portfolioTypes.ts';

/** Two underlyings, three expiries and a perpetual each, five strikes by two kinds. */
export function market(index: number, volatility: number, days: number): GridUnderlying[] {
  return [1, 20].map((unit, u) => {
    const spot = index / unit;
    const expiries = [0, days, days + 7, days + 200].map((left, e): GridExpiry => {
      const years = left / 365;
      const forward = spot * (1 + 0.05 * years);
      if (e === 0) return { forward, terms: PERPETUAL_TERMS, series: [], futureMark: forward };
      const secondsToExpiry = years * SECONDS_PER_YEAR;
      const noSamples = { windowSeconds: 1_800, weightedSum: 0, weightSeconds: 0 };
      const terms = settlementTerms({ secondsToExpiry, ...noSamples });
      const series = [0.6, 0.9, 1, 1.1, 1.8].flatMap((moneyness) => {
        const strike = Math.round((60_000 / unit) * moneyness);
        const smile = volatility * (1 + 0.3 * Math.abs(moneyness - 1));
        return [true, false].map((isCall) => {
          const price = priceAroundSettlement(isCall, forward, strike, smile, terms);
          const mark = Math.round(price * 100) / 100;
          return { isCall, strike, volatility: smile, mark };
        });
      });
      return { forward, terms, series, futureMark: e === 1 ? null : forward };
    });
    return { index: spot, confidence: u === 0 ? 1 : 0.5, expiries };
  });
}

export const MARKET = market(60_000, 0.6, 10);
export const GRID = buildScenarioGrid(MARKET);

const quantityArb = fc.integer({ min: -200_000, max: 200_000 });
const instrumentsArb = fc.uniqueArray(fc.integer({ min: 0, max: GRID.instrumentCount - 1 }), {
  minLength: 1,
  maxLength: 14,
});
export const positionsArb: fc.Arbitrary<GridPosition[]> = instrumentsArb.chain((instruments) =>
  fc.tuple(
    ...[...instruments]
      .sort((a, b) => a - b)
      .map((instrument) => quantityArb.map((quantity) => ({ instrument, quantity }))),
  ),
);

/** Accounts one after the other, as the engine takes them. */
export function pack(accounts: readonly (readonly GridPosition[])[]): AccountPositions {
  const starts = new Int32Array(accounts.length + 1);
  for (const [a, positions] of accounts.entries()) starts[a + 1] = starts[a]! + positions.length;
  const all = accounts.flat();
  return {
    starts,
    instruments: Int32Array.from(all, (p) => p.instrument),
    quantities: Float64Array.from(all, (p) => p.quantity),
  };
}
