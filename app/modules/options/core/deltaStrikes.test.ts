import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deltaStrikes } from './deltaStrikes.ts';
import { strikesAround } from './strikes.ts';

const USD = 1_000_000n;
const usd = (...values: number[]) => values.map((value) => BigInt(value) * USD);

/** 0.5 at the money, 0.1 at `width` away, and so on down to nothing. */
const linear = (money: bigint, width: bigint) => (strike: bigint, isCall: boolean) =>
  Math.max(0, 0.5 - (0.4 * Number(isCall ? strike - money : money - strike)) / Number(width));

const rule = { eachSide: 3, most: 6, leastDelta: 0.1 };

test('lie beyond those around the money, as far as the delta goes', () => {
  const deltaOf = linear(64_000n * USD, 1_510n * USD);
  const found = deltaStrikes(64_000n * USD, 250n * USD, { ...rule, deltaOf });
  expect(found).toEqual(usd(65_000, 63_000, 65_250, 62_750, 65_500, 62_500));
});

test('are multiples of twice, four times, ... the step where they would be too many', () => {
  const deltaOf = linear(64_000n * USD, 5_010n * USD);
  const found = deltaStrikes(64_000n * USD, 250n * USD, { ...rule, deltaOf });
  const upper = found.filter((strike) => strike > 64_000n * USD);
  expect(upper).toEqual(usd(65_000, 66_000, 67_000, 68_000, 69_000));
});

test('take the coarsest step where only that is few enough, if on one side alone', () => {
  const upTo = (last: number) => (strike: bigint, isCall: boolean) =>
    isCall && strike <= BigInt(last) * USD ? rule.leastDelta : 0;
  const of = (last: number) =>
    deltaStrikes(64_000n * USD, USD, { ...rule, most: 1, deltaOf: upTo(last) });
  // Multiples of 512 are 64,512 and 65,024; of 1,024 the first alone.
  expect(of(65_100)).toEqual(usd(64_512));
  expect(of(65_536)).toEqual([]);
});

test('are none inside, never 0 or below, and end where every delta is high', () => {
  const deltaOf = linear(64_000n * USD, 100n * USD);
  expect(deltaStrikes(64_000n * USD, 250n * USD, { ...rule, deltaOf })).toEqual([]);
  const always = deltaStrikes(500n * USD, 250n * USD, { ...rule, deltaOf: () => 0.5 });
  expect(always).toEqual([]);
});

test('whatever the smile: few, positive, on the step, with the delta, none twice', () => {
  const inputs = fc.record({
    money: fc.integer({ min: 1, max: 100_000 }),
    step: fc.constantFrom(10, 250, 5_000),
    width: fc.integer({ min: 1, max: 200_000 }),
    most: fc.integer({ min: 1, max: 10 }),
  });
  fc.assert(
    fc.property(inputs, ({ money, step, width, most }) => {
      const [index, stepUusd] = usd(money, step) as [bigint, bigint];
      const deltaOf = linear(index, BigInt(width) * USD);
      const found = deltaStrikes(index, stepUusd, { ...rule, most, deltaOf });
      const around = strikesAround(index, stepUusd, rule.eachSide);
      expect(found.length).toBeLessThanOrEqual(2 * most);
      expect(new Set([...found, ...around]).size).toBe(found.length + around.length);
      for (const strike of found) {
        expect(strike > 0n && strike % stepUusd === 0n).toBe(true);
        expect(deltaOf(strike, strike > index)).toBeGreaterThanOrEqual(rule.leastDelta);
      }
    }),
  );
});
