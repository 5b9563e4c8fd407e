import { expect, test } from '@jest/globals';
import { expiryQuotes } from './expiryQuotes.ts';
import type { ExpiryQuotes } from './quoteReserve.ts';
import { DEFAULT_STANDARD_PARAMS as params } from './standardParams.ts';
import type { ExpiryPositions } from './types.ts';

const INDEX = 60_000;
const NOTHING: ExpiryQuotes = {
  ...{ buyPrice: 0, sellEach: 0, isSelling: false, putStrike: 0 },
  ...{ lowestCall: Infinity, highestCall: 0 },
};
const call = (strike: number, quantity: number, mark: number) => ({
  ...{ isCall: true, strike, quantity, mark },
});

test('the dearest contract of an expiry is of what rests of its quotes', () => {
  const orders = { buyQuantity: 1, buyPrice: 700, sellQuantity: 1, sellPrice: 900 };
  const put = { isCall: false, mark: 800, quantity: 0 };
  const expiry = (options: ExpiryPositions['options']): ExpiryPositions => ({
    ...{ forward: 60_500, settlementFeePerUnit: 9, futures: [], options },
  });
  const of = (...options: ExpiryPositions['options']) =>
    expiryQuotes(expiry(options), INDEX, params);
  expect(of(call(60_000, 3, 800))).toEqual(NOTHING);
  expect(of({ ...call(60_000, 0, 800), orders: { ...orders, sellQuantity: 0 } })).toEqual({
    ...NOTHING,
    buyPrice: 700,
  });
  expect(
    of(
      ...[61_000, 66_000].map((strike) => ({ ...call(strike, 0, 800), orders })),
      ...[50_000, 40_000].map((strike) => ({ ...put, strike, orders })),
      { ...call(59_000, 0, 9_000), orders: { ...orders, buyPrice: 999, sellQuantity: 0 } },
    ),
  ).toEqual({
    ...{ buyPrice: 999, isSelling: true, putStrike: 50_000 },
    ...{ lowestCall: 61_000, highestCall: 66_000 },
    // The call nearest to the index: 15% of it less a thousand, and its mark.
    sellEach: 0.15 * INDEX - 1_000 + 800,
  });
});
