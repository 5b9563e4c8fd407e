import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DEFAULT_LIQUIDATION_PARAMS as PARAMS } from '../../margin/core/index.ts';
import { concessionUusd } from './concession.ts';

const USD = 1_000_000n;

/** Of an account with a marked value and a maintenance margin, in USD. */
function concession(markToMarket: bigint, maintenance: bigint, elapsed: bigint): bigint {
  const state = {
    markToMarketUusd: markToMarket * USD,
    maintenanceMarginUusd: maintenance * USD,
    bufferUusd: (markToMarket - maintenance) * USD,
  };
  return concessionUusd(state, elapsed, PARAMS) / USD;
}

test('a solvent account gives up 5% at first, 30% after the fast phase, all in the end', () => {
  expect(concession(10_000n, -1_000n, 0n)).toBe(500n);
  expect(concession(10_000n, -1_000n, 450n)).toBe(1_750n);
  expect(concession(10_000n, -1_000n, 900n)).toBe(3_000n);
  expect(concession(10_000n, -1_000n, 22_500n)).toBe(6_500n);
  expect(concession(10_000n, -1_000n, 100_000n)).toBe(10_000n);
});

test('an insolvent account is given away at its marks, then up to its maintenance margin', () => {
  expect(concession(-2_000n, -8_000n, 0n)).toBe(0n);
  expect(concession(-2_000n, -8_000n, 1_800n)).toBe(3_000n);
  expect(concession(-2_000n, -8_000n, 99_999n)).toBe(6_000n);
});

test('an account with less than 5% of its buffer left gives up all of that at once', () => {
  expect(concession(299n, -5_700n, 0n)).toBe(299n);
  expect(concession(300n, -5_700n, 0n)).toBe(15n);
  expect(concession(299n, -5_700n, 3_600n)).toBe(5_999n);
});

test('an account that is worth nothing gives up what its maintenance margin lacks', () => {
  // A debt, and a spread worth as much that needs nothing: no buffer, and in breach for all that.
  const state = { markToMarketUusd: 0n, maintenanceMarginUusd: -10n * USD, bufferUusd: 0n };
  const given = [0n, 1_800n, 99_999n].map((elapsed) => concessionUusd(state, elapsed, PARAMS));
  expect(given).toEqual([0n, 5n * USD, 10n * USD]);
});

test('no account gives up more than closing it gains, nor less as time goes by', () => {
  const usd = fc.bigInt({ min: -1_000_000n, max: 1_000_000n });
  const blocks = fc.bigInt({ min: 0n, max: 50_000n });
  fc.assert(
    fc.property(usd, fc.bigInt({ min: 0n, max: 500_000n }), blocks, (value, buffer, elapsed) => {
      fc.pre(value - buffer < 0n);
      const now = concession(value, value - buffer, elapsed);
      expect(now >= 0n && now <= buffer).toBe(true);
      expect(concession(value, value - buffer, elapsed + 1n) >= now).toBe(true);
    }),
  );
});
