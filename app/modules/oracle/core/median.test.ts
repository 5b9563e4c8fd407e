import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { dispersionPpm, PPM, weightedMedian } from './median.ts';
import type { Weighted } from './median.ts';

const entry = (value: bigint, power: bigint, order: number): Weighted<bigint> => ({
  value,
  power,
  order: String(order).padStart(3, '0'),
});
const entries = (max = 1_000_000_000_000_000n) =>
  fc
    .array(fc.tuple(fc.bigInt(1n, max), fc.bigInt(1n, 1_000n)), { minLength: 1, maxLength: 12 })
    .map((list) => list.map(([value, power], i) => entry(value, power, i)));
const powerOf = (list: readonly Weighted<bigint>[]) => list.reduce((sum, e) => sum + e.power, 0n);

/** Some honest reports, and lies with less than half of all the power. */
const withLies = fc
  .tuple(entries(), entries(1n << 64n), fc.bigInt(1n, 1_000n))
  .map(([honest, lies, power]) => {
    const each = lies.map((lie, i) => entry(lie.value, power, 500 + i));
    while (powerOf(each) >= powerOf(honest)) each.pop();
    return { honest, all: [...honest, ...each] };
  });

describe('the weighted median', () => {
  test.each<[string, [bigint, bigint][], bigint | undefined]>([
    ['of nothing is undefined', [], undefined],
    ['of one is that one', [[7n, 3n]], 7n],
    [
      'of an even number is the lower middle one',
      [
        [1n, 1n],
        [2n, 1n],
        [3n, 1n],
        [4n, 1n],
      ],
      2n,
    ],
    [
      'follows power, not heads',
      [
        [1n, 1n],
        [2n, 1n],
        [9n, 3n],
      ],
      9n,
    ],
    [
      'is reached at exactly half',
      [
        [1n, 2n],
        [5n, 2n],
      ],
      1n,
    ],
  ])('%s', (_, list, expected) => {
    expect(weightedMedian(list.map(([value, power], i) => entry(value, power, i)))).toBe(expected);
  });

  test('does not depend on the order of its entries', () => {
    const shuffled = entries().chain((list) =>
      fc.tuple(
        fc.constant(list),
        fc.shuffledSubarray(list, { minLength: list.length, maxLength: list.length }),
      ),
    );
    fc.assert(
      fc.property(shuffled, ([list, other]) => {
        expect(weightedMedian(other)).toBe(weightedMedian(list));
      }),
    );
  });

  test('has at most half of the power strictly below it and at most half above', () => {
    fc.assert(
      fc.property(entries(), (list) => {
        const median = weightedMedian(list)!;
        const total = powerOf(list);
        expect(powerOf(list.filter((e) => e.value < median)) * 2n).toBeLessThan(total);
        expect(powerOf(list.filter((e) => e.value > median)) * 2n).toBeLessThanOrEqual(total);
      }),
    );
  });

  test('no lie by less than half of the power moves it out of the range of the others', () => {
    fc.assert(
      fc.property(withLies, ({ honest, all }) => {
        const values = honest.map((e) => e.value).sort((a, b) => (a < b ? -1 : 1));
        const median = weightedMedian(all)!;
        expect(median).toBeGreaterThanOrEqual(values[0]!);
        expect(median).toBeLessThanOrEqual(values.at(-1)!);
      }),
    );
  });
});

describe('the dispersion', () => {
  test('of reports that agree is zero, with any one liar among three', () => {
    const honest = [entry(64_000n, 1n, 0), entry(64_000n, 1n, 1)];
    for (const lie of [1n, 10n ** 15n]) {
      expect(dispersionPpm([...honest, entry(lie, 1n, 2)], 64_000n)).toBe(0);
    }
  });

  test('is the distance of the middle report from the median', () => {
    const list = [entry(990n, 1n, 0), entry(1_000n, 1n, 1), entry(1_020n, 1n, 2)];
    expect(dispersionPpm(list, 1_000n)).toBe(10_000);
  });

  test('never leaves its bounds, whatever the reports', () => {
    fc.assert(
      fc.property(entries(1n << 64n), (list) => {
        const ppm = dispersionPpm(list, weightedMedian(list)!);
        expect(Number.isInteger(ppm)).toBe(true);
        expect(ppm).toBeGreaterThanOrEqual(0);
        expect(ppm).toBeLessThanOrEqual(Number(PPM));
      }),
    );
  });

  test('is within what honest reports span, whatever less than half of the power says', () => {
    fc.assert(
      fc.property(withLies, ({ honest, all }) => {
        const values = honest.map((e) => e.value).sort((a, b) => (a < b ? -1 : 1));
        const median = weightedMedian(all)!;
        const widest = ((values.at(-1)! - values[0]!) * PPM) / median;
        expect(BigInt(dispersionPpm(all, median))).toBeLessThanOrEqual(widest);
      }),
    );
  });
});
