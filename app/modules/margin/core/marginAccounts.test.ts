import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { GRID, pack, positionsArb } from '../../../../test/vectors/margin/market.ts';
import { marginAccounts, marginPartsFor } from './marginAccounts.ts';
import { marginOnGrid } from './marginOnGrid.ts';

describe('re-margining', () => {
  test('many accounts at once get the same numbers as each alone, to the last bit', () => {
    const accounts = fc.array(positionsArb, { minLength: 1, maxLength: 8 });
    const par = fc.constantFrom(1, 0.95);
    const doubts = fc.array(fc.constantFrom(0, 0.5, 1), {
      minLength: GRID.expiries.length,
      maxLength: GRID.expiries.length,
    });
    fc.assert(
      fc.property(accounts, par, doubts, (held, collateralPrice, doubt) => {
        const expiries = GRID.expiries.map((e, i) => ({ ...e, doubt: doubt[i]! }));
        const grid = { ...GRID, expiries };
        const packed = pack(held);
        const parts = marginPartsFor(packed);
        marginAccounts(grid, packed, collateralPrice, parts);
        for (const [a, positions] of held.entries()) {
          const one = marginOnGrid(grid, { equityUusd: 0n, positions }, collateralPrice);
          expect(BigInt(parts.initial[a]!)).toBe(one.initialMarginUusd);
          expect(BigInt(parts.maintenance[a]!)).toBe(one.maintenanceMarginUusd);
          expect(BigInt(parts.value[a]!)).toBe(one.markToMarketUusd);
        }
      }),
      { numRuns: 100 },
    );
  });
});
