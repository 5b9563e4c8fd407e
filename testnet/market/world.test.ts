import { describe, expect, test } from '@jest/globals';
import { YEAR_SECONDS } from '../../app/lib/surfaceNodes.ts';
import { World } from './world.ts';

const START_MS = 1_800_000_000_000;
const start = (seed: number, still = false) =>
  new World({ seed, startMs: START_MS, still, quotes: { BTC: { price: 64_000, vol: 0.55 } } });

/** The prices of so many steps, a second each. */
function walk(world: World, steps: number): number[] {
  return Array.from({ length: steps }, (_, i) => {
    world.step(START_MS + (i + 1) * 1_000);
    return world.snapshot.quotes['BTC']!.price;
  });
}

describe('the world', () => {
  test('takes the same path from the same seed, and another from another', () => {
    expect(walk(start(7), 50)).toEqual(walk(start(7), 50));
    expect(walk(start(7), 50)).not.toEqual(walk(start(8), 50));
  });

  test('moves as much as its volatility says', () => {
    const steps = 5_000;
    const prices = walk(start(1), steps);
    const squares = prices.slice(1).map((p, i) => Math.log(p / prices[i]!) ** 2);
    const variance = squares.reduce((a, b) => a + b, 0) / squares.length;
    const vol = Math.sqrt(variance * YEAR_SECONDS);
    expect(vol).toBeGreaterThan(0.5);
    expect(vol).toBeLessThan(0.6);
  });

  test('stands still when told to, while its time goes on', () => {
    const world = start(1, true);
    expect(new Set(walk(world, 10))).toEqual(new Set([64_000]));
    expect(world.snapshot).toMatchObject({ tick: 10, timeMs: START_MS + 10_000 });
  });

  test('goes on from a price that is set', () => {
    const world = start(1);
    world.set('BTC', { price: 30_000 });
    for (const price of walk(world, 20)) expect(Math.abs(price / 30_000 - 1)).toBeLessThan(0.01);
  });
});
