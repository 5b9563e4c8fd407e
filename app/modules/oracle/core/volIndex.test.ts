import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SURFACE_NODES } from '../../../lib/surfaceNodes.ts';
import { repairVols } from './surface.ts';
import { volIndexOf } from './volIndex.ts';

const NOW_MS = Date.UTC(2026, 10, 16, 12);
const DAY_MS = 86_400_000;
const ahead = (days: number) => (NOW_MS + days * DAY_MS) / 1_000;

/** Flat smiles: days ahead and volatility of each. */
function slicesOf(...rows: readonly (readonly [number, number])[]) {
  const expiries = rows.map(([days]) => ahead(days));
  const vols = rows.map(([, vol]) => SURFACE_NODES.map(() => vol));
  const variances = repairVols(expiries, vols, NOW_MS);
  return expiries.map((expirySeconds, i) => ({
    ...{ expirySeconds, forward: 100 },
    variances: variances[i]!,
  }));
}

const at = (slices: ReturnType<typeof slicesOf>, nowMs = NOW_MS) =>
  volIndexOf(slices, NOW_MS, nowMs);

describe('the volatility index', () => {
  test('is linear in total variance between the expiries around 30 days', () => {
    const index = at(slicesOf([7, 0.9], [20, 0.6], [50, 0.5], [100, 0.45]))!;
    const variance = (2 / 3) * 0.36 * 20 + (1 / 3) * 0.25 * 50;
    expect(index).toEqual({
      volPpm: Math.round(Math.sqrt(variance / 30) * 1e6),
      isNearest: false,
      expiries: [
        { expirySeconds: ahead(20), volPpm: 600_000 },
        { expirySeconds: ahead(50), volPpm: 500_000 },
      ],
    });
  });

  test('is of the one expiry that is 30 days ahead', () => {
    expect(at(slicesOf([10, 0.6], [30, 0.55], [60, 0.5]))).toEqual({
      volPpm: 550_000,
      isNearest: false,
      expiries: [{ expirySeconds: ahead(30), volPpm: 550_000 }],
    });
  });

  test.each([
    ['all are nearer', slicesOf([0.01, 0.9], [7, 0.6]), 7, 600_000],
    ['all are further', slicesOf([45, 0.5], [90, 0.45]), 45, 500_000],
  ] as const)('is of the nearest to 30 days when %s', (_, slices, days, volPpm) => {
    const expiries = [{ expirySeconds: ahead(days), volPpm }];
    expect(at(slices)).toEqual({ volPpm, isNearest: true, expiries });
  });

  test('goes on with a surface that ages, and ends with its last expiry', () => {
    const slices = slicesOf([20, 0.6], [40, 0.6]);
    expect(at(slices, NOW_MS + 15 * DAY_MS)).toMatchObject({ volPpm: 600_000 });
    expect(at(slices, NOW_MS + 39 * DAY_MS)!.expiries).toEqual([
      { expirySeconds: ahead(40), volPpm: 600_000 },
    ]);
    expect(at(slices, NOW_MS + 40 * DAY_MS)).toBeUndefined();
    expect(at([])).toBeUndefined();
  });

  test('of any votes is a whole number above 0 and within its bound', () => {
    const vol = fc.integer({ min: 1, max: 100_000 }).map((bp) => bp / 1e4);
    const row = fc.tuple(
      fc.integer({ min: 1, max: 400 }),
      fc.array(vol, { minLength: SURFACE_NODES.length, maxLength: SURFACE_NODES.length }),
    );
    const rows = fc.uniqueArray(row, { minLength: 1, maxLength: 4, selector: ([days]) => days });
    const property = fc.property(rows, (said) => {
      const sorted = [...said].sort(([a], [b]) => a - b);
      const expiries = sorted.map(([days]) => ahead(days));
      const vols = sorted.map(([, smile]) => smile);
      const variances = repairVols(expiries, vols, NOW_MS);
      const slices = expiries.map((expirySeconds, i) => ({
        ...{ expirySeconds, forward: 100, variances: variances[i]! },
      }));
      const index = at(slices)!;
      expect(Number.isSafeInteger(index.volPpm)).toBe(true);
      expect(index.volPpm).toBeGreaterThan(0);
      expect(index.volPpm).toBeLessThanOrEqual(1e9);
      const own = index.expiries.map(({ volPpm }) => volPpm);
      if (own.length === 1) expect(own).toEqual([index.volPpm]);
    });
    fc.assert(property, { seed: 164, numRuns: 60 });
  });
});
