import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { GRID, market, pack, positionsArb } from '../../../../test/vectors/margin/market.ts';
import { marginOnGrid } from './marginOnGrid.ts';
import { RiskInputError } from './riskInput.ts';
import { buildScenarioGrid } from './scenarioGrid.ts';
import { addDrift, canSkip, exposureToDrift } from './skipBound.ts';
import type { GridPosition } from './portfolioTypes.ts';

describe('the skip bound', () => {
  const stepArb = fc.record({
    move: fc.double({ min: -0.05, max: 0.05, noNaN: true }),
    volatility: fc.double({ min: 0.3, max: 1.5, noNaN: true }),
    days: fc.double({ min: 0.01, max: 0.5, noNaN: true }),
  });

  test('maintenance margin never falls by more than the drift allows', () => {
    const steps = fc.array(stepArb, { minLength: 1, maxLength: 4 });
    const accounts = fc.array(positionsArb, { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(steps, accounts, (path, held) => {
        const drift = new Float64Array(GRID.instrumentCount);
        const packed = pack(held);
        let index = 60_000;
        let days = 10;
        let grid = GRID;
        for (const step of path) {
          index *= 1 + step.move;
          days -= step.days;
          const next = buildScenarioGrid(market(index, step.volatility, days));
          addDrift(grid, next, drift);
          grid = next;
        }
        for (const [a, positions] of held.entries()) {
          const before = marginOnGrid(GRID, { equityUusd: 0n, positions });
          const after = marginOnGrid(grid, { equityUusd: futuresPnl(positions, grid), positions });
          const fall = before.maintenanceMarginUusd - after.maintenanceMarginUusd;
          const headroom = Number(fall);
          expect(canSkip(headroom, 0, exposureToDrift(packed, a, drift))).toBe(false);
        }
      }),
      { numRuns: 20 },
    );
  });

  test('holds for each instrument alone, and some short reaches it', () => {
    let closest = 0;
    const moves = [
      [60_600, 0.6, 10],
      [54_000, 0.6, 9],
      [60_000, 0.8, 10],
      [60_000, 0.5, 10],
    ] as const;
    for (const [index, volatility, days] of moves) {
      const next = buildScenarioGrid(market(index, volatility, days));
      const drift = new Float64Array(GRID.instrumentCount);
      addDrift(GRID, next, drift);
      for (let at = 0; at < 2 * GRID.instrumentCount; at++) {
        const quantity = at % 2 === 0 ? 10_000 : -10_000;
        const positions = [{ instrument: at >> 1, quantity }];
        const before = marginOnGrid(GRID, { equityUusd: 0n, positions });
        const equityUusd = futuresPnl(positions, next);
        const after = marginOnGrid(next, { equityUusd, positions });
        const fall = Number(before.maintenanceMarginUusd - after.maintenanceMarginUusd);
        const exposure = exposureToDrift(pack([positions]), 0, drift);
        expect(canSkip(fall, 0, exposure)).toBe(false);
        closest = Math.max(closest, fall / exposure);
      }
    }
    expect(closest).toBeGreaterThan(0.999);
  });

  test('a small move lets a healthy account be skipped', () => {
    const next = buildScenarioGrid(market(60_010, 0.6, 9.999));
    const drift = new Float64Array(GRID.instrumentCount);
    addDrift(GRID, next, drift);
    const positions = [{ instrument: 4, quantity: -10_000 }];
    const exposure = exposureToDrift(pack([positions]), 0, drift);
    const needs = marginOnGrid(GRID, { equityUusd: 0n, positions });
    const headroom = Number(needs.markToMarketUusd - needs.maintenanceMarginUusd) / 20;
    expect(canSkip(headroom, 0, exposure)).toBe(true);
  });

  test('grids of different instruments are not compared', () => {
    const other = buildScenarioGrid(market(60_000, 0.6, 10).slice(0, 1));
    const drift = new Float64Array(GRID.instrumentCount);
    expect(() => {
      addDrift(GRID, other, drift);
    }).toThrow(RiskInputError);
  });
});

/** Futures profit is equity: what the mark moved. */
function futuresPnl(positions: readonly GridPosition[], grid: typeof GRID): bigint {
  let pnl = 0;
  for (const { instrument, quantity } of positions) {
    if (grid.isFuture[instrument] !== 1) continue;
    pnl += 100 * quantity * (grid.futureMarks[instrument]! - GRID.futureMarks[instrument]!);
  }
  return BigInt(Math.floor(pnl));
}
