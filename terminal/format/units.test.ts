import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { typedOf, unitsOf } from './units.ts';

describe('typed amounts', () => {
  it('become base units, without a float between', () => {
    expect(unitsOf('1250.5', 6)).toBe(1_250_500_000n);
    expect(unitsOf(' 1,250 ', 6)).toBe(1_250_000_000n);
    expect(unitsOf('.5', 4)).toBe(5_000n);
    expect(unitsOf('999999999999.123456', 6)).toBe(999_999_999_999_123_456n);
  });
  it.each(['', '.', 'x', '1e3', '-1', '1.00001', '1.2.3', '1234567890123'])(
    'are refused when they are none: %j',
    (text) => expect(unitsOf(text, 4)).toBeNull(),
  );
  it('come back as they were', () => {
    fc.assert(
      fc.property(
        fc.bigInt(0n, 10n ** 12n - 1n),
        fc.integer({ min: 0, max: 6 }),
        (units, decimals) => {
          expect(unitsOf(typedOf(units, decimals), decimals)).toBe(units);
        },
      ),
    );
  });
});
