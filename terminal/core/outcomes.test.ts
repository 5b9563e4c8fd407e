import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DAY, leg, NOW } from './fixture.ts';
import { payoff } from './leg.ts';
import { outcomes } from './outcomes.ts';
import { strategyProfit } from './payoffCurve.ts';

test('a call spread wins and loses at most what its strikes and price say', () => {
  const spread = [leg('C', 64_000, 1, 3_600), leg('C', 68_000, -1, 2_100)];
  expect(outcomes(spread)).toEqual({
    ...{ cost: 1_500, isExact: true, maxProfit: 2_500, maxLoss: 1_500, breakEvens: [65_500] },
  });
});

test('a naked call loses without bound, a put at most its strike', () => {
  expect(outcomes([leg('C', 70_000, -2, 1_000)])).toMatchObject({
    ...{ cost: -2_000, maxProfit: 2_000, maxLoss: null, breakEvens: [71_000] },
  });
  expect(outcomes([leg('P', 60_000, -1, 1_500)])).toMatchObject({
    ...{ maxProfit: 1_500, maxLoss: 58_500, breakEvens: [58_500] },
  });
});

test('a straddle breaks even on both sides', () => {
  const straddle = [leg('C', 64_000, 0.5, 3_600), leg('P', 64_000, 0.5, 3_200)];
  const { breakEvens, maxProfit, maxLoss } = outcomes(straddle)!;
  expect([breakEvens.map(Math.round), maxProfit, maxLoss]).toEqual([[57_200, 70_800], null, 3_400]);
});

test('a stretch at which nothing is won shows by its ends', () => {
  const free = [leg('C', 64_000, 1, 2_000), leg('C', 68_000, -1, 2_000)];
  expect(outcomes(free)).toMatchObject({ breakEvens: [0, 64_000], maxLoss: 0, maxProfit: 4_000 });
});

test('a calendar loses at most about its price and has its peak near the strike', () => {
  const far = leg('C', 64_000, 1, 5_100, { expirySeconds: NOW + 60 * DAY });
  const { isExact, maxLoss, maxProfit, breakEvens } = outcomes([leg('C', 64_000, -1, 3_600), far])!;
  expect([isExact, breakEvens.length]).toEqual([false, 2]);
  expect(maxLoss).toBeLessThanOrEqual(1_500);
  expect(maxProfit).toBeGreaterThan(1_500);
});

test('nothing has no outcomes', () => expect(outcomes([])).toBeUndefined());

const legs = fc.array(
  fc
    .record({
      kind: fc.constantFrom('C' as const, 'P' as const),
      strike: fc.integer({ min: 40, max: 90 }).map((k) => k * 1_000),
      contracts: fc.integer({ min: -5, max: 5 }).filter((n) => n !== 0),
      price: fc.integer({ min: 1, max: 9_000 }),
    })
    .map(({ kind, strike, contracts, price }) => leg(kind, strike, contracts, price)),
  { minLength: 1, maxLength: 8 },
);

test('no settlement price does better or worse, and break-evens bring nothing', () => {
  fc.assert(
    fc.property(legs, fc.integer({ min: 0, max: 400_000 }), (all, settlement) => {
      const { maxProfit, maxLoss, breakEvens } = outcomes(all)!;
      const at = (x: number) =>
        all.reduce((sum, one) => sum + one.contracts * (payoff(one, x) - one.price), 0);
      if (maxProfit !== null) expect(at(settlement)).toBeLessThanOrEqual(maxProfit + 1e-6);
      if (maxLoss !== null) expect(at(settlement)).toBeGreaterThanOrEqual(-maxLoss - 1e-6);
      for (const x of breakEvens) expect(Math.abs(at(x))).toBeLessThan(1e-3);
      const seconds = all[0]!.expirySeconds;
      expect(strategyProfit(all, { seconds, index: settlement })).toBeCloseTo(at(settlement), 6);
    }),
  );
});
