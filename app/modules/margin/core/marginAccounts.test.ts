import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { GRID, pack, positionsArb } from '../../../../test/vectors/margin/market.ts';
import { marginAccounts, marginPartsFor } from './marginAccounts.ts';
import { marginOnGrid } from './marginOnGrid.ts';

describe('re-margining', () => {
  test('many accounts at once get the same numbers as each alone, to the last bit', () => {
    const accounts = fc.array(positionsArb, { minLength: 1, maxLength: 8 });
    const par = fc.constantFrom(1, 0.95);
    fc.assert(
      fc.property(accounts, par, (held, collateralPrice) => {
        const packed = pack(held);
        const parts = marginPartsFor(packed);
        marginAccounts(GRID, packed, collateralPrice, parts);
        for (const [a, positions] of held.entries()) {
          const one = marginOnGrid(GRID, { equityUusd: 0n, positions }, collateralPrice);
          expect(BigInt(parts.initial[a]!)).toBe(one.initialMarginUusd);
          expect(BigInt(parts.maintenance[a]!)).toBe(one.maintenanceMarginUusd);
          expect(BigInt(parts.value[a]!)).toBe(one.markToMarketUusd);
        }
      }),
      { numRuns: 100 },
    );
  });
});
