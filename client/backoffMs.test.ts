import { expect, test } from '@jest/globals';
import { backoffMs } from './backoffMs.ts';

test('a back-off doubles up to its limit, however many failures there were', () => {
  const waits = [1, 2, 3, 4, 5_000].map((failures) => backoffMs(failures, 100, 1_000, 1));
  expect(waits).toEqual([200, 400, 800, 1_000, 1_000]);
});

test('a back-off is between half and all of its length', () => {
  expect(backoffMs(1, 100, 1_000, 0)).toBe(100);
  expect(backoffMs(1, 100, 1_000, 0.5)).toBe(150);
});
