import { expect, test } from '@jest/globals';
import { DAY, NOW } from './fixture.ts';
import { reversed, STRATEGIES, strategyLegs, withLeg } from './strategies.ts';
import type { ListedOption, StrategyKind, StrategyLeg } from './strategies.ts';

const NEAR = NOW + 7 * DAY;
const FAR = NOW + 30 * DAY;

function list(expirySeconds: number, strikes: readonly number[]): ListedOption[] {
  return strikes.flatMap((strike) =>
    [true, false].map((isCall) => ({
      ...{ isCall, strike, expirySeconds },
      symbol: `${expirySeconds === NEAR ? 'NEAR' : 'FAR'}-${strike}-${isCall ? 'C' : 'P'}`,
    })),
  );
}

const listed = [
  ...list(FAR, [50, 60, 65, 70, 80]),
  ...list(NEAR, [55, 58, 60, 62, 64, 66, 68, 72]),
];
const market = { listed, expirySeconds: NEAR, forward: 64.4 };
const told = (legs: StrategyLeg[] | null) => legs?.map(({ symbol, ratio }) => `${ratio} ${symbol}`);

const expected: Record<StrategyKind, string[]> = {
  callVertical: ['1 NEAR-64-C', '-1 NEAR-66-C'],
  putVertical: ['1 NEAR-64-P', '-1 NEAR-62-P'],
  straddle: ['1 NEAR-64-C', '1 NEAR-64-P'],
  strangle: ['1 NEAR-62-P', '1 NEAR-66-C'],
  butterfly: ['1 NEAR-62-C', '-2 NEAR-64-C', '1 NEAR-66-C'],
  condor: ['1 NEAR-60-P', '-1 NEAR-62-P', '-1 NEAR-66-C', '1 NEAR-68-C'],
  calendar: ['-1 NEAR-60-C', '1 FAR-60-C'],
};

test.each(Object.keys(STRATEGIES) as StrategyKind[])('%s around the forward', (kind) => {
  expect(told(strategyLegs(kind, market))).toEqual(expected[kind]);
});

test('the wings of a butterfly are as far from its middle as each other', () => {
  const uneven = { ...market, listed: list(NEAR, [58, 61, 64, 66, 70]) };
  expect(told(strategyLegs('butterfly', uneven))).toEqual([
    ...['1 NEAR-58-C', '-2 NEAR-64-C', '1 NEAR-70-C'],
  ]);
});

test('what is not listed cannot be built', () => {
  const two = { ...market, listed: list(NEAR, [64, 66]) };
  const missing = (['putVertical', 'strangle', 'butterfly', 'condor', 'calendar'] as const).map(
    (kind) => strategyLegs(kind, two),
  );
  expect(missing).toEqual([null, null, null, null, null]);
  expect(strategyLegs('straddle', { ...market, listed: [] })).toBeNull();
  const calls = { ...market, listed: listed.filter(({ isCall }) => isCall) };
  expect(strategyLegs('callVertical', calls)).toBeNull();
});

test('legs of the same series join, and go when nothing is left; the ninth is refused', () => {
  const sold = reversed(strategyLegs('callVertical', market)!);
  expect(told(sold)).toEqual(['-1 NEAR-64-C', '1 NEAR-66-C']);
  expect(told(withLeg(sold, { symbol: 'NEAR-64-C', ratio: 1 }))).toEqual(['1 NEAR-66-C']);
  const eight = Array.from({ length: 8 }, (_, i) => ({ symbol: `${i}`, ratio: 1 }));
  expect(withLeg(eight, { symbol: 'ninth', ratio: 1 })).toBeNull();
  expect(withLeg(eight, { symbol: '3', ratio: 1 })).toHaveLength(8);
});
