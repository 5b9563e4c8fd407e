import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { applyToPosition, longsOf } from './applyToPosition.ts';

const at = (quantity: bigint, costUusd: bigint) => ({ quantity, costUusd });

describe('a position after a fill', () => {
  test('adds what was paid when it grows', () => {
    expect(applyToPosition(at(0n, 0n), 10n, -100n)).toEqual(at(10n, 100n));
    expect(applyToPosition(at(10n, 100n), 5n, -80n)).toEqual(at(15n, 180n));
    expect(applyToPosition(at(-10n, -100n), -5n, 80n)).toEqual(at(-15n, -180n));
  });

  test('keeps its average price when it shrinks, its cost rounded up', () => {
    expect(applyToPosition(at(15n, 180n), -5n, 999n)).toEqual(at(10n, 120n));
    expect(applyToPosition(at(3n, 10n), -1n, 0n)).toEqual(at(2n, 7n));
    expect(applyToPosition(at(-3n, -10n), 1n, 0n)).toEqual(at(-2n, -6n));
  });

  test('costs nothing when it is closed', () => {
    expect(applyToPosition(at(3n, 10n), -3n, 7n)).toEqual(at(0n, 0n));
  });

  test('takes the price of the fill when it turns', () => {
    expect(applyToPosition(at(3n, 10n), -5n, 50n)).toEqual(at(-2n, -20n));
    expect(applyToPosition(at(-3n, -10n), 5n, -50n)).toEqual(at(2n, 20n));
    expect(applyToPosition(at(-3n, -10n), 7n, -50n)).toEqual(at(4n, 29n));
  });

  test('counts as open interest where it is long', () => {
    expect([5n, 0n, -5n].map(longsOf)).toEqual([5n, 0n, 0n]);
  });

  test('never costs less than its exact share, nor a unit more', () => {
    const quantity = fc.bigInt({ min: -1000n, max: 1000n }).filter((q) => q !== 0n);
    const cost = fc.bigInt({ min: 0n, max: 10n ** 12n });
    fc.assert(
      fc.property(quantity, cost, fc.bigInt({ min: 1n, max: 1000n }), (q, size, part) => {
        const before = at(q, q > 0n ? size : -size);
        const closed = part % (q > 0n ? q : -q);
        fc.pre(closed > 0n);
        const after = applyToPosition(before, q > 0n ? -closed : closed, 0n);
        const short = after.costUusd * q - before.costUusd * after.quantity;
        const error = q > 0n ? short : -short;
        expect(error >= 0n && error < (q > 0n ? q : -q)).toBe(true);
      }),
    );
  });
});
