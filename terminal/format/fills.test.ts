import { describe, expect, it } from '@jest/globals';
import type { StreamTrade } from '../../client/streamTypes.ts';
import { fillsOf } from './fills.ts';

const trade = (over: Partial<StreamTrade>): StreamTrade => ({
  ...{ id: '1', symbol: 'S', height: '9', timeMs: '1', priceUusd: '100', quantity: '10' },
  ...{ takerSide: 1, maker: 'm', taker: 't', makerSubaccount: 0, takerSubaccount: 0 },
  ...{ makerOrderId: '1', takerOrderId: '2', makerFeeUusd: '3', takerFeeUusd: '5' },
  ...{ fundFeeUusd: '0', isLiquidation: false },
  ...over,
});

describe('fills', () => {
  it('of one order are one, with what all of it cost', () => {
    const trades = [
      trade({}),
      trade({ id: '2', makerOrderId: '7', priceUusd: '200', quantity: '30' }),
    ];
    expect(fillsOf(trades, 't')).toEqual([
      { symbol: 'S', isBuy: true, quantity: 40n, valueUusd: 7_000n, feeUusd: 10n },
    ]);
  });
  it('of whoever was met are on the other side', () => {
    const [fill] = fillsOf([trade({})], 'm');
    expect(fill).toMatchObject({ isBuy: false, feeUusd: 3n });
    expect(fillsOf([trade({ takerSide: 2 })], 'm')).toMatchObject([{ isBuy: true }]);
  });
  it('with oneself are two, and of strangers none', () => {
    expect(fillsOf([trade({ maker: 't' })], 't').map(({ isBuy }) => isBuy)).toEqual([true, false]);
    expect(fillsOf([trade({})], 'x')).toEqual([]);
  });
});
