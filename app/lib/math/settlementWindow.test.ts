import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { black76Price, MathInputError, settlementTerms } from './index.ts';
import {
  greeksAroundSettlement,
  optionValueAroundSettlement,
  priceAroundSettlement,
  SECONDS_PER_YEAR,
} from './index.ts';
import type { SettlementAverage } from './index.ts';
import { readVectors } from '../../../test/vectors/math/readVectors.ts';

const window = { windowSeconds: 1800, weightedSum: 0, weightSeconds: 0 };
const inside = (left: number, meanSoFar: number): SettlementAverage => ({
  secondsToExpiry: left,
  windowSeconds: 1800,
  weightSeconds: 1800 - left,
  weightedSum: meanSoFar * (1800 - left),
});

describe('settlement window', () => {
  it('agrees with the 50-digit values', () => {
    const rows = readVectors('settlement') as (Parameters<typeof optionValueAroundSettlement>[0] & {
      price: number;
    })[];
    for (const row of rows) {
      const got = optionValueAroundSettlement(row);
      // Where the average is all but known, K − A cancels: an error is one of the forward.
      expect(Math.abs(got - row.price)).toBeLessThan(1e-13 * row.price + 1e-15 * row.forward);
    }
  });

  it('is continuous where the window starts', () => {
    const option = { ...window, forward: 64_000, sigma: 0.6 };
    for (const isCall of [true, false]) {
      for (const strike of [63_000, 64_000, 64_100]) {
        const priceAt = (secondsToExpiry: number, weightSeconds: number): number =>
          optionValueAroundSettlement({
            ...option,
            isCall,
            strike,
            secondsToExpiry,
            weightSeconds,
            weightedSum: weightSeconds * option.forward,
          });
        const before = priceAt(1800, 0);
        const after = priceAt(1800 - 1e-6, 1e-6);
        expect(Math.abs(after - before)).toBeLessThan(1e-5);
        const total = 0.36 * (600 / SECONDS_PER_YEAR);
        expect(before / black76Price(isCall, 64_000, strike, total)).toBeCloseTo(1, 12);
      }
    }
  });

  it('agrees with the overpricing of plain Black-76 that the rules state', () => {
    const plain = (left: number): number =>
      black76Price(true, 64_000, 64_000, (0.36 * left) / SECONDS_PER_YEAR);
    const priced = (left: number): number =>
      optionValueAroundSettlement({
        ...inside(left, 64_000),
        isCall: true,
        forward: 64_000,
        strike: 64_000,
        sigma: 0.6,
      });
    expect(plain(1800) / priced(1800)).toBeCloseTo(1.73, 2);
    expect(plain(180) / priced(180)).toBeCloseTo(17.3, 1);
  });

  it('prices a call whose average is already above the strike by its forward alone', () => {
    const terms = settlementTerms({ ...inside(60, 66_000), weightedSum: 66_000 * 1740 });
    const value = priceAroundSettlement(true, 64_000, 63_000, 0.6, terms);
    expect(value).toBeCloseTo((66_000 * 1740 + 64_000 * 60) / 1800 - 63_000, 9);
    expect(priceAroundSettlement(false, 64_000, 63_000, 0.6, terms)).toBe(0);
  });

  it('ends at the payoff on the average', () => {
    const terms = settlementTerms(inside(0, 64_000));
    expect(priceAroundSettlement(true, 70_000, 63_000, 0.6, terms)).toBe(1000);
    expect(priceAroundSettlement(false, 70_000, 65_000, 0.6, terms)).toBe(1000);
    const greeks = greeksAroundSettlement(true, 70_000, 65_000, 0.6, terms);
    expect(greeks).toMatchObject({ price: 0, delta: 0, gamma: 0, vega: 0, theta: 0 });
  });

  it('keeps put-call parity on the average', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 0, max: 4000, noNaN: true }),
        fc.double({ min: 1000, max: 1e5, noNaN: true }),
        fc.double({ min: 0.5, max: 2, noNaN: true }),
        fc.double({ min: 0.01, max: 5, noNaN: true }),
        (left, forward, moneyness, sigma) => {
          const terms = settlementTerms(
            left < 1800 ? inside(left, forward) : { ...window, secondsToExpiry: left },
          );
          const strike = forward * moneyness;
          const call = priceAroundSettlement(true, forward, strike, sigma, terms);
          const put = priceAroundSettlement(false, forward, strike, sigma, terms);
          const expected = terms.fixed + forward * terms.share - strike;
          expect(Math.abs(call - put - expected)).toBeLessThan(1e-9 * forward);
        },
      ),
      { numRuns: 300 },
    );
  });

  it('has the Greeks of its own price, time moving weight from B to A', () => {
    for (const left of [5000, 1500, 300]) {
      for (const isCall of [true, false]) {
        const strike = 64_050;
        const state = (dt: number): SettlementAverage =>
          left > 1800
            ? { ...window, secondsToExpiry: left - dt }
            : {
                ...inside(left, 64_020),
                secondsToExpiry: left - dt,
                weightSeconds: 1800 - left + dt,
                weightedSum: 64_020 * (1800 - left) + 64_000 * dt,
              };
        const at = (
          forward: number,
          sigma: number,
          dt: number,
        ): ReturnType<typeof greeksAroundSettlement> =>
          greeksAroundSettlement(isCall, forward, strike, sigma, settlementTerms(state(dt)));
        const g = at(64_000, 0.6, 0);
        const slope = (f: (e: number) => number, e: number): number => (f(e) - f(-e)) / (2 * e);
        const year = SECONDS_PER_YEAR;
        const close = (got: number, want: number): void =>
          expect(Math.abs(got - want)).toBeLessThan(1e-5 * Math.abs(want) + 1e-12);
        close(
          g.delta,
          slope((e) => at(64_000 + e, 0.6, 0).price, 0.05),
        );
        close(
          g.gamma,
          slope((e) => at(64_000 + e, 0.6, 0).delta, 0.05),
        );
        close(
          g.vega,
          slope((e) => at(64_000, 0.6 + e, 0).price, 1e-4),
        );
        close(
          g.vanna,
          slope((e) => at(64_000, 0.6 + e, 0).delta, 1e-4),
        );
        close(
          g.volga,
          slope((e) => at(64_000, 0.6 + e, 0).vega, 1e-4),
        );
        close(g.theta, slope((e) => at(64_000, 0.6, e).price, 0.05) * year);
        close(g.charm, slope((e) => at(64_000, 0.6, e).delta, 0.05) * year);
      }
    }
  });

  it('refuses malformed averages', () => {
    expect(() => settlementTerms({ ...window, secondsToExpiry: NaN })).toThrow(MathInputError);
    expect(() => settlementTerms({ ...window, secondsToExpiry: -1 })).toThrow(MathInputError);
    expect(() => settlementTerms({ ...inside(9, 1), weightedSum: -1 })).toThrow(MathInputError);
    const terms = settlementTerms(inside(60, 66_000));
    expect(() => priceAroundSettlement(true, NaN, 1, 0.5, terms)).toThrow(MathInputError);
    expect(() => priceAroundSettlement(true, 64_000, 1, NaN, terms)).toThrow(MathInputError);
  });
});
