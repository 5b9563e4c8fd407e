import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { aggregate } from './aggregate.ts';
import type { AggregateRules, Observation } from './aggregate.ts';

const NOW = 1_800_000_000_000;
const rules: AggregateRules = { minSources: 2, maxAgeMs: 10_000, maxDeviation: 0.02 };
const seen = (source: string, price: number, ageMs = 0, weight = 1): Observation => ({
  source,
  price,
  weight,
  seenMs: NOW - ageMs,
});
const judge = (list: readonly Observation[]) => aggregate(list, rules, NOW);
const verdicts = (list: readonly Observation[]): string[] =>
  [...judge(list).verdicts].map(([source, { verdict }]) => `${source} ${verdict}`);

describe('a price', () => {
  test('is the median of the sources that are young enough', () => {
    const list = [seen('a', 100), seen('b', 101), seen('c', 100.4), seen('d', 50, 10_001)];
    expect(judge(list).value).toMatchObject({ price: 100.4, sources: 3 });
    expect(verdicts(list)).toEqual(['a used', 'b used', 'c used', 'd stale']);
  });

  test('is as old as the median source that counts, and never younger than now', () => {
    const list = [seen('a', 100, 9_000), seen('b', 100, 2_000), seen('c', 100, -4_000)];
    expect(judge(list).value).toMatchObject({ ageMs: 2_000, dispersion: 0 });
    expect(judge([seen('a', 100, -4_000), seen('b', 100, -1)]).value?.ageMs).toBe(0);
  });

  test('has the median distance of its sources for a dispersion', () => {
    const list = [seen('a', 100), seen('b', 101), seen('c', 99), seen('d', 200)];
    expect(judge(list).value).toMatchObject({ price: 100, dispersion: 0.01, sources: 3 });
  });

  test('takes a source at exactly the greatest age and deviation', () => {
    const list = [seen('a', 100, 10_000), seen('b', 102), seen('c', 100)];
    expect(verdicts(list)).toEqual(['a used', 'b used', 'c used']);
  });

  test('needs the minimum number of sources', () => {
    expect(judge([seen('a', 100)]).value).toBeNull();
    expect(judge([])).toEqual({ value: null, centre: null, verdicts: new Map() });
  });

  test('is nothing when two sources disagree', () => {
    const list = [seen('a', 100), seen('b', 150)];
    expect(judge(list).value).toBeNull();
    expect(verdicts(list)).toEqual(['a deviates', 'b deviates']);
  });

  test('stays within the honest sources, age included, when one of three lies in any way', () => {
    const price = fc.double({ min: 1e-6, max: 1e9, noNaN: true });
    const apart = fc.double({ min: 0, max: 0.01, noNaN: true });
    const age = fc.integer({ min: -1e9, max: 1e9 });
    fc.assert(
      fc.property(apart, price, age, (share, lie, lieAge) => {
        const list = [seen('a', 64_000, 100), seen('b', 64_000 * (1 + share), 900)];
        const { value } = judge([...list, seen('liar', lie, lieAge)]);
        expect(value?.price).toBeGreaterThanOrEqual(64_000);
        expect(value?.price).toBeLessThanOrEqual(64_000 * (1 + share));
        expect(value?.ageMs).toBeGreaterThanOrEqual(100);
        expect(value?.ageMs).toBeLessThanOrEqual(900);
      }),
    );
  });
});
