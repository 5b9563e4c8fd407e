import { expect, test } from '@jest/globals';
import { black76, priceAroundSettlement, settlementTerms } from '../../app/lib/math/index.ts';
import { DAY, leg, market, NOW } from './fixture.ts';
import { legGreeks, legValue, sumGreeks } from './legValue.ts';
import { chartPrices, firstExpiry, profitAt } from './payoffCurve.ts';

const call = leg('C', 64_000, 2, 3_500);

test('now, where the index is, a leg is worth the mark of the chain', () => {
  const terms = settlementTerms({ ...market, secondsToExpiry: 30 * DAY });
  const mark = priceAroundSettlement(true, market.forward, 64_000, 0.5, terms);
  expect(legValue(call, market)).toBeCloseTo(mark, 9);
});

test('at expiry it is worth what it pays, and just before that nearly so', () => {
  const { expirySeconds } = call;
  for (const index of [50_000, 63_000, 64_000, 66_500]) {
    const paid = Math.max(index - 64_000, 0);
    expect(legValue(call, { seconds: expirySeconds, index })).toBe(paid);
    expect(Math.abs(legValue(call, { seconds: expirySeconds - 1, index }) - paid)).toBeLessThan(10);
  }
});

test('inside the settlement window what is in the average no longer moves', () => {
  const soon = {
    ...market,
    forward: 64_000,
    seconds: NOW + 30 * DAY - 900,
    weightedSum: 70_000 * 900,
  };
  const inside = { ...call, market: { ...soon, weightSeconds: 900 } };
  const crashed = legValue(inside, { seconds: soon.seconds, index: 60_000 });
  expect(crashed).toBeGreaterThan(999);
  expect(crashed).toBeLessThan(1_001);
});

test('Greeks are those of all contracts, vega by the point and theta by the day', () => {
  const years = (30 * DAY - 1_200) / 31_536_000;
  const one = black76(true, market.forward, 64_000, 0.5, years);
  const { delta, gamma, vega, theta } = legGreeks(call, market);
  expect(delta).toBeCloseTo(2 * one.delta, 12);
  expect(gamma).toBeCloseTo(2 * one.gamma, 12);
  expect(vega).toBeCloseTo((2 * one.vega) / 100, 9);
  expect(theta).toBeCloseTo((2 * one.theta) / 365, 9);
  const none = sumGreeks([legGreeks(call, market), legGreeks({ ...call, contracts: -2 }, market)]);
  expect(none).toEqual({ delta: 0, gamma: 0, vega: 0, theta: 0 });
  expect(legGreeks(call, { seconds: call.expirySeconds, index: 64_000 }).delta).toBe(0);
});

test('a chart shows every corner, prices above 0 and in order', () => {
  const legs = [call, leg('P', 20_000, -1, 12), leg('C', 150_000, 1, 3)];
  const prices = chartPrices(legs, 100);
  expect(prices).toEqual([...prices].sort((a, b) => a - b));
  expect(prices).toEqual(expect.arrayContaining([20_000, 64_000, 150_000]));
  expect(prices[0]).toBeGreaterThan(0);
  expect(prices.at(-1)).toBeGreaterThan(150_000);
  expect(profitAt(legs, firstExpiry(legs)!, [64_000])[0]).toBe(2 * -3_500 + 12 - 3);
  expect([chartPrices([], 10), firstExpiry([])]).toEqual([[], undefined]);
});
