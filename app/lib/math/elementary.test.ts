import { describe, expect, it } from '@jest/globals';

import {
  exp,
  expm1,
  ln,
  lnRatio,
  log1p,
  MathInputError,
  normCdf,
  normPdf,
  scaledTail,
} from './index.ts';
import { readVectors, ulp } from '../../../test/vectors/math/readVectors.ts';

/** x, the nearest double to f(x), and how far f(x) is from it, in ulp. */
type Row = [x: number, y: number, residual: number];
const vectors = readVectors('elementary') as Record<string, Row[]>;

/** The bound that README.md states for each: measured on dense sets, never above 2. */
const functions: [name: string, f: (x: number) => number, boundUlp: number][] = [
  ['exp', exp, 1],
  ['expm1', expm1, 1],
  ['ln', ln, 1],
  ['log1p', log1p, 1],
  ['normPdf', normPdf, 1],
  ['normCdf', normCdf, 1],
  ['scaledTail', scaledTail, 2],
];

describe('elementary functions', () => {
  it.each(functions)('%s stays within its bound of the 50-digit values', (name, f, boundUlp) => {
    const rows = vectors[name]!;
    expect(rows.length).toBeGreaterThan(100);
    let worst = { error: 0, x: 0, got: 0, y: 0 };
    for (const [x, y, residual] of rows) {
      const got = f(x);
      const error = Math.abs((got - y) / ulp(y) - residual);
      if (!(error <= worst.error)) worst = { error, x, got, y };
    }
    expect(worst.error).toBeLessThanOrEqual(boundUlp);
    if (process.env['MATH_VECTORS'] !== undefined) console.log(name, rows.length, worst);
  });

  it('gives the limits at the ends of the domains', () => {
    expect([exp(-Infinity), exp(Infinity), exp(0), exp(-0)]).toEqual([0, Infinity, 1, 1]);
    expect([exp(709.7827128933841), exp(-745.2)]).toEqual([Infinity, 0]);
    expect([expm1(-Infinity), expm1(Infinity), expm1(0)]).toEqual([-1, Infinity, 0]);
    expect([ln(0), ln(-0), ln(1), ln(Infinity)]).toEqual([-Infinity, -Infinity, 0, Infinity]);
    expect([log1p(-1), log1p(0), log1p(Infinity)]).toEqual([-Infinity, 0, Infinity]);
    expect(Object.is(expm1(-0), -0) && Object.is(log1p(-0), -0)).toBe(true);
    expect([normPdf(Infinity), normPdf(-Infinity), normPdf(1e300)]).toEqual([0, 0, 0]);
    expect([normCdf(-Infinity), normCdf(Infinity), normCdf(0)]).toEqual([0, 1, 0.5]);
    expect(scaledTail(Infinity)).toBe(0);
  });

  it('refuses NaN and what is outside a domain, and never returns NaN', () => {
    for (const [, f] of functions) expect(() => f(NaN)).toThrow(MathInputError);
    expect(() => ln(-1e-300)).toThrow(MathInputError);
    expect(() => log1p(-1.0000001)).toThrow(MathInputError);
    expect(() => scaledTail(-1.51)).toThrow(MathInputError);
  });

  it('keeps the digits of the logarithm of a ratio near 1', () => {
    const next = 1 + 2 ** -52;
    expect(lnRatio(next, 1)).toBe(2 ** -52);
    expect(lnRatio(1, next)).toBe(-(2 ** -52));
    expect(lnRatio(64_000.01, 64_000)).toBeCloseTo(Math.log1p(0.010000000002037268 / 64_000), 20);
    expect(lnRatio(1e140, 1e-140)).toBeCloseTo(280 * Math.LN10, 12);
    expect(lnRatio(3, 3)).toBe(0);
  });

  it('is monotone where the pieces of the tables meet', () => {
    for (let sixteenth = -600; sixteenth < 120; sixteenth++) {
      const edge = sixteenth / 16;
      const step = Math.max(ulp(edge), 1e-14);
      expect(normCdf(edge - step)).toBeLessThanOrEqual(normCdf(edge));
      expect(normCdf(edge)).toBeLessThanOrEqual(normCdf(edge + step));
      const knot = (sixteenth + 0.5) * 0.005415212348514945;
      expect(exp(knot - 1e-15)).toBeLessThanOrEqual(exp(knot + 1e-15));
    }
  });
});
