import { describe, expect, test } from '@jest/globals';
import { readVectors } from '../../../test/vectors/math/readVectors.ts';
import { SURFACE_NODES } from '../surfaceNodes.ts';
import { modelFreeVariance } from './index.ts';
import type { Surface } from './index.ts';

interface Case {
  readonly nodes: number[];
  readonly variances: number[];
  readonly variance: number;
}

const rowOf = (nodes: readonly number[], variances: readonly number[]): Surface => ({
  taus: Float64Array.of(1),
  width: nodes.length,
  nodes: Float64Array.from(nodes),
  variances: Float64Array.from(variances),
});

const years = (days: number) => days / 365;
const flat = (sigma: number, days: number): Surface => {
  const root = Math.sqrt(years(days));
  const nodes = SURFACE_NODES.map((z) => z * root);
  return rowOf(nodes, Array<number>(nodes.length).fill(sigma * sigma * years(days)));
};

describe('model-free variance', () => {
  test('is that of an independent integral with 30 digits', () => {
    const cases = readVectors('modelFree') as Case[];
    expect(cases.length).toBeGreaterThan(20);
    for (const { nodes, variances, variance } of cases) {
      const found = modelFreeVariance(rowOf(nodes, variances), 0);
      expect(Math.abs(found / variance - 1)).toBeLessThan(1e-9);
    }
  });

  test.each([
    [0.01, 0.001],
    [1, 0.02],
    [30, 0.5],
    [30, 2],
    [365, 1],
  ])('of a flat smile of %d days is its own: σ = %d', (days, sigma) => {
    const found = modelFreeVariance(flat(sigma, days), 0);
    expect(Math.abs(found / (sigma * sigma * years(days)) - 1)).toBeLessThan(1e-11);
  });

  test('leaves out what lies beyond a hundredth and a hundred times the forward', () => {
    // Of 300% over 30 days nothing that shows, of 500% a thousandth: never more than there is.
    const left = (sigma: number) =>
      1 - modelFreeVariance(flat(sigma, 30), 0) / (sigma ** 2 * years(30));
    expect(left(3)).toBeLessThan(1e-7);
    expect(left(5)).toBeGreaterThan(0);
    expect(left(5)).toBeLessThan(2e-3);
  });

  test('grows with any of the variances, and stays finite on the steepest wings there are', () => {
    const nodes = SURFACE_NODES.map((z) => z * Math.sqrt(years(30)));
    const low = modelFreeVariance(flat(0.5, 30), 0);
    nodes.forEach((_, j) => {
      const { variances } = flat(0.5, 30);
      variances[j]! *= 1.2;
      expect(modelFreeVariance(rowOf(nodes, [...variances]), 0)).toBeGreaterThan(low);
    });
    const steep = nodes.map((k) => 0.01 + 2 * Math.abs(k));
    expect(modelFreeVariance(rowOf(nodes, steep), 0)).toBeLessThan(10);
  });

  test('reads a row of many, with or without a node at the forward', () => {
    const [root, variance] = [Math.sqrt(years(30)), 0.25 * years(30)];
    const surface: Surface = {
      taus: Float64Array.of(years(10), years(30)),
      width: 2,
      nodes: Float64Array.of(-0.1, 0.1, -root, root),
      variances: Float64Array.of(0.001, 0.002, variance, variance),
    };
    expect(modelFreeVariance(surface, 1)).toBeCloseTo(variance, 12);
  });
});
