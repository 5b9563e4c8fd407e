import { describe, expect, test } from '@jest/globals';
import { GRID } from '../../../../test/vectors/margin/market.ts';
import { marginOnGrid } from './marginOnGrid.ts';
import { gridOfPortfolio, portfolioMargin } from './portfolioMargin.ts';
import { MAX_LEGS, RiskInputError } from './riskInput.ts';
import type { PortfolioExpiry, PortfolioOption } from './portfolioTypes.ts';

const TERMS = {
  ...{ fixed: 0, share: 1, varianceYears: 0.1, varianceSpeed: 1, shareSpeed: 0 },
  yearsToExpiry: 0.1,
};
const option = (isCall: boolean, strike: number, quantity: number): PortfolioOption => ({
  ...{ isCall, strike, quantity, volatility: 0.5, mark: 7 },
});
const expiryOf = (options: PortfolioOption[], pnlUusd?: bigint): PortfolioExpiry => ({
  ...{ forward: 100, terms: TERMS, options },
  futures: pnlUusd === undefined ? [] : [{ quantity: 10_000, mark: 100, pnlUusd }],
});
const input = (...expiries: PortfolioExpiry[]) => ({
  ...{ cashUusd: 1_000n, underlyings: [{ index: 100, confidence: 1, expiries }] },
});

describe('positions of a grid', () => {
  const codeOf = (...instruments: number[]) => {
    const positions = instruments.map((instrument) => ({ instrument, quantity: 1 }));
    try {
      return marginOnGrid(GRID, { equityUusd: 0n, positions }).equityUusd;
    } catch (error) {
      return error instanceof RiskInputError ? error.code : error;
    }
  };

  test('are known, ascend, and are no more than an account may have', () => {
    const last = GRID.instrumentCount - 1;
    expect([codeOf(), codeOf(0), codeOf(0, 1, last)]).toEqual([0n, 0n, 0n]);
    for (const bad of [[last + 1], [-1], [0.5], [1, 1], [2, 1], [NaN]]) {
      expect(codeOf(...bad)).toBe('bad_order');
    }
    const many = Array.from({ length: MAX_LEGS + 1 }, (_, i) => i);
    expect([codeOf(...many), codeOf(...many.slice(1))]).toEqual(['too_many_legs', 'bad_order']);
  });

  test('are worth their marks, and need what each underlying does', () => {
    const of = (...positions: { instrument: number; quantity: number }[]) =>
      marginOnGrid(GRID, { equityUusd: 5n, positions });
    const strike = (unit: number) =>
      GRID.strikes.findIndex((k, i) => k === 60_000 / unit && GRID.isCall[i] === 1);
    const [btc, eth] = [strike(1), strike(20)].map((instrument) => ({
      ...{ instrument, quantity: -10_000 },
    })) as [{ instrument: number; quantity: number }, { instrument: number; quantity: number }];
    const [one, two, both] = [of(btc), of(eth), of(btc, eth)];
    const marks = GRID.marks[btc.instrument]! + GRID.marks[eth.instrument]!;
    expect(both.optionsValue).toBeCloseTo(-1e6 * marks, 3);
    expect(both.markToMarketUusd).toBe(5n + BigInt(Math.floor(both.optionsValue)));
    for (const of of ['initialMarginUusd', 'maintenanceMarginUusd'] as const) {
      const apart = one[of] - 5n + (two[of] - 5n);
      expect([0n, 1n, 2n]).toContain(both[of] - 5n - apart);
    }
    expect(both.underlyings.map(({ expiries }) => expiries.length)).toEqual([1, 1]);
  });
});

describe('a portfolio of plain legs', () => {
  test('comes in any order: each leg has its place, by strike, the call before the put', () => {
    const [put, high, call] = [
      option(false, 90, 1),
      option(true, 110, 2),
      option(true, 90, 3),
    ] as const;
    const first = expiryOf([high, put, call], 70n);
    const second = expiryOf([option(true, 100, 4)], -20n);
    const { grid, account, places } = gridOfPortfolio(input(first, second));
    expect([call, put, high, first.futures[0]!].map((leg) => places.get(leg))).toEqual([
      0, 1, 2, 3,
    ]);
    expect(account.positions.map(({ quantity }) => quantity)).toEqual([3, 1, 2, 10_000, 4, 10_000]);
    expect([...grid.strikes]).toEqual([90, 90, 110, 0, 100, 0]);
    expect([...grid.isCall]).toEqual([1, 0, 1, 0, 1, 0]);
    expect([...grid.isFuture]).toEqual([0, 0, 0, 1, 0, 1]);
    expect([...grid.expiryOf]).toEqual([0, 0, 0, 0, 1, 1]);
    expect(grid.expiries.map(({ first: from, end }) => [from, end])).toEqual([
      ...[
        [0, 4],
        [4, 6],
      ],
    ]);
    // What a future has gained is cash.
    expect(account.equityUusd).toBe(1_050n);
    const shuffled = input(expiryOf([call, high, put], 70n), second);
    expect(portfolioMargin(shuffled)).toEqual(portfolioMargin(input(first, second)));
  });

  test('has no more legs than an account may have, futures among them', () => {
    const options = Array.from({ length: MAX_LEGS }, (_, i) => option(true, 1 + i, 1));
    expect(gridOfPortfolio(input(expiryOf(options))).account.positions).toHaveLength(MAX_LEGS);
    expect(() => gridOfPortfolio(input(expiryOf(options, 0n)))).toThrow(RiskInputError);
  });

  test('is judged with a dollar of collateral at par, if nothing else is said', () => {
    const held = input(expiryOf([option(true, 100, -10_000)]));
    const at = (collateralPrice?: number) =>
      portfolioMargin({ ...held, collateralPrice }).initialMarginUusd;
    expect(at()).toBe(at(1));
    expect(at(0.9)).toBeLessThan(at());
  });
});
