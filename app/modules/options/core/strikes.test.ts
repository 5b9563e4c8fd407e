import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sameStrikes, stepAt, strikesAround } from './strikes.ts';

const USD = 1_000_000n;

describe('strikes', () => {
  test('stand at the money and on each side, nearest first', () => {
    expect(strikesAround(64_130n * USD, 250n * USD, 2).map((k) => k / USD)).toEqual([
      ...[64_250n, 64_500n, 64_000n, 64_750n, 63_750n],
    ]);
  });

  test('are positive', () => {
    expect(strikesAround(100n * USD, 250n * USD, 2).map((k) => k / USD)).toEqual([250n, 500n]);
  });

  test('change half a step from the one at the money', () => {
    expect(sameStrikes(64_130n * USD, 250n * USD)).toEqual({
      ...{ fromUusd: 64_125n * USD, toUusd: 64_375n * USD },
    });
  });

  test('stay the same inside the range they state, and nowhere else', () => {
    const index = fc.bigInt({ min: 1n, max: 10n ** 12n });
    const step = fc.constantFrom(10_000n, 250n * USD, 5000n * USD);
    fc.assert(
      fc.property(index, step, index, (indexUusd, stepUusd, other) => {
        const { fromUusd, toUusd } = sameStrikes(indexUusd, stepUusd);
        const inside = other >= fromUusd && other < toUusd;
        expect(indexUusd >= fromUusd && indexUusd < toUusd).toBe(true);
        const same =
          strikesAround(other, stepUusd, 2).join() === strikesAround(indexUusd, stepUusd, 2).join();
        // Near 0, where strikes below zero fall away, distinct ranges may share their strikes.
        if (inside || indexUusd > 4n * stepUusd) expect(same).toBe(inside);
      }),
    );
  });

  test('take the step of their tenor, which gets finer at the stated time', () => {
    const steps = [
      { maxTenorSeconds: 100n, stepUusd: 1n },
      { maxTenorSeconds: 1000n, stepUusd: 5n },
      { maxTenorSeconds: 0n, stepUusd: 9n },
    ];
    expect(stepAt(steps, 5000, 0)).toEqual({ stepUusd: 9n, validUntilMs: 4_000_000 });
    expect(stepAt(steps, 5000, 4_000_000)).toEqual({ stepUusd: 5n, validUntilMs: 4_900_000 });
    expect(stepAt(steps, 5000, 4_900_000)?.stepUusd).toBe(1n);
    expect(stepAt(steps, 5000, 4_900_000)?.validUntilMs).toBe(Number.MAX_SAFE_INTEGER);
  });
});
