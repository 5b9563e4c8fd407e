import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { black76, black76Price, black76Strip, MathInputError } from './index.ts';
import type { Black76, Black76Arrays } from './index.ts';
import { readVectors } from '../../../test/vectors/math/readVectors.ts';

interface Row extends Black76 {
  isCall: boolean;
  forward: number;
  strike: number;
  sigma: number;
  tau: number;
  /** ln(F/K)/σ√τ. */
  deviations: number;
  d1: number;
  d2: number;
}
const rows = readVectors('black76') as Row[];
const names = [
  'price',
  'delta',
  'gamma',
  'vega',
  'theta',
  'rho',
  'vanna',
  'volga',
  'charm',
] as const;

/** Near its zero, at d1 or d2 = 0, a Greek is only as precise as its two parts. */
function scaleOf(name: string, row: Row): number {
  if (name === 'vanna' || name === 'charm') return Math.max(1, 1 / Math.abs(row.d2));
  if (name === 'volga') return Math.max(1, 1 / Math.abs(row.d1), 1 / Math.abs(row.d2));
  return 1;
}

const arrays = (count: number): Black76Arrays =>
  Object.fromEntries(names.map((name) => [name, new Float64Array(count)])) as Black76Arrays;

const price = fc.double({ min: 1e-3, max: 1e6, noNaN: true });
const moneyness = fc.double({ min: -3, max: 3, noNaN: true });
const sigma = fc.double({ min: 0.01, max: 5, noNaN: true });
const tau = fc.double({ min: 1e-5, max: 2, noNaN: true });

describe('Black-76', () => {
  it.each(names)(
    '%s is right to 1e-13 within 8 deviations and to the conditioning beyond',
    (name) => {
      let worst = { error: 0, row: rows[0], got: 0 };
      for (const row of rows) {
        const got = black76(row.isCall, row.forward, row.strike, row.sigma, row.tau)[name];
        // One rounding of x or σ√τ moves the exponent by h² roundings.
        const allowed = Math.max(1, row.deviations ** 2 / 64) * scaleOf(name, row);
        const error = Math.abs(got - row[name]) / Math.max(Math.abs(row[name]), 1e-305) / allowed;
        if (!(error <= worst.error)) worst = { error, row, got };
      }
      expect(worst.error).toBeLessThan(1e-13);
      if (process.env['MATH_VECTORS'] !== undefined) console.log(name, rows.length, worst);
    },
  );

  it('gives a price alone as it gives it with the Greeks, to the rounding of the variance', () => {
    for (const row of rows) {
      const variance = row.sigma * row.sigma * row.tau;
      const alone = black76Price(row.isCall, row.forward, row.strike, variance);
      const allowed = 1e-13 * Math.max(1, row.deviations ** 2 / 64);
      expect(Math.abs(alone / row.price - 1)).toBeLessThan(allowed);
    }
  });

  it('fills a strip with the bits of the single calls, whatever the length', () => {
    const count = 150;
    const kinds = new Uint8Array(count).map((_, i) => i % 2);
    const strikes = new Float64Array(count).map((_, i) => 20 + 2 * i);
    const sigmas = new Float64Array(count).map((_, i) => 0.2 + (i % 17) / 10);
    for (const years of [0.001, 0.25, 6]) {
      const out = arrays(count);
      black76Strip(count, kinds, 100, strikes, sigmas, years, out);
      for (let i = 0; i < count; i++) {
        const one = black76(kinds[i] === 1, 100, strikes[i]!, sigmas[i]!, years);
        for (const name of names) expect(out[name][i]).toBe(one[name]);
      }
    }
  });

  it('keeps put-call parity and the bounds of a price', () => {
    fc.assert(
      fc.property(price, moneyness, sigma, tau, (forward, x, vol, years) => {
        const strike = forward * Math.exp(x);
        const call = black76(true, forward, strike, vol, years);
        const put = black76(false, forward, strike, vol, years);
        const size = Math.max(forward, strike);
        expect(Math.abs(call.price - put.price - (forward - strike))).toBeLessThan(4e-16 * size);
        expect(Math.abs(call.delta - put.delta - 1)).toBeLessThan(4e-16);
        for (const name of ['gamma', 'vega', 'theta', 'vanna', 'volga', 'charm'] as const) {
          expect(call[name]).toBe(put[name]);
        }
        expect(call.price).toBeGreaterThanOrEqual(Math.max(forward - strike, 0));
        expect(call.price).toBeLessThanOrEqual(forward);
        expect(put.price).toBeGreaterThanOrEqual(Math.max(strike - forward, 0));
        expect(put.price).toBeLessThanOrEqual(strike);
      }),
    );
  });

  it('has Greeks that are the slopes of each other', () => {
    fc.assert(
      fc.property(fc.boolean(), fc.double({ min: -1.5, max: 1.5, noNaN: true }), (isCall, h) => {
        const [forward, vol, years] = [100, 0.5, 0.3];
        const strike = forward * Math.exp(-h * vol * Math.sqrt(years));
        const at = (df: number, dv: number, dt: number): Black76 =>
          black76(isCall, forward + df, strike, vol + dv, years - dt);
        const slope = (f: (e: number) => number, e: number): number => (f(e) - f(-e)) / (2 * e);
        const g = at(0, 0, 0);
        const near = (got: number, want: number): void =>
          expect(Math.abs(got - want)).toBeLessThan(1e-6 * (1 + Math.abs(want)));
        near(
          g.delta,
          slope((e) => at(e, 0, 0).price, 1e-3),
        );
        near(
          g.gamma,
          slope((e) => at(e, 0, 0).delta, 1e-3),
        );
        near(
          g.vega,
          slope((e) => at(0, e, 0).price, 1e-5),
        );
        near(
          g.theta,
          slope((e) => at(0, 0, e).price, 1e-5),
        );
        near(
          g.vanna,
          slope((e) => at(0, e, 0).delta, 1e-5),
        );
        near(
          g.volga,
          slope((e) => at(0, e, 0).vega, 1e-5),
        );
        near(
          g.charm,
          slope((e) => at(0, 0, e).delta, 1e-5),
        );
        expect(g.rho).toBe(-years * g.price);
      }),
    );
  });

  it('gives the limits where there is no variance, no price or endless variance', () => {
    expect(black76Price(true, 110, 100, 0)).toBe(10);
    expect(black76Price(false, 110, 100, 0)).toBe(0);
    expect(black76Price(true, 110, 100, Infinity)).toBe(110);
    expect(black76Price(false, 110, 100, Infinity)).toBe(100);
    expect(black76Price(true, 0, 100, 0.3)).toBe(0);
    expect(black76Price(false, 0, 100, 0.3)).toBe(100);
    expect(black76Price(true, 110, 0, 0.3)).toBe(110);
    const rest = { gamma: 0, vega: 0, theta: 0, vanna: 0, volga: 0, charm: 0 };
    expect(black76(true, 110, 100, 0, 1)).toMatchObject({ price: 10, delta: 1, rho: -10, ...rest });
    expect(black76(false, 110, 100, 0.5, 0)).toMatchObject({ price: 0, delta: 0, ...rest });
    expect(black76(false, 90, 100, 0.5, 0)).toMatchObject({ price: 10, delta: -1, ...rest });
    expect(black76(true, 100, 100, 0.5, 0)).toMatchObject({
      price: 0,
      delta: 0.5,
      gamma: Infinity,
      theta: -Infinity,
      vega: 0,
      vanna: 0,
    });
    expect(black76(true, 100, 90, 1e9, 1)).toMatchObject({ price: 100, delta: 1, ...rest });
  });

  it('refuses bad input with a typed error and never returns NaN', () => {
    for (const bad of [NaN, -1, Infinity, -Infinity, 1e141]) {
      expect(() => black76Price(true, bad, 100, 0.1)).toThrow(MathInputError);
      expect(() => black76Price(true, 100, bad, 0.1)).toThrow(MathInputError);
      expect(() => black76(true, bad, 100, 0.5, 1)).toThrow(MathInputError);
      expect(() => black76(true, 100, bad, 0.5, 1)).toThrow(MathInputError);
    }
    for (const bad of [NaN, -1, Infinity, 1e101]) {
      expect(() => black76(true, 100, 100, bad, 1)).toThrow(MathInputError);
      expect(() => black76(true, 100, 100, 0.5, bad)).toThrow(MathInputError);
    }
    expect(() => black76Price(true, 100, 100, NaN)).toThrow(MathInputError);
    expect(() => black76Price(true, 100, 100, -1e-9)).toThrow(MathInputError);
    const edge = fc.constantFrom(1e-140, 1e140, 1, 1e-20, 1e20, 0.999, 1.001);
    const size = fc.constantFrom(0, 5e-324, 1e-300, 1e-200, 1e-9, 1, 1e9, 1e100);
    fc.assert(
      fc.property(fc.boolean(), edge, edge, size, size, (isCall, forward, strike, vol, years) => {
        for (const value of Object.values(black76(isCall, forward, strike, vol, years))) {
          expect(value).not.toBeNaN();
        }
      }),
      { numRuns: 1000 },
    );
  });

  it('has no NaN in the last moment that a double can tell from none', () => {
    for (const tau of [5e-324, 1e-310, 2.8e-309, 1e-300]) {
      for (const sigma of [1e-120, 2.4484072500580753e-74, 1, 1e100]) {
        for (const forward of [1e-140, 1, 1e140]) {
          const greeks = black76(true, forward, forward, sigma, tau);
          expect(Object.entries(greeks).filter(([, value]) => Number.isNaN(value))).toEqual([]);
        }
      }
    }
  });
});
