import { expect, test } from '@jest/globals';
import { SURFACE_NODES, YEAR_SECONDS } from '../../app/lib/surfaceNodes.ts';
import { surfaceMesh, surfaceOf } from './surfaceGrid.ts';

const DAY = 86_400;
const now = 1_795_900_000;
const flat = (days: number, vol: number) => ({
  expirySeconds: now + days * DAY,
  variances: SURFACE_NODES.map(() => (vol * vol * days * DAY) / YEAR_SECONDS),
});

test('a mesh has the volatilities of the rows, and lies between them', () => {
  const rows = [flat(-1, 0.9), flat(7, 0.6), flat(63, 0.5)];
  const surface = surfaceOf({ timeMs: now * 1_000, rows })!;
  const mesh = surfaceMesh(surface, 3, 3);
  expect(mesh.map(([z]) => z).slice(0, 3)).toEqual([-1.6, 0, 1.6]);
  const days = [mesh[0]![1], mesh[3]![1], mesh[6]![1]];
  expect(days[0]).toBeCloseTo(7, 9);
  expect(days[1]).toBeCloseTo(28, 9);
  expect(days[2]).toBeCloseTo(63, 9);
  expect(mesh[1]![2]).toBeCloseTo(0.6, 9);
  expect(mesh[7]![2]).toBeCloseTo(0.5, 9);
  expect(mesh[4]![2]).toBeGreaterThan(0.5);
  expect(mesh[4]![2]).toBeLessThan(0.6);
});

test('a surface of which nothing is ahead is none', () => {
  expect(surfaceOf({ timeMs: now * 1_000, rows: [flat(-1, 0.5)] })).toBeUndefined();
  expect(surfaceOf({ timeMs: now * 1_000, rows: [] })).toBeUndefined();
});
