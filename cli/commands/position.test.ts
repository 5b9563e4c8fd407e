import { describe, expect, it } from '@jest/globals';
import { valuePosition } from './position.ts';

const USD = 1_000_000n;

describe('a position', () => {
  it('is worth its mark, and has gained what it did not cost', () => {
    // 0.5 contracts bought at 1,250.
    expect(valuePosition(5_000n, 625n * USD, 1_300n * USD)).toEqual({
      averageUusd: 1_250n * USD,
      valueUusd: 650n * USD,
      profitUusd: 25n * USD,
    });
  });

  it('that is short costs what was received, and gains when the mark falls', () => {
    expect(valuePosition(-5_000n, -625n * USD, 1_300n * USD)).toEqual({
      averageUusd: 1_250n * USD,
      valueUusd: -650n * USD,
      profitUusd: -25n * USD,
    });
  });

  it('has no value while there is no mark', () => {
    const none = { averageUusd: 1_250n * USD, valueUusd: null, profitUusd: null };
    expect(valuePosition(5_000n, 625n * USD, undefined)).toEqual(none);
  });
});
