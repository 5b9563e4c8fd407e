import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';

import {
  black76Price,
  checkSurface,
  exp,
  extendSurface,
  findArbitrage,
  MathInputError,
  repairSurface,
  rowVariance,
  sliceVariance,
  surfaceAt,
  surfaceSigma,
  surfaceVariance,
} from './index.ts';
import type { Surface } from './index.ts';

/** Convex smiles that grow with time: valid. */
function smiles(): Surface {
  const taus = Float64Array.of(0.02, 0.1, 0.5, 1.5);
  const width = 9;
  const steps = [-4, -2.5, -1.5, -0.7, 0, 0.7, 1.5, 2.5, 4];
  const nodes: number[] = [];
  const variances: number[] = [];
  for (const tau of taus) {
    for (const step of steps) {
      const k = 0.5 * step * Math.sqrt(tau);
      nodes.push(k);
      const [rho, phi] = [-0.3, 1.2 / Math.sqrt(0.36 * tau + 0.2)];
      const theta = 0.36 * tau;
      variances.push(
        (theta / 2) * (1 + rho * phi * k + Math.sqrt((phi * k + rho) ** 2 + 1 - rho * rho)),
      );
    }
  }
  return { taus, width, nodes: Float64Array.from(nodes), variances: Float64Array.from(variances) };
}

/** Anything that checkSurface takes, mostly full of arbitrage. */
const anySurface = fc
  .tuple(
    fc.array(fc.double({ min: 0.005, max: 0.8, noNaN: true }), { minLength: 1, maxLength: 5 }),
    fc.integer({ min: 2, max: 9 }),
    fc.array(fc.double({ min: 0.01, max: 0.6, noNaN: true }), { minLength: 45, maxLength: 45 }),
    fc.array(fc.double({ min: -7, max: 1.2, noNaN: true }), { minLength: 45, maxLength: 45 }),
    fc.double({ min: 0, max: 3, noNaN: true }),
  )
  .map(([gaps, width, steps, logs, spread]): Surface => {
    let tau = 0;
    const taus = Float64Array.from(gaps, (gap) => (tau += gap));
    const nodes = new Float64Array(taus.length * width);
    const variances = new Float64Array(nodes.length);
    for (let at = 0; at < nodes.length; at++) {
      const row = Math.floor(at / width);
      const own = steps.slice(row * width, (row + 1) * width);
      const before = (count: number): number => own.slice(0, count).reduce((a, b) => a + b, 0);
      nodes[at] = before(at % width) - 0.4 * before(width - 1);
      variances[at] = Math.exp(Math.log(0.3 * taus[row]!) + (spread / 4) * (logs[at]! + 3));
    }
    return { taus, width, nodes, variances };
  });

/** Undiscounted calls per unit of forward must fall and be convex in the strike, rise in time. */
function expectNoArbitrage(surface: Surface): void {
  const last = surface.taus[surface.taus.length - 1]!;
  const times = [0.3 * surface.taus[0]!, last];
  for (let i = 0; i + 1 < surface.taus.length; i++) {
    const [near, far] = [surface.taus[i]!, surface.taus[i + 1]!];
    times.push(near, near + 0.4 * (far - near));
  }
  times.sort((a, b) => a - b);
  const strikes = Array.from({ length: 161 }, (_, i) => exp(-4 + i / 20));
  let previous = strikes.map((strike) => Math.max(1 - strike, 0));
  let worst = 0;
  for (const tau of times) {
    const slice = surfaceAt(surface, tau);
    const calls = strikes.map((strike, i) =>
      black76Price(true, 1, strike, sliceVariance(slice, -4 + i / 20)),
    );
    for (let i = 0; i < calls.length; i++) {
      worst = Math.max(worst, previous[i]! - calls[i]!);
      if (i === 0 || i + 1 === calls.length) continue;
      const leftStep = strikes[i]! - strikes[i - 1]!;
      const left = (calls[i]! - calls[i - 1]!) / leftStep;
      const right = (calls[i + 1]! - calls[i]!) / (strikes[i + 1]! - strikes[i]!);
      worst = Math.max(worst, (left - right) * leftStep, right);
    }
    previous = calls;
  }
  expect(worst).toBeLessThan(1e-12);
}

describe('volatility surface', () => {
  it('gives the node at a node and the line between two', () => {
    const s = smiles();
    expect(surfaceVariance(s, s.nodes[9]!, 0.1)).toBe(s.variances[9]);
    const middle = (s.nodes[9]! + s.nodes[10]!) / 2;
    expect(rowVariance(s, 1, middle)).toBeCloseTo((s.variances[9]! + s.variances[10]!) / 2, 14);
  });

  it('is linear in the wings, and flat where the last slope would fall', () => {
    const s: Surface = {
      taus: Float64Array.of(1),
      width: 3,
      nodes: Float64Array.of(-1, 0, 1),
      variances: Float64Array.of(0.5, 0.3, 0.2),
    };
    expect(rowVariance(s, 0, -3)).toBeCloseTo(0.9, 14);
    expect(rowVariance(s, 0, 5)).toBe(0.2);
  });

  it('has a variance at the money that is linear in time', () => {
    const s = smiles();
    const at = (tau: number): number => surfaceVariance(s, 0, tau);
    expect(at(0.3)).toBeCloseTo((at(0.1) + at(0.5)) / 2, 14);
    expect(at(0.01)).toBeCloseTo(at(0.02) / 2, 14);
    expect(surfaceSigma(s, 0, 0.3)).toBeCloseTo(0.6, 12);
  });

  it('meets its rows in time', () => {
    const s = smiles();
    for (const k of [-2, -0.3, 0.2, 1.5]) {
      expect(surfaceVariance(s, k, 0.5 - 1e-10)).toBeCloseTo(surfaceVariance(s, k, 0.5), 8);
      expect(surfaceVariance(s, k, 0.1 + 1e-10)).toBeCloseTo(surfaceVariance(s, k, 0.1), 8);
    }
  });

  it('is linear in time where that is proved free, and mixes prices where it is not', () => {
    const s = smiles();
    const k = 0.4;
    const middle = (rowVariance(s, 1, k) + rowVariance(s, 2, k)) / 2;
    expect(surfaceAt(s, 0.3).priceWeight).toBe(-1);
    expect(surfaceVariance(s, k, 0.3)).toBeCloseTo(middle, 14);
    // Two straight rows, each just valid, whose mean is not: 2·w ≥ |β|·√w nearly binds.
    const steep = repairSurface({
      taus: Float64Array.of(0.1, 0.2),
      width: 3,
      nodes: Float64Array.of(-1, 0, 1, -1, 0, 1),
      variances: Float64Array.of(0.001, 0.001, 0.4, 0.4, 0.4, 0.7),
    });
    expectNoArbitrage(steep);
    expect(surfaceAt(steep, 0.15).priceWeight).toBeGreaterThan(0);
    const mixed = surfaceVariance(steep, k, 0.15);
    expect(mixed).toBeGreaterThan(rowVariance(steep, 0, k));
    expect(mixed).toBeLessThan(rowVariance(steep, 1, k));
  });

  it('leaves a valid surface where it is, bit by bit', () => {
    const s = smiles();
    expect(findArbitrage(s)).toBeNull();
    expectNoArbitrage(s);
    expect(repairSurface(s).variances).toEqual(s.variances);
  });

  it('repairs any surface to one without arbitrage on a dense grid', () => {
    fc.assert(
      fc.property(anySurface, (surface) => {
        const repaired = repairSurface(surface);
        expect(findArbitrage(repaired)).toBeNull();
        expectNoArbitrage(repaired);
      }),
      { numRuns: Number(process.env['SURFACE_RUNS'] ?? 40) },
    );
  });

  it('repairs once and for all', () => {
    fc.assert(
      fc.property(anySurface, (surface) => {
        const once = repairSurface(surface);
        expect(repairSurface(once).variances).toEqual(once.variances);
      }),
      { numRuns: Number(process.env['SURFACE_RUNS'] ?? 40) * 20 },
    );
  });

  it('moves only what is wrong: one spike falls back to its neighbours', () => {
    const s = smiles();
    const spiked = { ...s, variances: s.variances.slice() };
    spiked.variances[11]! *= 1.5;
    expect(findArbitrage(spiked)).not.toBeNull();
    const repaired = repairSurface(spiked).variances;
    for (let at = 0; at < repaired.length; at++) {
      if (at === 11) expect(Math.abs(repaired[at]! / s.variances[at]! - 1)).toBeLessThan(0.05);
      else expect(repaired[at]).toBe(s.variances[at]);
    }
  });

  it('lifts a later row that is below an earlier one', () => {
    const s = smiles();
    const crossed = { ...s, variances: s.variances.map((w, at) => (at >= 27 ? 0.2 * w : w)) };
    expect(findArbitrage(crossed)).toMatchObject({ kind: 'calendar', row: 3 });
    const repaired = repairSurface(crossed);
    expect(findArbitrage(repaired)).toBeNull();
    expect(repaired.variances.slice(0, 27)).toEqual(s.variances.slice(0, 27));
  });

  it('extends beyond its last expiry without arbitrage', () => {
    const extended = extendSurface(smiles(), 3);
    expect(findArbitrage(extended)).toBeNull();
    expect(surfaceSigma(extended, 0, 3)).toBeCloseTo(0.6, 12);
    expect(() => extendSurface(smiles(), 1.5)).toThrow(MathInputError);
    expect(surfaceVariance(smiles(), 0.7, 3)).toBe(surfaceVariance(extended, 0.7, 3));
  });

  it('is repaired to what can be repaired again, or refused, at the largest variances', () => {
    const levels = fc.double({ min: 1e-12, max: 1, noNaN: true }).map((share) => share * 1e4);
    const variances = fc.array(fc.oneof(fc.constant(1e4), levels), { minLength: 6, maxLength: 6 });
    let refused = 0;
    fc.assert(
      fc.property(variances, (given) => {
        const [taus, nodes] = [Float64Array.of(0.1, 0.2), Float64Array.of(-0.3, 0, 0.3, -1, 0, 1)];
        const surface = { taus, width: 3, nodes, variances: Float64Array.from(given) };
        try {
          const repaired = repairSurface(surface);
          expect(repairSurface(repaired).variances).toEqual(repaired.variances);
        } catch (error) {
          if (!(error instanceof MathInputError)) throw error;
          refused += 1;
        }
      }),
      { numRuns: 500, seed: 1 },
    );
    expect(refused > 0 && refused < 500).toBe(true);
  });

  it('refuses malformed surfaces and points outside', () => {
    const s = smiles();
    const bad = (change: Partial<Surface>): void =>
      expect(() => checkSurface({ ...s, ...change })).toThrow(MathInputError);
    bad({ width: 1 });
    bad({ taus: s.taus.slice().reverse() });
    bad({ nodes: s.nodes.slice(1) });
    bad({ nodes: s.nodes.map(() => 0) });
    bad({ nodes: s.nodes.map((k) => k + 5) });
    bad({ nodes: s.nodes.map((k) => k - 5) });
    bad({ variances: s.variances.map((w, at) => (at === 3 ? NaN : w)) });
    bad({ variances: s.variances.map((w, at) => (at === 3 ? 0 : w)) });
    expect(() => surfaceVariance(s, NaN, 0.3)).toThrow(MathInputError);
    expect(() => surfaceVariance(s, 0, -1)).toThrow(MathInputError);
    expect(() => surfaceSigma(s, 0, 0)).toThrow(MathInputError);
  });
});
