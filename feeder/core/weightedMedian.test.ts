import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { weightedMedian } from './weightedMedian.ts';

const of = (...pairs: [number, number][]) => pairs.map(([value, weight]) => ({ value, weight }));

describe('the weighted median', () => {
  test('is the usual median when weights are equal', () => {
    expect(weightedMedian(of([3, 1], [1, 1], [2, 1]))).toBe(2);
    expect(weightedMedian(of([1, 1], [2, 1], [4, 1], [9, 1]))).toBe(3);
  });

  test('follows the weight', () => {
    expect(weightedMedian(of([1, 1], [2, 1], [10, 3]))).toBe(10);
    expect(weightedMedian(of([1, 2], [2, 1], [10, 1]))).toBe(1.5);
  });

  test('of nothing is an error', () => {
    expect(() => weightedMedian([])).toThrow(RangeError);
  });

  test('has at most half of the weight on either side and ignores the order', () => {
    const item = fc.record({ value: fc.integer(), weight: fc.integer({ min: 1, max: 9 }) });
    fc.assert(
      fc.property(fc.array(item, { minLength: 1, maxLength: 9 }), (items) => {
        const median = weightedMedian(items);
        const weight = (list: typeof items) => list.reduce((sum, i) => sum + i.weight, 0);
        const half = weight(items) / 2;
        expect(weight(items.filter((i) => i.value < median))).toBeLessThanOrEqual(half);
        expect(weight(items.filter((i) => i.value > median))).toBeLessThanOrEqual(half);
        expect(weightedMedian([...items].reverse())).toBe(median);
      }),
    );
  });
});
