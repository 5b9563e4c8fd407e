import { expect, test } from '@jest/globals';
import type { Series } from '../../store/markets.ts';
import { legPrice, paramsOf, plannedLegs, valuedLeg } from './plan.ts';

const series: Series = {
  ...{ id: '1', symbol: 'BTC-27DEC26-64000-C', kind: 'call', expiry: '27DEC26' },
  ...{ expirySeconds: '1798358400', strikeUusd: '64000000000', openInterest: '0' },
  mark: {
    ...{ markUusd: '3500000000', forward: 64_400, vol: 0.5, statusName: 'live' },
    ...{ bandLowUusd: '0', bandHighUusd: '1', confidencePpm: 1_000_000 },
  },
  bid: { priceUusd: '3400000000', quantity: '1', orders: 1 },
};
const now = { index: 64_000, seconds: 1, windowSeconds: 1, weightedSum: 0, weightSeconds: 0 };

test('an address says the legs, and what is none of them is passed over', () => {
  const given = ['BTC-27DEC26-64000-C:1', 'BTC-27DEC26-68000-C:-2@210000'];
  const legs = plannedLegs([...given, 'BTC-27DEC26-64000-C:1', 'x:1', 'BTC-27DEC26-1-C:0', '…']);
  expect(legs).toEqual([
    { symbol: 'BTC-27DEC26-64000-C', ratio: 1 },
    { symbol: 'BTC-27DEC26-68000-C', ratio: -2, cents: 210_000 },
  ]);
  expect(paramsOf(legs)).toEqual(given);
  const many = Array.from({ length: 12 }, (_, i) => `BTC-27DEC26-${i + 1}000-C:1`);
  expect(plannedLegs(many)).toHaveLength(8);
});

test('a leg trades at its own price, else at the other side, else at the mark', () => {
  const { symbol } = series;
  expect(legPrice({ symbol, ratio: 1, cents: 12_345 }, series)).toBe(123_450_000);
  expect(legPrice({ symbol, ratio: -1 }, series)).toBe(3_400_000_000);
  expect(legPrice({ symbol, ratio: 1 }, series)).toBe(3_500_000_000);
});

test('a leg is valued with the size of the whole, and not without a volatility', () => {
  const planned = { symbol: series.symbol, ratio: -2 };
  expect(valuedLeg(planned, series, now, 0.5)).toMatchObject({ contracts: -1, price: 3_400 });
  expect(valuedLeg(planned, { ...series, mark: undefined } as never, now, 1)).toBeUndefined();
  expect(valuedLeg(planned, undefined, now, 1)).toBeUndefined();
});
