import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Weighted } from '../core/median.ts';
import type { SeenPrice, SeenVols } from '../votes/vote.ts';
import { confidenceOf, medianPrice, medianVols, surfaceConfidence } from './medianOf.ts';

const NODES = 9;
const power = fc.bigInt(1n, 1_000n);
const ageMs = fc.integer({ min: 0, max: 500_000 });
const seenPrice = fc.record({ priceUusd: fc.bigInt(1n, 10n ** 15n), ageMs });
const seenVols = fc.record({
  volsBp: fc.array(fc.integer({ min: 100, max: 50_000 }), { minLength: NODES, maxLength: NODES }),
  ageMs,
  extrapolated: fc.integer({ min: 0, max: 511 }),
});

/** A validator: its power, what an honest one would say, what it says if it lies, if anything. */
const validators = <T>(seen: fc.Arbitrary<T>) =>
  fc.array(fc.record({ power, honest: seen, lie: fc.option(seen, { nil: undefined }) }), {
    minLength: 1,
    maxLength: 12,
  });

interface Validator<T> {
  readonly power: bigint;
  readonly honest: T;
  readonly lie: T | undefined;
}

/** As many from the first on as hold less than a third of the power lie, or say nothing. */
function split<T>(all: readonly Validator<T>[]) {
  const total = all.reduce((sum, v) => sum + v.power, 0n);
  const said: Weighted<T>[] = [];
  const honest: T[] = [];
  let lying = 0n;
  for (const [i, v] of all.entries()) {
    const order = String(i).padStart(3, '0');
    if ((lying + v.power) * 3n < total) {
      lying += v.power;
      if (v.lie !== undefined) said.push({ value: v.lie, power: v.power, order });
      continue;
    }
    honest.push(v.honest);
    said.push({ value: v.honest, power: v.power, order });
  }
  return { said, honest, quorum: (total * 2n + 2n) / 3n };
}

function between<T extends bigint | number>(value: T, honest: readonly T[]): void {
  expect(honest.some((h) => h <= value)).toBe(true);
  expect(honest.some((h) => h >= value)).toBe(true);
}

test('less than a third of the power moves no price and no age out of the honest range', () => {
  fc.assert(
    fc.property(validators(seenPrice), (all) => {
      const { said, honest, quorum } = split(all);
      const seen = medianPrice(said, quorum)!;
      const prices = honest.map(({ priceUusd }) => priceUusd);
      between(seen.priceUusd, prices);
      between(
        seen.ageMs,
        honest.map((h) => h.ageMs),
      );
      // No further apart than honest validators are from what came of it.
      const most = prices.reduce((max, p) => {
        const off = p > seen.priceUusd ? p - seen.priceUusd : seen.priceUusd - p;
        return off > max ? off : max;
      }, 0n);
      expect(BigInt(seen.dispersionPpm) * seen.priceUusd).toBeLessThanOrEqual(most * 1_000_000n);
    }),
    { numRuns: 400 },
  );
});

test('nor a volatility, its age, or what is marked as extrapolated', () => {
  fc.assert(
    fc.property(validators(seenVols), (all) => {
      const { said, honest, quorum } = split(all);
      const seen = medianVols(said, quorum)!;
      between(
        seen.ageMs,
        honest.map((h) => h.ageMs),
      );
      for (let node = 0; node < NODES; node++) {
        between(
          seen.volsBp[node]!,
          honest.map(({ volsBp }) => volsBp[node]!),
        );
        const marks = honest.map(({ extrapolated }) => (extrapolated >> node) & 1);
        between((seen.extrapolated >> node) & 1, marks);
      }
      // Nor does it look less sure than honest validators are far from what came of it.
      const most = seen.volsBp.map((vol, node) =>
        Math.max(...honest.map(({ volsBp }) => (Math.abs(volsBp[node]! - vol) / vol) * 1e6)),
      );
      expect(seen.dispersionPpm).toBeLessThanOrEqual(Math.max(...most));
    }),
    { numRuns: 400 },
  );
});

test('nothing is taken below the quorum, nor without any power', () => {
  const value = { priceUusd: 5n, ageMs: 0 };
  const said: Weighted<SeenPrice>[] = [{ value, power: 2n, order: 'a' }];
  expect(medianPrice(said, 3n)).toBeUndefined();
  expect(medianPrice([], 0n)).toBeUndefined();
  expect(medianPrice(said, 2n)).toMatchObject(value);
  expect(medianVols([] as Weighted<SeenVols>[], 0n)).toBeUndefined();
});

test('confidence falls with dispersion, and of a surface with what nobody quotes', () => {
  expect([0, 12_500, 50_000, 90_000].map((d) => confidenceOf(d, 50_000))).toEqual([
    ...[1_000_000, 750_000, 0, 0],
  ]);
  const volsBp = Array<number>(NODES).fill(5_500);
  const seen = { volsBp, ageMs: 0, dispersionPpm: 0, extrapolated: 0 };
  expect(surfaceConfidence(seen, 250_000)).toBe(1_000_000);
  expect(surfaceConfidence({ ...seen, extrapolated: 0b100000001 }, 250_000)).toBe(888_888);
  expect(surfaceConfidence({ ...seen, extrapolated: 511 }, 250_000)).toBe(500_000);
});
