import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import {
  account,
  expiryArb,
  optionsArb,
  STRIKES,
} from '../../../../test/vectors/margin/accounts.ts';
import { sumStandardParts } from './explain.ts';
import { RiskInputError } from './riskInput.ts';
import { standardMargin } from './standardMargin.ts';
import type { ExpiryPositions, OptionLeg, StandardInput } from './types.ts';

const RUNS = { numRuns: 300 };

/** Adds to a series, or lists it. */
function trade(expiry: ExpiryPositions, leg: OptionLeg, quantity: number): ExpiryPositions {
  const same = (o: OptionLeg): boolean => o.isCall === leg.isCall && o.strike === leg.strike;
  const held = expiry.options.find(same);
  const rest = expiry.options.filter((o) => !same(o));
  const options = [...rest, { ...(held ?? leg), quantity: (held?.quantity ?? 0) + quantity }];
  return { ...expiry, options };
}

describe('standard margin, whatever the positions', () => {
  test('buying an option never raises a requirement, be it new or a short bought back', () => {
    const bought = fc.tuple(
      fc.boolean(),
      fc.constantFrom(...STRIKES),
      fc.integer({ min: 1, max: 9e5 }),
    );
    fc.assert(
      fc.property(expiryArb, bought, (expiry, [isCall, strike, quantity]) => {
        const leg = {
          isCall,
          strike,
          mark: Math.max(isCall ? 1_010 - strike : strike - 1_010, 5),
          quantity: 0,
        };
        const before = standardMargin(account(expiry));
        const after = standardMargin(account(trade(expiry, leg, quantity)));
        // One unit for the last digit of a double.
        expect(after.initialRequirementUusd <= before.initialRequirementUusd + 1n).toBe(true);
        expect(after.maintenanceRequirementUusd <= before.maintenanceRequirementUusd + 1n).toBe(
          true,
        );
      }),
      { numRuns: 600 },
    );
  });

  test('initial margin is never above maintenance margin, nor that above equity', () => {
    fc.assert(
      fc.property(expiryArb, (expiry) => {
        const margin = standardMargin(account(expiry));
        expect(margin.initialMarginUusd <= margin.maintenanceMarginUusd).toBe(true);
        expect(margin.maintenanceMarginUusd <= margin.equityUusd).toBe(true);
      }),
      RUNS,
    );
  });

  test('the requirement is never below what the short marks are worth less the longs', () => {
    fc.assert(
      fc.property(expiryArb, fc.double({ min: 0.01, max: 3, noNaN: true }), (expiry, deviation) => {
        const priced = pricedByTwoPoints(expiry, deviation);
        const margin = standardMargin(account(priced));
        expect(margin.maintenanceMarginUusd <= margin.markToMarketUusd + 1n).toBe(true);
      }),
      RUNS,
    );
  });

  test('the maximum loss covers every settlement up to its naked charge above the shorts', () => {
    const prices = fc.double({ min: 0, max: 4_000, noNaN: true });
    fc.assert(
      fc.property(expiryArb, prices, (expiry, price) => {
        const [part] = standardMargin(account(expiry)).underlyings[0]!.expiries;
        const { maximumLoss, jointMaximumLoss } = part!.initial;
        const joint = jointMaximumLoss ?? maximumLoss;
        if (expiry.options.length === 0) return;
        const loss = settlementLoss(expiry, price);
        if (price <= joint.freeStrike + 1.2 * expiry.forward) {
          expect(loss).toBeLessThanOrEqual(joint.total + 1);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('the parts add up to the margin', () => {
    fc.assert(
      fc.property(expiryArb, fc.constantFrom(1, 0.3), (expiry, confidence) => {
        const margin = standardMargin(account(expiry, 77n, confidence));
        const { initialMarginUusd, maintenanceMarginUusd } = margin;
        expect(sumStandardParts(margin)).toEqual({ initialMarginUusd, maintenanceMarginUusd });
      }),
      RUNS,
    );
  });

  test('twice the options need twice the margin', () => {
    fc.assert(
      fc.property(optionsArb, fc.integer({ min: 2, max: 40 }), (options, times) => {
        const one = { forward: 1_010, settlementFeePerUnit: 0.15, options, futures: [] };
        const more = options.map((o) => ({ ...o, quantity: o.quantity * times }));
        const single = standardMargin(account(one)).underlyings[0]!.expiries[0]!.initial;
        const scaled = standardMargin(account({ ...one, options: more })).underlyings[0]!;
        const ratio = scaled.expiries[0]!.initial.requirement - times * single.requirement;
        // Free calls come in whole units: each is a line of at most the highest strike.
        expect(Math.abs(ratio)).toBeLessThanOrEqual(400_000 * times);
      }),
      RUNS,
    );
  });

  test('two accounts merged need no more than both by the sum of their shorts', () => {
    fc.assert(
      fc.property(optionsArb, optionsArb, (a, b) => {
        const only = (options: readonly OptionLeg[]): ExpiryPositions => ({
          forward: 1_010,
          settlementFeePerUnit: 0,
          options,
          futures: [],
        });
        let merged = only(a);
        for (const leg of b) merged = trade(merged, leg, leg.quantity);
        // The marks of a series must be one: take those of the merged account.
        const marked = (options: readonly OptionLeg[]): OptionLeg[] =>
          options.map((o) => ({
            ...o,
            mark: merged.options.find((m) => m.isCall === o.isCall && m.strike === o.strike)!.mark,
          }));
        const sumOf = (e: ExpiryPositions): number =>
          standardMargin(account(e)).underlyings[0]!.expiries[0]!.initial.sum;
        const apart = sumOf(only(marked(a))) + sumOf(only(marked(b)));
        const together = standardMargin(account(merged)).underlyings[0]!.expiries[0]!.initial;
        expect(together.requirement).toBeLessThanOrEqual(apart * (1 + 1e-12) + 1);
      }),
      RUNS,
    );
  });
});

/** Marks that some distribution of the settlement price gives: two equally likely prices. */
function pricedByTwoPoints(expiry: ExpiryPositions, deviation: number): ExpiryPositions {
  const high = 1_010 * (1 + Math.min(1, deviation));
  const low = 2 * 1_010 - high;
  const options = expiry.options.map((o) => {
    const pay = (x: number): number => Math.max(o.isCall ? x - o.strike : o.strike - x, 0);
    return { ...o, mark: (pay(high) + pay(low)) / 2 };
  });
  return { ...expiry, options };
}

/** Loss at settlement in uusd, leg by leg, fees included. */
function settlementLoss(expiry: ExpiryPositions, price: number): number {
  let loss = 0;
  for (const { isCall, strike, quantity } of expiry.options) {
    const payout = Math.max(isCall ? price - strike : strike - price, 0);
    const fee = Math.min(expiry.settlementFeePerUnit, 0.125 * payout);
    loss += 100 * (Math.abs(quantity) * fee - quantity * payout);
  }
  for (const { quantity, mark } of expiry.futures) loss -= 100 * quantity * (price - mark);
  return loss;
}

describe('bad input', () => {
  test('is refused with a code, and never becomes a NaN', () => {
    const wild = fc.oneof(
      fc.double(),
      fc.constantFrom(NaN, Infinity, -Infinity, 0, -1, 1e-300, 1e300, 2 ** 53, 0.5),
      fc.integer({ min: -1_000, max: 1_000 }),
    );
    const leg = fc.record({ isCall: fc.boolean(), strike: wild, mark: wild, quantity: wild });
    const input = fc.record({
      cashUusd: fc.bigInt({ min: -(2n ** 80n), max: 2n ** 80n }),
      collateralPrice: wild,
      underlyings: fc.array(
        fc.record({
          index: wild,
          confidence: wild,
          expiries: fc.array(
            fc.record({
              forward: wild,
              settlementFeePerUnit: wild,
              options: fc.array(leg, { maxLength: 3 }),
              futures: fc.array(fc.record({ quantity: wild, mark: wild }), { maxLength: 1 }),
              degradedStdDev: fc.option(wild, { nil: undefined }),
            }),
            { maxLength: 2 },
          ),
        }),
        { maxLength: 2 },
      ),
    });
    fc.assert(
      fc.property(input, (value) => {
        try {
          const margin = standardMargin(value);
          expect(JSON.stringify(margin.underlyings)).not.toContain('null,"m');
          expect(typeof margin.initialMarginUusd).toBe('bigint');
        } catch (error) {
          expect(error).toBeInstanceOf(RiskInputError);
        }
      }),
      { numRuns: 500 },
    );
  });

  test('names what is wrong', () => {
    const option: OptionLeg = { isCall: true, strike: 100, mark: 1, quantity: 1 };
    const refused = (change: Partial<OptionLeg>): string => {
      const expiry = {
        forward: 100,
        settlementFeePerUnit: 0,
        options: [{ ...option, ...change }],
        futures: [],
      };
      try {
        standardMargin(account(expiry));
        return 'accepted';
      } catch (error) {
        return error instanceof RiskInputError ? error.code : 'another error';
      }
    };
    expect(refused({ strike: 0 })).toBe('bad_price');
    expect(refused({ mark: NaN })).toBe('bad_price');
    expect(refused({ mark: -1 })).toBe('bad_price');
    expect(refused({ quantity: 0.5 })).toBe('bad_quantity');
    expect(refused({ quantity: 2 ** 53 })).toBe('bad_quantity');
    expect(refused({ mark: 0 })).toBe('accepted');
  });

  test('thousands of legs are refused; the most an account may hold are not', () => {
    const legs = (count: number): StandardInput =>
      account({
        forward: 1_000,
        settlementFeePerUnit: 0.1,
        options: Array.from({ length: count }, (_, i) => ({
          isCall: i % 3 > 0,
          strike: 10 + i,
          mark: 5,
          quantity: i % 2 ? 10_000 : -10_000,
        })),
        futures: [],
      });
    expect(() => standardMargin(legs(3_000))).toThrow(RiskInputError);
    expect(standardMargin(legs(512)).initialMarginUusd).toBeLessThan(0n);
  });
});
