import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { agedSurface, forwardAt, isAhead, repairVols, slicesOf, yearsTo } from './surface.ts';
import { SURFACE_NODES, YEAR_SECONDS } from '../../../lib/surfaceNodes.ts';

const NOW_MS = Date.UTC(2026, 10, 16, 12);
const DAY = 86_400;
const ahead = (days: number) => NOW_MS / 1000 + days * DAY;

describe('a forward', () => {
  const slices = [
    { expirySeconds: ahead(10), forward: 101 },
    { expirySeconds: ahead(20), forward: 104 },
  ];

  test.each([
    [-1, 100],
    [0, 100],
    [5, 100.5],
    [10, 101],
    [15, 102.5],
    [20, 104],
    [40, 108],
  ])('%i days ahead follows the basis between the slices and its rate beyond: %d', (days, f) => {
    expect(forwardAt(slices, 100, NOW_MS, ahead(days))).toBeCloseTo(f, 10);
  });

  test('rests on no slice whose time is past', () => {
    const old = [{ expirySeconds: ahead(-5), forward: 90 }, ...slices];
    for (const [days, forward] of [
      [-1, 100],
      [5, 100.5],
      [15, 102.5],
    ] as const) {
      expect(forwardAt(old, 100, NOW_MS, ahead(days))).toBeCloseTo(forward, 10);
    }
    expect(forwardAt(old.slice(0, 1), 100, NOW_MS, ahead(5))).toBe(100);
  });

  test('is the index without slices ahead, and stays within ten times of it', () => {
    expect(forwardAt([], 100, NOW_MS, ahead(3))).toBe(100);
    const odd = fc.record({
      days: fc.integer({ min: 1, max: 400 }),
      forward: fc.double({ min: 1e-6, max: 1e9, noNaN: true }),
    });
    fc.assert(
      fc.property(odd, fc.integer({ min: 0, max: 400 }), ({ days, forward }, at) => {
        const found = forwardAt([{ expirySeconds: ahead(days), forward }], 100, NOW_MS, ahead(at));
        expect(found).toBeGreaterThanOrEqual(10);
        expect(found).toBeLessThanOrEqual(1_000);
      }),
    );
  });
});

describe('a surface', () => {
  const flat = SURFACE_NODES.map(() => 0.5);

  test('is as of its reports, then ages at fixed strikes, until nothing of it is ahead', () => {
    const expiries = [ahead(1), ahead(30)];
    const variances = repairVols(expiries, [flat, flat], NOW_MS);
    const slices = expiries.map((expirySeconds, i) => ({
      ...{ expirySeconds, forward: 100 },
      variances: variances[i]!,
    }));
    const first = agedSurface(slices, NOW_MS, NOW_MS)!;
    const roots = expiries.map((expiry) => Math.sqrt(yearsTo(expiry, NOW_MS)));
    expect([...first.nodes]).toEqual(roots.flatMap((root) => SURFACE_NODES.map((z) => z * root)));
    expect(first.variances[0]).toBe(0.25 * yearsTo(expiries[0]!, NOW_MS));
    const half = agedSurface(slices, NOW_MS, NOW_MS + DAY * 500)!;
    expect(half.nodes).toEqual(first.nodes);
    expect(half.variances[0]).toBeCloseTo(first.variances[0]! / 2, 15);
    expect(agedSurface(slices, NOW_MS, NOW_MS + DAY * 1000)!.taus).toHaveLength(1);
    expect(agedSurface(slices, NOW_MS, NOW_MS + DAY * 30_000)).toBeUndefined();
  });

  test('has rows of what is ahead, and within ten years', () => {
    const after = (years: number) => NOW_MS / 1_000 + years * YEAR_SECONDS;
    const rows = [-1, 0, 1 / 365, 10, 10.1].map(after);
    expect(rows.map((row) => isAhead(row, NOW_MS))).toEqual([false, false, true, true, false]);
  });

  test('is stored in base units', () => {
    const row = { expirySeconds: 1_800_000_000n, forwardUusd: 64_000_500_000n, variances: [0.25] };
    expect(slicesOf({ underlyingId: 1, timeMs: 0n, rows: [row] })).toEqual([
      { expirySeconds: 1_800_000_000, forward: 64_000.5, variances: [0.25] },
    ]);
  });

  test('whose far expiry is below the near one is lifted to it', () => {
    const low = SURFACE_NODES.map(() => 0.05);
    const [near, far] = repairVols([ahead(10), ahead(20)], [flat, low], NOW_MS);
    expect(near).toEqual(flat.map(() => 0.25 * yearsTo(ahead(10), NOW_MS)));
    for (const variance of far!) expect(variance).toBeGreaterThanOrEqual(near![0]!);
  });
});
