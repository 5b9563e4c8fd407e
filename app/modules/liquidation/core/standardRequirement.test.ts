import { expect, test } from '@jest/globals';
import { standardRequirement } from './standardRequirement.ts';

const option = (strike: number, mark: number, quantity: number) => ({
  ...{ isCall: false, strike, mark, quantity },
});
const held = [option(134.04, 63.412, -2_290), option(1_110.42, 99.992, 1_893)];
const closed = option(345.14, 14.035, 6_323);

/** Of an expiry whose maximum loss comes to just about nothing, by a sum of two products. */
function requirementOf(options: readonly ReturnType<typeof option>[]) {
  const market = { forward: 160_886 / 99, settlementFeePerUnit: 0.753, futures: [] };
  const expiries = [{ ...market, options }];
  return standardRequirement({ index: 1_608.86, confidence: 1, expiries });
}

test('a leg that is closed is as if it had never been, to the last bit', () => {
  const alone = requirementOf(held)([]);
  expect(alone).toBe(1n);
  expect(requirementOf([...held, closed])([[2, 6_323n]])).toBe(alone);
  // Left in as nothing it would split the sum where it is struck, and round it to 0.
  expect(requirementOf([...held, { ...closed, quantity: 0 }])([])).toBe(alone);
});

test('a part of a leg is closed towards nothing, long or short', () => {
  const of = requirementOf([option(134.04, 63.412, -2_290)]);
  const left = (quantity: number) => requirementOf([option(134.04, 63.412, quantity)])([]);
  expect(of([[0, 1_000n]])).toBe(left(-1_290));
  const long = requirementOf([...held, closed]);
  expect(long([[2, 6_322n]])).toBe(requirementOf([...held, { ...closed, quantity: 1 }])([]));
});
