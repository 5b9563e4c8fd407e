import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import { black76Price, exp, impliedVol } from './index.ts';
import { readVectors } from '../../../test/vectors/math/readVectors.ts';

interface Row {
  isCall: boolean;
  price: number;
  forward: number;
  strike: number;
  tau: number;
  sigma: number;
  /** How much a relative error of the time value counts in σ. */
  conditioning: number;
}
const below = 'below-intrinsic';
const rows = readVectors('impliedVol') as Row[];

describe('implied volatility', () => {
  it('is right to 2e-15, or to the conditioning', () => {
    let worst = { error: 0, row: rows[0], got: 0 };
    for (const row of rows) {
      const result = impliedVol(row.isCall, row.price, row.forward, row.strike, row.tau);
      const got = result.ok ? result.sigma : NaN;
      const error = Math.abs(got / row.sigma - 1) / Math.max(1, row.conditioning);
      if (!(error <= worst.error)) worst = { error, row, got };
    }
    expect(worst.error).toBeLessThan(2e-15);
    if (process.env['MATH_VECTORS'] !== undefined) console.log(rows.length, worst);
  });

  it('reaches prices of 1e-280 of the forward', () => {
    const [forward, strike, tau] = [64_000, 64_000 * Math.exp(3), 1];
    for (const sigma of [0.0838, 0.1, 0.2, 1]) {
      const price = black76Price(true, forward, strike, sigma * sigma * tau);
      if (sigma < 0.084) expect(price / forward).toBeLessThan(1e-279);
      const result = impliedVol(true, price, forward, strike, tau);
      expect(result).toMatchObject({ ok: true });
      if (result.ok) expect(Math.abs(result.sigma / sigma - 1)).toBeLessThan(1e-14);
    }
  });

  it('comes back from a price to within 1e-12 wherever the price determines it', () => {
    fc.assert(
      fc.property(
        fc.double({ min: -30, max: 30, noNaN: true }),
        fc.double({ min: -7, max: 0.6, noNaN: true }),
        (h, logS) => {
          const s = 10 ** logS;
          const strike = 100 * Math.exp(h * s);
          const isCall = strike >= 100;
          const price = black76Price(isCall, 100, strike, s * s);
          const result = impliedVol(isCall, price, 100, strike, 1);
          const bound = isCall ? 100 : strike;
          fc.pre(price < 0.99 * bound);
          expect(result.ok && Math.abs(result.sigma / s - 1) < 1e-12).toBe(true);
        },
      ),
      { numRuns: 2000 },
    );
  });

  it('inverts prices whose strike is hundreds of orders of magnitude from the forward', () => {
    const doubles = (min: number, max: number) => fc.double({ min, max, noNaN: true });
    fc.assert(
      fc.property(doubles(100, 600), doubles(0.02, 1), (x, share) => {
        // From the middle deviation √(2x) to far below it: rounding can upset the start.
        const [forward, strike] = [exp(x / 2), exp(-x / 2)];
        const s = share * Math.sqrt(2 * x);
        const price = black76Price(false, forward, strike, s * s);
        fc.pre(price > 1e-280 * strike && price > 1e-290 && price < 0.9 * strike);
        const result = impliedVol(false, price, forward, strike, 1);
        expect(result.ok && Math.abs(result.sigma - s) <= 1e-12 * s).toBe(true);
      }),
      { numRuns: 1000 },
    );
    const found = impliedVol(false, 6.352788179134989e-165, 1e100, 7.8656169429647325e-137, 1);
    expect(found.ok).toBe(true);
  });

  it('says why there is none', () => {
    const reason = (isCall: boolean, price: number): unknown => {
      const result = impliedVol(isCall, price, 110, 100, 1);
      return result.ok ? result.sigma : result.reason;
    };
    expect(reason(true, 9.99)).toBe('below-intrinsic');
    expect(reason(true, 110)).toBe('above-bound');
    expect(reason(false, 100)).toBe('above-bound');
    expect(reason(true, 10)).toBe(0);
    expect(reason(false, 0)).toBe(0);
    for (const bad of [NaN, -1, Infinity]) {
      expect(reason(true, bad)).toBe('bad-input');
      expect(impliedVol(true, 10, bad, 100, 1)).toMatchObject({ reason: 'bad-input' });
      expect(impliedVol(true, 10, 100, bad, 1)).toMatchObject({ reason: 'bad-input' });
      expect(impliedVol(true, 10, 100, 100, bad)).toMatchObject({ reason: 'bad-input' });
    }
    expect(impliedVol(true, 10, 100, 0, 1)).toMatchObject({ reason: 'bad-input' });
    expect(impliedVol(true, 10, 100, 100, 0)).toMatchObject({ reason: 'bad-input' });
  });

  it('is 0 for the intrinsic value of decimals, whichever way their doubles were rounded', () => {
    expect(impliedVol(true, 38_259.52, 58_830.4, 20_570.88, 0.1)).toEqual({ ok: true, sigma: 0 });
    const micros = fc.integer({ min: 1, max: 900_000_000_000 });
    fc.assert(
      fc.property(
        fc.boolean(),
        micros,
        micros,
        fc.constantFrom(1, 100, 1e6),
        (isCall, a, b, of) => {
          fc.pre(a !== b);
          const [high, low] = [Math.max(a, b), Math.min(a, b)];
          const [forward, strike] = isCall ? [high, low] : [low, high];
          const tried = (parts: number) =>
            impliedVol(isCall, parts / of, forward / of, strike / of, 0.1);
          const result = tried(high - low);
          // A rounding above is a time value like any other; a rounding below is none.
          expect(result).toMatchObject({ ok: true });
          if (high / of - low / of >= (high - low) / of) expect(result).toMatchObject({ sigma: 0 });
          if (high - low > 1) expect(tried(high - low - 1)).toMatchObject({ reason: below });
          expect(tried(high)).toMatchObject({ reason: 'above-bound' });
          expect(tried(high - 1)).toMatchObject({ ok: true });
        },
      ),
      { numRuns: 3000 },
    );
  });

  it('never returns NaN, whatever it is given', () => {
    const any = fc.oneof(
      fc.double(),
      fc.constantFrom(0, 5e-324, 1e-300, 1e-140, 1, 1.0000000000000002, 100, 1e140, 1e308),
    );
    fc.assert(
      fc.property(fc.boolean(), any, any, any, any, (isCall, price, forward, strike, tau) => {
        const result = impliedVol(isCall, price, forward, strike, tau);
        if (result.ok) expect(result.sigma >= 0 && result.sigma < Infinity).toBe(true);
      }),
      { numRuns: 3000 },
    );
  });
});
