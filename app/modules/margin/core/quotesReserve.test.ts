import { describe, expect, test } from '@jest/globals';
import { GRID } from '../../../../test/vectors/margin/market.ts';
import { expiryUnitCosts } from './expiryQuotes.ts';
import { marginOnGrid } from './marginOnGrid.ts';
import { portfolioQuoteReserve, standardQuoteReserve } from './quoteReserve.ts';
import type { ExpiryQuotes, QuotedStandard } from './quoteReserve.ts';
import { quotesReserve } from './quotesReserve.ts';
import { FAR, NEAR, offered, wanted } from '../../../../test/vectors/margin/quoted.ts';
import type { HeldExpiry, QuotedExpiryParts, QuotedMarket } from './quotesReserve.ts';
import { DEFAULT_STANDARD_PARAMS } from './standardParams.ts';
import { StandardShare } from './standardShare.ts';
import type { ExpiryPositions } from './types.ts';

const INDEX = 60_000;
const FORWARD = 60_500;
const FEE = 9;
const CONTRACT = 10_000;
const USD = 1e6;
const params = DEFAULT_STANDARD_PARAMS;
const market = { index: INDEX, confidence: 1, params };

const NONE: ExpiryQuotes = {
  ...{ buyPrice: 0, sellEach: 0, isSelling: false, putStrike: 0 },
  ...{ lowestCall: Infinity, highestCall: 0 },
};
const bids = (buyPrice: number): ExpiryQuotes => ({ ...NONE, buyPrice });
const puts = (sellEach: number, putStrike: number): ExpiryQuotes => ({
  ...{ ...NONE, sellEach, isSelling: true, putStrike },
});
const calls = (sellEach: number, lowestCall: number, highestCall = lowestCall): ExpiryQuotes => ({
  ...{ ...NONE, sellEach, isSelling: true, lowestCall, highestCall },
});
const at = (quotes: (ExpiryQuotes | undefined)[], share?: StandardShare): QuotedStandard => ({
  ...{ share, forward: FORWARD, settlementFeePerUnit: FEE, confidence: 1, quotes },
});
/** Of so many contracts of each group, in USD. */
const reserve = (
  expiries: readonly QuotedStandard[],
  contracts: readonly number[],
  { confidence = 1, price = 1 } = {},
) =>
  standardQuoteReserve(
    { ...market, confidence },
    expiries,
    contracts.map((n) => n * CONTRACT),
    price,
  ) / USD;

const call = (strike: number, quantity: number, mark: number) => ({
  ...{ isCall: true, strike, quantity: quantity * CONTRACT, mark },
});
const shareOf = (positions: Partial<ExpiryPositions>) =>
  new StandardShare(
    { forward: FORWARD, settlementFeePerUnit: FEE, options: [], futures: [], ...positions },
    INDEX,
    params,
  );

describe('groups of quotes reserve in the standard margin', () => {
  test('the dearest contract of each for what can fill, at whichever expiry', () => {
    expect(reserve([at([bids(900)])], [5])).toBe(4_500);
    expect(reserve([at([{ ...puts(700, 50_000), buyPrice: 900 }])], [5])).toBe(4_500);
    expect(reserve([at([puts(9_000, 50_000)])], [5])).toBe(45_000);
    // A group at two expiries fills only once; two groups fill both.
    const [near, far] = [puts(9_000, 50_000), puts(7_000, 50_000)];
    expect(reserve([at([near]), at([far])], [5])).toBe(45_000);
    expect(reserve([at([near, far])], [5, 2])).toBe(59_000);
    expect(reserve([at([near, undefined]), at([undefined, far])], [5, 2])).toBe(59_000);
  });

  test('what doubt and a cheap collateral charge, for what is offered where they hold', () => {
    const sure = at([puts(9_000, 50_000), bids(900)]);
    const doubtful = { ...at([bids(900), puts(9_000, 50_000)]), confidence: 0.5 };
    // Half of the index a contract.
    expect(reserve([sure], [5, 0], { confidence: 0.5 })).toBe(45_000 + 5 * 30_000);
    expect(reserve([sure, doubtful], [5, 0])).toBe(45_000);
    expect(reserve([sure, doubtful], [0, 5])).toBe(45_000 + 5 * 30_000);
    expect(reserve([sure, doubtful], [0, 5], { confidence: 0.4 })).toBe(45_000 + 5 * 36_000);
    // A group that offers at both has the doubt of the one that is less sure.
    const twice = { ...at([puts(9_000, 50_000)]), confidence: 0.5 };
    expect(reserve([at([puts(9_000, 50_000)]), twice], [5])).toBe(45_000 + 5 * 30_000);
    expect(reserve([at([bids(900)])], [5], { confidence: 0.1, price: 0.5 })).toBe(4_500);
    const depeg = params.collateralThreshold - 0.89;
    const cheap = 5 * INDEX * depeg * params.collateralFactor;
    expect(reserve([sure], [5, 0], { price: 0.89 })).toBeCloseTo(45_000 + cheap, 6);
    expect(reserve([sure], [5, 0], { price: 0.99 })).toBe(45_000);
  });

  // Bound by what it can lose, 3,000: by themselves its shorts would need more.
  const spread = shareOf({ options: [call(60_000, -1, 3_000), call(63_000, 1, 2_000)] });
  const { sum, requirement } = spread.initial;

  test('the cheaper of both ways to judge an expiry, for few contracts and for many', () => {
    const [summed, lost] = [sum / USD, requirement / USD];
    expect([spread.initial.method, lost < summed]).toEqual(['maximumLoss', true]);
    // A put can lose its strike and its fee.
    const quoted = [at([puts(9_000, 50_000)], spread)];
    expect(reserve(quoted, [0.1])).toBeCloseTo(0.1 * 50_009, 6);
    expect(reserve(quoted, [5])).toBeCloseTo(summed - lost + 45_000, 6);
    // A call needs one more free call at K*, the highest strike there is.
    const each = 1.2 * FORWARD + 70_000 - 65_000 + FEE;
    const few = [at([calls(9_000, 65_000, 70_000)], spread)];
    const from = spread.initialLossFrom(70_000) / USD;
    expect(reserve(few, [0.01])).toBeCloseTo(from - lost + 0.01 * each, 6);
    expect(reserve(few, [5])).toBeCloseTo(summed - lost + 45_000, 6);
    const own = [at([calls(9_000, 61_000)], spread)];
    const lowest = 1.2 * FORWARD + 61_000 - 61_000 + FEE;
    const free = spread.initialLossFrom(61_000) / USD;
    expect(reserve(own, [0.01])).toBeCloseTo(free - lost + 0.01 * lowest, 6);
    expect(params.nakedCallInitial).toBe(1.2);
    // Where volatilities are old a short can need more than all that its call can lose.
    const old = [at([calls(80_000, 65_000)], spread)];
    const most = 1.2 * FORWARD + FEE;
    const kept = spread.initialLossFrom(65_000) / USD;
    expect(reserve(old, [5])).toBeCloseTo(kept - lost + 5 * most, 6);
    // K* is what is held short, where that is struck higher.
    const high = shareOf({ options: [call(70_000, -1, 900), call(73_000, 1, 700)] });
    const beside = [at([calls(9_000, 65_000)], high)];
    expect(reserve(beside, [0.01])).toBeCloseTo(0.01 * (most + 5_000), 6);
    expect(reserve([at([calls(80_000, 65_000)])], [5])).toBeCloseTo(5 * most, 6);
    // A bid is paid either way, with no fee of a put that is not there.
    expect(reserve([at([bids(5)], spread)], [5])).toBeCloseTo(25, 6);
    expect(reserve([at([bids(900)], spread)], [5])).toBeCloseTo(4_500, 6);
    expect(reserve([at([undefined], spread)], [5])).toBe(0);
  });

  test('by the ways of two expiries together: a dear rate of one is cheap at the other', () => {
    const quoted = [at([puts(9_000, 50_000)], spread), at([puts(9_000, 40_000)])];
    expect(reserve(quoted, [0.01])).toBeCloseTo(0.01 * 50_009, 6);
    expect(reserve(quoted, [5])).toBeCloseTo((sum - requirement) / USD + 45_000, 6);
    // Where one is judged by what it can lose, the other may be by its shorts.
    const naked = shareOf({
      options: [call(60_000, -1, 3_000)],
      futures: [{ quantity: CONTRACT, mark: FORWARD }],
    });
    expect(naked.initial.method).toBe('sum');
    const both = [at([puts(9_000, 50_000)], spread), at([puts(9_000, 50_000)], naked)];
    expect(reserve(both, [0.01])).toBeCloseTo(0.01 * 50_009, 6);
    expect(reserve(both.slice(1), [5])).toBeCloseTo(45_000, 6);
  });
});

const factors = GRID.underlyings[0]!;
const unitOf = (quotes: Parameters<typeof expiryUnitCosts>[2], price = 1) =>
  expiryUnitCosts(GRID, factors, quotes, price);
const quotingOf = (quotes: Parameters<typeof expiryUnitCosts>[2], quantity: number, price = 1) => ({
  ...{ unit: unitOf(quotes, price), quantity },
});
/** What an account that holds nothing reserves for resting orders. */
const restingAt = (positions: Parameters<typeof expiryUnitCosts>[2], quantity: number, price = 1) =>
  -Number(
    marginOnGrid(
      GRID,
      {
        equityUusd: 0n,
        positions: positions.map(({ instrument, orders }) => {
          const [buyQuantity, sellQuantity] = [orders!.buyQuantity, orders!.sellQuantity];
          const sized = {
            buyQuantity: buyQuantity * quantity,
            sellQuantity: sellQuantity * quantity,
          };
          return { instrument, quantity: 0, orders: { ...orders!, ...sized } };
        }),
      },
      price,
    ).initialMarginUusd,
  );

describe('groups of quotes reserve in the portfolio margin', () => {
  const of = (...groups: Parameters<typeof portfolioQuoteReserve>[2]) =>
    portfolioQuoteReserve(factors, [], groups);

  test('of one quote what an order of as much reserves', () => {
    for (const quote of [offered(NEAR, 900), offered(FAR, 90_000), wanted(NEAR, 5_000)]) {
      expect(of(quotingOf([quote], 30_000))).toBeCloseTo(restingAt([quote], 30_000), -1);
    }
    const cheap = portfolioQuoteReserve(
      factors,
      [],
      [quotingOf([offered(NEAR, 900)], 30_000, 0.9)],
      0.9,
    );
    expect(cheap).toBeCloseTo(restingAt([offered(NEAR, 900)], 30_000, 0.9), -1);
    expect(cheap).toBeGreaterThan(of(quotingOf([offered(NEAR, 900)], 30_000)));
  });

  test('the dearest of their quotes, measure by measure, and of each group once', () => {
    const [near, far] = [offered(NEAR, 0), offered(NEAR + 2, 0)];
    const both = of(quotingOf([near, far], 30_000));
    const each = [near, far].map((quote) => of(quotingOf([quote], 30_000)));
    expect(both).toBeGreaterThanOrEqual(Math.max(...each));
    expect(both).toBeLessThan(each[0]! + each[1]!);
    expect(of(quotingOf([near], 20_000), quotingOf([near], 10_000))).toBeCloseTo(each[0]!, 0);
    // What is bid for as well costs no more than the worse of both.
    const either = { ...near, orders: { ...near.orders, buyQuantity: 1, buyPrice: 1 } };
    expect(of(quotingOf([either], 30_000))).toBeCloseTo(each[0]!, 0);
  });
});

describe('the reserve of an account', () => {
  const quoted = (standard: ExpiryQuotes, e: number): QuotedExpiryParts => ({
    ...{ expirySeconds: BigInt(e), forward: FORWARD, settlementFeePerUnit: FEE, confidence: 1 },
    standard,
    portfolio: { ...unitOf([offered(e === 1 ? NEAR : FAR, 900)]), factors },
  });
  const group = (underlyingId: number, quantity: number, ...expiries: QuotedExpiryParts[]) => ({
    ...{ underlyingId, quantity, expiries },
  });
  const asked: number[] = [];
  const marketOf = (id: number): QuotedMarket => {
    asked.push(id);
    return market;
  };
  const total = (isPortfolio: boolean, ...groups: ReturnType<typeof group>[]) =>
    quotesReserve(isPortfolio, [], groups, marketOf, 1);

  test('is that of its underlyings together, rounded up, with a unit of fee for each lot', () => {
    expect(total(false)).toBe(0n);
    expect(total(true)).toBe(0n);
    const one = group(2, 50_000, quoted(bids(900), 1));
    expect(total(false, one)).toBe(4_500_000_000n + 50_000n);
    const odd = group(2, 1, quoted(bids(900.001), 1));
    expect(total(false, odd)).toBe(90_001n + 1n);
    asked.length = 0;
    expect(total(false, one, group(1, 10_000, quoted(bids(100), 1)))).toBe(4_600_060_000n);
    expect(asked).toEqual([1, 2]);
  });

  test('is of what groups quote at each expiry, and of what is held there', () => {
    const two = group(1, 50_000, quoted(puts(9_000, 50_000), 1), quoted(puts(7_000, 50_000), 2));
    expect(total(false, two)).toBe(45_000_050_000n);
    const other = group(1, 20_000, quoted(puts(7_000, 50_000), 2));
    const one = group(1, 50_000, quoted(puts(9_000, 50_000), 1));
    expect(total(false, other, one)).toBe(59_000_070_000n);
    const spread = shareOf({ options: [call(60_000, -1, 3_000), call(63_000, 1, 2_000)] });
    const held = (underlyingId: number, expirySeconds: bigint): HeldExpiry => ({
      ...{ underlyingId, expirySeconds, standard: spread },
      get portfolio(): HeldExpiry['portfolio'] {
        throw new Error('not asked for');
      },
    });
    const reserveOf = (...of: HeldExpiry[]) => quotesReserve(false, of, [two], marketOf, 1);
    const more = BigInt(Math.ceil(spread.initial.sum - spread.initial.requirement));
    expect(reserveOf(held(1, 1n))).toBe(45_000_050_000n + more);
    // What another group quotes elsewhere is not judged beside it.
    const apart = [
      group(1, 10_000, quoted(bids(5), 1)),
      group(1, 10_000, quoted(puts(9_000, 50_000), 2)),
    ];
    expect(quotesReserve(false, [held(1, 1n)], apart, marketOf, 1)).toBe(9_005_020_000n);
    expect([reserveOf(held(1, 3n)), reserveOf(held(2, 1n))]).toEqual([
      ...[45_000_050_000n, 45_000_050_000n],
    ]);
  });

  test('is by the scenarios in the portfolio mode, once for the dearest of its expiries', () => {
    const near = group(1, 30_000, quoted(NONE, 1));
    const far = group(1, 30_000, quoted(NONE, 2));
    const both = group(1, 30_000, quoted(NONE, 1), quoted(NONE, 2));
    const own = portfolioQuoteReserve(factors, [], [quotingOf([offered(NEAR, 900)], 30_000)]);
    expect(total(true, near)).toBe(BigInt(Math.ceil(own)) + 30_000n);
    const [a, b] = [total(true, near), total(true, far)];
    expect(total(true, both)).toBeGreaterThanOrEqual(a > b ? a : b);
    expect(total(true, both)).toBeLessThan(a + b);
  });
});
