import { describe, expect, test } from '@jest/globals';
import { YEAR_SECONDS } from '../../app/lib/surfaceNodes.ts';
import { ReplayError, readReplay } from './replay.ts';
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

  test('has the prices it was told to replay, and begins again at their end', () => {
    const replay = readReplay(
      'time_ms,symbol,price,vol\n0,BTC,50000,0.5\n2000,BTC,51000,0.6\n3000,ETH,1,1\n',
    );
    const quotes = { BTC: { price: 64_000, vol: 0.55 } };
    const world = new World({ seed: 1, startMs: START_MS, still: false, quotes, replay });
    expect(walk(world, 5)).toEqual([50_000, 51_000, 50_000, 50_000, 51_000]);
    expect(world.snapshot.quotes['BTC']!.vol).toBe(0.6);
  });

  test.each(['', 'time_ms,symbol,price,vol', 'time_ms,symbol,price,vol\n1,BTC,-1,1'])(
    'refuses the recording %j',
    (csv) => expect(() => readReplay(csv)).toThrow(ReplayError),
  );

  test('has stablecoins that keep their peg but for when they lose it', () => {
    const quotes = { BTC: { price: 64_000, vol: 0.55 } };
    const lowest = (depegsPerYear: number): number => {
      const options = { seed: 1, startMs: START_MS, still: false, quotes, depegsPerYear };
      const world = new World(options);
      const coins = Array.from({ length: 3_000 }, (_, i) => {
        world.step(START_MS + (i + 1) * 1_000);
        return world.snapshot.coins['USDT']!.price;
      });
      return Math.min(...coins);
    };
    expect(lowest(0)).toBeGreaterThan(0.998);
    expect(lowest(100_000)).toBeLessThan(0.98);
  });

  test('jumps as often as it is told to', () => {
    const quotes = { BTC: { price: 64_000, vol: 0.01 } };
    const options = { seed: 1, startMs: START_MS, still: false, quotes };
    const largest = (jumpsPerDay: number): number => {
      const prices = walk(new World({ ...options, jumpsPerDay }), 500);
      return Math.max(...prices.slice(1).map((p, i) => Math.abs(p / prices[i]! - 1)));
    };
    expect(largest(0)).toBeLessThan(0.0001);
    expect(largest(1_000)).toBeGreaterThan(0.005);
  });

  test('goes on from a price that is set', () => {
    const world = start(1);
    world.set('BTC', { price: 30_000 });
    for (const price of walk(world, 20)) expect(Math.abs(price / 30_000 - 1)).toBeLessThan(0.01);
  });
});
