import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { toUnits } from './decimal.ts';

test.each([
  [0.1, 4, 1_000n],
  ['0.10000', 4, 1_000n],
  [1e-4, 4, 1n],
  [1e-7, 7, 1n],
  ['1200', 6, 1_200_000_000n],
  [1250.5, 6, 1_250_500_000n],
  [0, 4, 0n],
])('%p in units of 10^-%i', (value, decimals, units) => {
  expect(toUnits(value, decimals)).toBe(units);
});

test.each([0.00001, -1, '-1', '1e3', 1e21, NaN, Infinity, '', ' 1', '1 ', '١', '0x10', null, true])(
  '%p is no amount of contracts',
  (value) => expect(toUnits(value, 4)).toBeNull(),
);

test('any amount that a client writes as a number comes back exactly', () => {
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 1e11 }), (units) => {
      expect(toUnits(units / 1e4, 4)).toBe(BigInt(units));
    }),
  );
});
