import { describe, expect, test } from '@jest/globals';
import { futuresMargin } from './futuresMargin.ts';
import { lossAgainstMark } from './maximumLoss.ts';
import { degradedRequirement, ordersRequirement, shortRequirement } from './shortRequirement.ts';
import { standardInitialBound } from './standardMargin.ts';
import { DEFAULT_STANDARD_PARAMS as PARAMS } from './standardParams.ts';
import { StandardShare, shortRequirementOf } from './standardShare.ts';
import type { ExpiryPositions, FutureLeg, OptionLeg } from './types.ts';

const INDEX = 100;
const USD = 1e6;
const CONTRACT = 10_000;
const near = (usd: number) => expect.closeTo(usd * USD, 3) as unknown as number;

describe('a short option', () => {
  const needs = (isCall: boolean, strike: number, mark: number) => {
    const { initial, maintenance } = shortRequirement(isCall, strike, mark, INDEX, PARAMS);
    return [initial, maintenance].map((usd) => Math.round(usd * 1e6) / 1e6);
  };

  test('that is a call needs 15% of the index less its distance, or 13%, and its mark', () => {
    expect([needs(true, 101, 4), needs(true, 105, 4), needs(true, 90, 12)]).toEqual([
      ...[
        [18, 13],
        [17, 13],
        [27, 21],
      ],
    ]);
  });

  test('that is a put needs as much, 9% of its mark, and never more than its strike', () => {
    expect([needs(false, 99, 4), needs(false, 95, 4), needs(false, 110, 12)]).toEqual([
      ...[
        [18, 13],
        [17, 13],
        [27, 21],
      ],
    ]);
    // A put worth 200 needs 9% of that, and 5% more at first.
    expect(needs(false, 300, 200)).toEqual([228.9, 218]);
    expect([needs(false, 10, 0.5), needs(false, 9, 0.5)]).toEqual([
      ...[
        [10, 9.5],
        [9, 9],
      ],
    ]);
  });

  test('without a volatility needs the stressed index, with all of it at most', () => {
    const bound = (isCall: boolean, strike: number, stdDev: number) =>
      degradedRequirement(isCall, strike, INDEX, stdDev, 0.8);
    expect([bound(true, 100, 0), bound(true, 130, 0)]).toEqual([25, 0]);
    expect([bound(false, 100, 0), bound(false, 70, 0)]).toEqual([20, 0]);
    expect([bound(true, 100, 99), bound(true, 130, 99)]).toEqual([125, 125]);
    expect([bound(false, 100, 99), bound(false, 70, 99)]).toEqual([100, 70]);
  });

  test('whose volatility is old needs a share of what that is more', () => {
    const leg = { isCall: true, strike: 100, mark: 4 };
    const of = (expiry: Pick<ExpiryPositions, 'degradedStdDev' | 'doubt'>, level = 'initial') =>
      shortRequirementOf(expiry, leg, INDEX, PARAMS, level as 'initial' | 'maintenance');
    const bound = degradedRequirement(true, 100, INDEX, 2, PARAMS.degradedIndexStress);
    expect(bound).toBeGreaterThan(19);
    expect([of({}), of({}, 'maintenance'), of({ degradedStdDev: 2 })]).toEqual([19, 13, bound]);
    expect(of({ doubt: { stdDev: 2, share: 0.25 } })).toBeCloseTo(19 + (bound - 19) / 4, 9);
    expect(of({ doubt: { stdDev: 2, share: 1 } }, 'maintenance')).toBeCloseTo(bound, 9);
    // A bound that is lower takes nothing away.
    const far = { ...leg, strike: 1_000, mark: 50 };
    expect(
      shortRequirementOf({ doubt: { stdDev: 0, share: 1 } }, far, INDEX, PARAMS, 'initial'),
    ).toBe(63);
  });
});

test('orders of a series add the worse of all sells, and all buys less what they close', () => {
  const adds = (held: number, buy: number, price: number, sell: number) =>
    ordersRequirement(held * CONTRACT, buy * CONTRACT, price, sell * CONTRACT, 18) / USD;
  expect([adds(0, 0, 0, 1), adds(0, 1, 5, 0), adds(0, 1, 5, 1), adds(0, 4, 5, 1)]).toEqual([
    ...[18, 5, 18, 20],
  ]);
  // A long covers what is sold of it, a short is closed by what is bought.
  expect([adds(1, 0, 0, 0.5), adds(1, 0, 0, 1.5), adds(-1, 0, 0, 0.5)]).toEqual([0, 9, 9]);
  expect([adds(-1, 1, 20, 0), adds(-1, 2, 20, 0), adds(-1, 1, 10, 0)]).toEqual([2, 22, 0]);
});

test('futures need their rate, which grows with size, by the worse side of their orders', () => {
  const orders = {
    buyQuantity: CONTRACT,
    buyPrice: 110,
    sellQuantity: 3 * CONTRACT,
    sellPrice: 90,
  };
  const leg = { quantity: CONTRACT, mark: 100, orders };
  const of = (futures: FutureLeg[], withOrders = true) =>
    futuresMargin(futures, 0.065, PARAMS, withOrders) / USD;
  expect(of([leg], false)).toBeCloseTo(6.505, 9);
  // Two short of it, and what three lose against the mark.
  expect(of([leg])).toBeCloseTo(200 * 0.0651 + 30, 9);
  const bidding = { ...orders, sellQuantity: 0 };
  expect(of([{ ...leg, orders: bidding }])).toBeCloseTo(200 * 0.0651 + 10, 9);
  // Better prices than the mark lose nothing, and closing needs no less than holding.
  const closing = { buyQuantity: 0, buyPrice: 0, sellQuantity: CONTRACT, sellPrice: 120 };
  expect(of([{ ...leg, orders: closing }])).toBeCloseTo(6.505, 9);
  const cheap = { buyQuantity: CONTRACT, buyPrice: 90, sellQuantity: 0, sellPrice: 0 };
  expect(of([{ ...leg, orders: cheap }])).toBeCloseTo(200 * 0.0651, 9);
  expect(of([{ ...leg, orders: undefined }])).toBeCloseTo(6.505, 9);
  // Legs of both signs net, at the higher mark; all of the notional is the most.
  expect(of([leg, { quantity: -3 * CONTRACT, mark: 110 }], false)).toBeCloseTo(220 * 0.0651, 9);
  expect(of([{ quantity: -1e9, mark: 100 }])).toBeCloseTo(1e7, 3);
  expect([lossAgainstMark(orders, 100) / USD, lossAgainstMark(cheap, 100)]).toEqual([30, 0]);
  expect(lossAgainstMark({ ...orders, sellQuantity: 0 }, 100) / USD).toBe(10);
});

describe('an expiry', () => {
  const call: OptionLeg = {
    ...{ isCall: true, strike: 100, mark: 4, quantity: -2 * CONTRACT },
    orders: { buyQuantity: 0, buyPrice: 0, sellQuantity: CONTRACT, sellPrice: 3 },
  };
  const put: OptionLeg = { isCall: false, strike: 90, mark: 1, quantity: CONTRACT };
  const future: FutureLeg = {
    ...{ quantity: -3 * CONTRACT, mark: 100 },
    orders: { buyQuantity: CONTRACT, buyPrice: 99, sellQuantity: 2 * CONTRACT, sellPrice: 101 },
  };
  const share = (changed: Partial<ExpiryPositions> = {}) =>
    new StandardShare(
      {
        ...{ forward: 100, settlementFeePerUnit: 0, options: [call, put], futures: [future] },
        ...changed,
      },
      INDEX,
      PARAMS,
    );

  test('is worth its options, and exposed by its shorts and its futures', () => {
    const { optionsValue, shortValue, shorts, futures, confidence } = share();
    expect({ optionsValue, shortValue, shorts, futures, confidence }).toEqual({
      ...{ optionsValue: -7 * USD, shortValue: 8 * USD },
      ...{ shorts: 3 * CONTRACT, futures: 5 * CONTRACT, confidence: 1 },
    });
    expect(share({ confidence: 0.8 }).confidence).toBe(0.8);
    const long = { ...future, quantity: 3 * CONTRACT };
    expect(share({ futures: [long] }).futures).toBe(4 * CONTRACT);
    expect(share({ futures: [{ ...long, orders: undefined }] }).futures).toBe(3 * CONTRACT);
    const covered = { ...put, orders: { ...call.orders!, sellQuantity: 3 * CONTRACT } };
    expect(share({ options: [covered] }).shorts).toBe(2 * CONTRACT);
  });

  test('needs the cheaper of shorts by themselves and what it can lose, and its futures', () => {
    const { initial, maintenance } = share();
    // Two calls and one that is offered at 19, and five futures at 6.525%.
    expect(initial).toMatchObject({ method: 'sum', sum: near(57), futures: near(500 * 0.06525) });
    expect(initial.requirement).toBeCloseTo(initial.sum + initial.futures, 3);
    expect(maintenance).toMatchObject({ sum: near(26), futures: near(300 * 0.05015) });
    expect(maintenance.requirement).toBeCloseTo(maintenance.sum + maintenance.futures, 3);
    const spread = share({
      options: [
        { ...call, orders: undefined },
        { ...call, strike: 105, quantity: 2 * CONTRACT, orders: undefined },
      ],
      futures: [],
    });
    expect(spread.initial).toMatchObject({
      ...{ method: 'maximumLoss', requirement: near(10), jointMaximumLoss: null, futures: 0 },
    });
    expect(spread.maintenance.requirement).toBeCloseTo(10 * USD, 3);
    // A put that is bought covers a future at once.
    const married = share({
      options: [{ ...put, strike: 100, quantity: 3 * CONTRACT }],
      futures: [{ quantity: 3 * CONTRACT, mark: 100 }],
    });
    expect(married.initial).toMatchObject({
      ...{ method: 'jointMaximumLoss', sum: 0, requirement: near(0) },
    });
    // However much its futures need, they count both ways.
    const beside = share({
      options: [{ ...put, quantity: -CONTRACT }],
      futures: [{ quantity: 10 * CONTRACT, mark: 100 }],
    });
    expect(beside.initial).toMatchObject({ method: 'sum', sum: near(13 + 1) });
    expect(beside.initial.futures).toBeGreaterThan(beside.initial.sum);
    // Of ways that come to the same the first is told.
    const longs = share({ options: [put], futures: [] });
    expect(longs.initial).toMatchObject({ method: 'sum', sum: 0, maximumLoss: { total: 0 } });
    const hedged = share({ options: [put], futures: [{ quantity: 0, mark: 100 }] });
    expect(hedged.initial).toMatchObject({ method: 'sum', jointMaximumLoss: { total: 0 } });
    const only = share({ options: [] });
    expect(only.initial).toMatchObject({
      ...{ method: 'sum', sum: 0, jointMaximumLoss: null, requirement: near(500 * 0.06525) },
      maximumLoss: { total: 0, loss: 0 },
    });
    expect(only.maintenance.requirement).toBeCloseTo(300 * 0.05015 * USD, 3);
  });

  test('is bounded by every short by itself, until it is known', () => {
    const options = [
      { ...call, orders: undefined },
      { ...call, strike: 105, quantity: 2 * CONTRACT, orders: undefined },
    ];
    const spread = share({ options });
    const bound = spread.initialBound;
    expect(bound).toBeCloseTo((38 + 500 * 0.06525) * USD, 3);
    const underlying = { index: INDEX, confidence: 1, params: PARAMS, shares: [spread, spread] };
    expect(standardInitialBound([underlying])).toBe(BigInt(Math.ceil(2 * bound)));
    const { requirement } = spread.initial;
    expect(requirement).toBeLessThan(bound);
    expect(spread.initialBound).toBe(requirement);
    expect(spread.initial).toBe(spread.initial);
    expect(spread.maintenance).toBe(spread.maintenance);
  });

  test('can lose more where its free calls are struck higher', () => {
    const of = share();
    const { maximumLoss, jointMaximumLoss, futures } = of.initial;
    const alone = maximumLoss.total + futures;
    expect(of.initialLossFrom(0)).toBeCloseTo(Math.min(alone, jointMaximumLoss!.total), 3);
    expect(of.initialLossFrom(200)).toBeGreaterThan(of.initialLossFrom(0));
    const plain = share({ futures: [] });
    expect(plain.initialLossFrom(0)).toBe(plain.initial.maximumLoss.total);
    const only = share({ options: [] });
    expect(only.initialLossFrom(500)).toBe(only.initial.futures);
    // A put and a future lose nothing together, and the put alone leaves the future its rate.
    const married = share({
      options: [{ ...put, strike: 100, quantity: 3 * CONTRACT }],
      futures: [{ quantity: 3 * CONTRACT, mark: 100 }],
    });
    expect(married.initialLossFrom(0)).toBe(married.initial.jointMaximumLoss!.total);
    expect(married.initial.futures).toBeGreaterThan(married.initialLossFrom(0));
  });

  test('without volatilities is worth the bound of its shorts, and nothing for its longs', () => {
    const bound = degradedRequirement(true, 100, INDEX, 2, PARAMS.degradedIndexStress);
    const of = share({ degradedStdDev: 2 });
    expect(of.optionsValue).toBeCloseTo(-2 * bound * USD, 3);
    expect(of.shortValue).toBeCloseTo(2 * bound * USD, 3);
    expect(of.initial.sum).toBeCloseTo(3 * bound * USD, 3);
    expect(of.maintenance.sum).toBeCloseTo(2 * bound * USD, 3);
  });
});
