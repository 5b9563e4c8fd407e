import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { aggregateIndex } from './aggregateIndex.ts';
import type { IndexRules, Observation } from './aggregateIndex.ts';

const NOW = 1_800_000_000_000;
const rules: IndexRules = { minSources: 2, maxPriceAgeMs: 10_000, maxDeviation: 0.02 };
const seen = (source: string, price: number, ageMs = 0, weight = 1): Observation => ({
  source,
  price,
  weight,
  observedMs: NOW - ageMs,
});
const verdicts = (list: readonly Observation[]): string[] =>
  aggregateIndex(list, rules, NOW).verdicts.map((v) => `${v.source} ${v.verdict}`);

describe('the index', () => {
  test('is the median of the sources that are young enough', () => {
    const list = [seen('a', 100), seen('b', 101), seen('c', 100.4), seen('d', 50, 10_001)];
    expect(aggregateIndex(list, rules, NOW).price).toBe(100.4);
    expect(verdicts(list)).toEqual(['a used', 'b used', 'c used', 'd stale']);
  });

  test('takes a source at exactly the greatest age and deviation', () => {
    const list = [seen('a', 100, 10_000), seen('b', 102), seen('c', 100)];
    expect(verdicts(list)).toEqual(['a used', 'b used', 'c used']);
  });

  test('needs the minimum number of sources', () => {
    expect(aggregateIndex([seen('a', 100)], rules, NOW).price).toBeNull();
    expect(aggregateIndex([], rules, NOW)).toEqual({ price: null, verdicts: [] });
  });

  test('is nothing when two sources disagree', () => {
    const list = [seen('a', 100), seen('b', 150)];
    expect(aggregateIndex(list, rules, NOW).price).toBeNull();
    expect(verdicts(list)).toEqual(['a deviates', 'b deviates']);
  });

  test('stays within the honest sources when one of three lies in any way', () => {
    const price = fc.double({ min: 1e-6, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(fc.double({ min: 0, max: 0.01, noNaN: true }), price, (apart, lie) => {
        const list = [seen('a', 64_000), seen('b', 64_000 * (1 + apart)), seen('liar', lie)];
        const index = aggregateIndex(list, rules, NOW).price;
        expect(index).toBeGreaterThanOrEqual(64_000);
        expect(index).toBeLessThanOrEqual(64_000 * (1 + apart));
      }),
    );
  });
});
