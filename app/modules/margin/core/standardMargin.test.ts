import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { black76Price } from '../../../lib/math/black76.ts';
import { degradedRequirement } from './shortRequirement.ts';
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

  test('buying back a hundredth of a far short does not raise the requirement', () => {
    const held = [
      option('C', 100, -11, 4),
      option('C', 101, 10, 3.6),
      option('P', 100, -1, 4),
      option('C', 250, 1, 0.01),
    ];
    const before = standardMargin(account({ options: [...held, option('C', 140, -0.01, 0.1)] }));
    const after = standardMargin(account({ options: held }));
    expect(before.initialRequirementUusd).toBe(161_200_000n);
    expect(after.initialRequirementUusd).toBe(148_000_000n);
  });

  test('a short call against a call beyond its naked charge is margined as naked', () => {
    const options = [option('C', 20, -1, 80), option('C', 300, 1, 0.1)];
    const part = standardMargin(account({ options })).underlyings[0]!.expiries[0]!.initial;
    expect(part.maximumLoss).toMatchObject({ freeStrike: 100, freeCalls: 10_000 });
  });

  test('add-ons for a doubtful oracle and a cheap collateral count for initial margin only', () => {
    const options = [option('P', 90, -2, 1), option('C', 100, 5, 4)];
    const futures = [{ quantity: -30_000, mark: 100 }];
    const [underlying] = account({ options, futures }).underlyings;
    const of = (confidence: number, collateralPrice: number) =>
      standardMargin({
        cashUusd: 0n,
        collateralPrice,
        underlyings: [{ ...underlying!, confidence }],
      });
    const plain = of(0.55, 0.99);
    expect(plain.underlyings[0]).toMatchObject({ confidenceCharge: 0, collateralCharge: 0 });
    const doubted = of(0.5, 1).initialRequirementUusd - plain.initialRequirementUusd;
    expect(doubted).toBe(100_000_000n);
    const [cheap] = of(1, 0.89).underlyings;
    expect(cheap!.collateralCharge).toBeCloseTo(0.1 * 2 * 100 * 5 * 1e6, 0);
    expect(of(0.5, 0.89).maintenanceMarginUusd).toBe(plain.maintenanceMarginUusd);
  });

  test('an expiry whose forward or volatilities are in doubt costs more by itself', () => {
    const options = [option('P', 90, -2, 1)];
    const [underlying] = account({ options, futures: [] }).underlyings;
    const [expiry] = underlying!.expiries;
    const of = (...confidences: number[]) =>
      standardMargin({
        cashUusd: 0n,
        underlyings: [
          {
            ...underlying!,
            expiries: confidences.map((confidence) => ({ ...expiry!, confidence })),
          },
        ],
      }).underlyings[0]!.confidenceCharge;
    expect([of(1, 1), of(0.55, 1), of(0.5, 1), of(0.5, 0.4)]).toEqual([0, 0, 100e6, 220e6]);
    expect(() => of(1.5)).toThrow('confidence');
  });

  test('futures margin grows with the position', () => {
    const of = (contracts: number): number => {
      const input = account({ futures: [{ quantity: contracts * 10_000, mark: 100 }] });
      return Number(standardMargin(input).initialRequirementUusd) / contracts / 1e6;
    };
    expect(of(1)).toBeCloseTo(6.505, 6);
    expect(of(1_000)).toBeCloseTo(11.5, 6);
    expect(of(100_000)).toBe(100);
  });

  test('without a surface nothing inside the bounds of volatility and index costs more', () => {
    fc.assert(
      fc.property(
        fc.boolean(),
        fc.double({ min: 1, max: 1_000, noNaN: true }),
        fc.double({ min: 0, max: 3, noNaN: true }),
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.double({ min: 0.7, max: 1 / 0.7, noNaN: true }),
        (isCall, strike, deviation, share, move) => {
          const bound = degradedRequirement(isCall, strike, 100, deviation, 0.7);
          const used = deviation * share;
          const price = black76Price(isCall, 100 * move, strike, used * used);
          expect(price).toBeLessThanOrEqual(bound * (1 + 1e-12));
        },
      ),
      { numRuns: 500 },
    );
  });
});
