import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sliceOf } from './sliceOf.ts';

test('a slice is a share of the leg, rounded up to the lot', () => {
  expect(sliceOf(10_000n, 100n, 200_000n)).toBe(2_000n);
  expect(sliceOf(10_000n, 100n, 200_001n)).toBe(2_100n);
  expect(sliceOf(10_000n, 100n, 1n)).toBe(100n);
});

test('less than a lot is closed whole, and no leg is left with less than one', () => {
  expect(sliceOf(60n, 100n, 200_000n)).toBe(60n);
  expect(sliceOf(160n, 100n, 200_000n)).toBe(160n);
  expect(sliceOf(200n, 100n, 200_000n)).toBe(100n);
});

test('slices close any leg in the end', () => {
  const leg = fc.bigInt({ min: 1n, max: 10_000_000n });
  const lot = fc.constantFrom(1n, 100n, 1_000n);
  const share = fc.bigInt({ min: 50_000n, max: 1_000_000n });
  fc.assert(
    fc.property(leg, lot, share, (held, lotSize, slicePpm) => {
      let left = held;
      for (let i = 0; i < 1_000 && left > 0n; i++) {
        const closed = sliceOf(left, lotSize, slicePpm);
        expect(closed > 0n && closed <= left).toBe(true);
        left -= closed;
        expect(left === 0n || left >= lotSize).toBe(true);
      }
      expect(left).toBe(0n);
    }),
  );
});
