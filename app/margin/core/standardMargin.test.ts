import { describe, expect, test } from '@jest/globals';

import { standardMargin } from './standardMargin.ts';
import type { ExpiryPositions, OptionLeg, StandardInput } from './types.ts';

const option = (kind: 'C' | 'P', strike: number, contracts: number, mark: number): OptionLeg => ({
  isCall: kind === 'C',
  strike,
  mark,
  quantity: contracts * 10_000,
});

const account = (expiry: Partial<ExpiryPositions>): StandardInput => ({
  cashUusd: 0n,
  underlyings: [
    {
      index: 100,
      confidence: 1,
      expiries: [{ forward: 100, settlementFeePerUnit: 0, options: [], futures: [], ...expiry }],
    },
  ],
});

describe('standard margin', () => {
  test('a naked short call needs 15% of the index less its distance, and its mark', () => {
    const margin = standardMargin(account({ options: [option('C', 101, -1, 4)] }));
    expect(margin.initialMarginUusd).toBe(-18_000_000n);
    expect(margin.maintenanceMarginUusd).toBe(-13_000_000n);
    expect(margin.markToMarketUusd).toBe(-4_000_000n);
  });

  test('a call spread needs what it can lose', () => {
    const options = [option('C', 100, -1, 4), option('C', 105, 1, 2)];
    const margin = standardMargin(account({ options }));
    expect(margin.initialMarginUusd).toBe(-5_000_000n);
    expect(margin.underlyings[0]!.expiries[0]!.initial.method).toBe('maximumLoss');
  });

  test('an iron condor needs its wider wing only', () => {
    const options = [
      option('P', 85, 1, 0.5),
      option('P', 90, -1, 1),
      option('C', 110, -1, 1),
      option('C', 117, 1, 0.5),
    ];
    expect(standardMargin(account({ options })).initialMarginUusd).toBe(-7_000_000n);
  });

  test('a covered call needs the cheaper of its parts and what both can lose together', () => {
    const input = account({
      options: [option('C', 100, -1, 4)],
      futures: [{ quantity: 10_000, mark: 100 }],
    });
    const expiry = standardMargin(input).underlyings[0]!.expiries[0]!.initial;
    expect(expiry.jointMaximumLoss!.total).toBe(100_000_000);
    expect(expiry.method).toBe('sum');
  });
});
