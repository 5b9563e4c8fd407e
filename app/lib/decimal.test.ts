import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { DecimalError, formatDecimal, formatRounded, parseDecimal } from './decimal.ts';

const anyAmount = fc.bigInt({ min: -(1n << 90n), max: 1n << 90n });
const anyDecimals = fc.integer({ min: 0, max: 18 });
const abs = (v: bigint): bigint => (v < 0n ? -v : v);

describe('decimals', () => {
  it.each([
    ['0.5', 4, 5_000n],
    ['1250', 6, 1_250_000_000n],
    ['50000000000', 0, 50_000_000_000n],
    ['-1.5', 6, -1_500_000n],
    ['007', 0, 7n],
    ['0.0001', 4, 1n],
  ])('%s with %i decimals', (text, decimals, value) => {
    expect(parseDecimal(text, decimals)).toBe(value);
  });

  it.each(['', '.5', '5.', '1e3', '1,000', '+1', ' 1', '1 ', '--1', '0x10', '½', 'NaN'])(
    'refuses %p as no number',
    (text) => {
      expect(() => parseDecimal(text, 6)).toThrow(DecimalError);
    },
  );

  it('refuses digits beyond the unit rather than rounding them', () => {
    expect(() => parseDecimal('0.00005', 4)).toThrow('at most 4 digits after the point');
    expect(() => parseDecimal('0.50000', 4)).toThrow(DecimalError);
    expect(() => parseDecimal('1.0', 0)).toThrow('no digits after the point');
    expect(() => parseDecimal('1'.repeat(61), 0)).toThrow(DecimalError);
  });

  it('read what was written, in either style', () => {
    fc.assert(
      fc.property(anyAmount, anyDecimals, fc.boolean(), (value, decimals, grouped) => {
        const text = formatDecimal(value, decimals, { grouped });
        expect(parseDecimal(text.replaceAll(',', ''), decimals)).toBe(value);
        expect(text).not.toMatch(/\.\d*0$|\.$/);
      }),
    );
  });

  it('are written with thousands and a least number of digits', () => {
    const usd = { minFraction: 2, grouped: true };
    expect(formatDecimal(1_250_000_000n, 6, usd)).toBe('1,250.00');
    expect(formatDecimal(-1_234_567_500_001n, 6, usd)).toBe('-1,234,567.500001');
    expect(formatDecimal(100_000n, 6, usd)).toBe('0.10');
    expect(formatDecimal(999n, 0, { grouped: true })).toBe('999');
    expect(formatDecimal(0n, 4)).toBe('0');
  });

  it('are rounded half away from zero, and zero has no sign', () => {
    expect(formatRounded(1_005_000n, 6, 2)).toBe('1.01');
    expect(formatRounded(-1_005_000n, 6, 2)).toBe('-1.01');
    expect(formatRounded(-4_999n, 6, 2)).toBe('0.00');
    expect(formatRounded(999_995_000n, 6, 2, true)).toBe('1,000.00');
    expect(formatRounded(5n, 2, 4)).toBe('0.0500');
  });

  it('are never off by more than half of the last place', () => {
    fc.assert(
      fc.property(anyAmount, fc.integer({ min: 1, max: 12 }), (value, decimals) => {
        const places = decimals - 1;
        const back = parseDecimal(formatRounded(value, decimals, places), decimals);
        expect(abs(back - value)).toBeLessThanOrEqual(5n);
      }),
    );
  });
});
