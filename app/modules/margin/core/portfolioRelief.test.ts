import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { GRID, positionsArb } from '../../../../test/vectors/margin/market.ts';
import { marginOnGrid } from './marginOnGrid.ts';
import { PortfolioRelief } from './portfolioRelief.ts';
import type { GridPosition } from './portfolioTypes.ts';

const requirement = (positions: readonly GridPosition[]): bigint =>
  -marginOnGrid(GRID, { equityUusd: 0n, positions }).maintenanceMarginUusd;

describe('what closing parts of a portfolio leaves', () => {
  test('is what its margin would be, to a rounding', () => {
    const shares = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), {
      minLength: 3,
      maxLength: 3,
    });
    fc.assert(
      fc.property(positionsArb, shares, fc.nat(), (all, parts, seed) => {
        const held = all.filter(({ quantity }) => quantity !== 0);
        if (held.length === 0) return;
        const closed = new Map<number, number>();
        for (const [i, share] of parts.entries()) {
          const at = (seed + i * 7) % held.length;
          closed.set(at, Math.floor(Math.abs(held[at]!.quantity) * share));
        }
        const left = held.map((position, at) => {
          const quantity = closed.get(at) ?? 0;
          return {
            ...position,
            quantity: position.quantity - Math.sign(position.quantity) * quantity,
          };
        });
        const relief = new PortfolioRelief(GRID, held);
        const size = held.reduce((sum, { quantity }) => sum + Math.abs(quantity), 1);
        const allowed = BigInt(Math.ceil(2 + size * 1e-6));
        for (const [got, want] of [
          [relief.requirementAfter([...closed]), requirement(left)],
          [relief.requirementAfter([]), requirement(held)],
        ] as const) {
          const difference = got > want ? got - want : want - got;
          expect(difference).toBeLessThanOrEqual(allowed);
        }
      }),
      { numRuns: 150 },
    );
  });
});
