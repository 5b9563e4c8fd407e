import { describe, expect, test } from '@jest/globals';
import { GRID } from '../../../../test/vectors/margin/market.ts';
import { expiryPart } from './expiryPart.ts';
import { expiryUnitCosts } from './expiryQuotes.ts';
import { marginOnGrid } from './marginOnGrid.ts';
import { dearestOf, portfolioQuoteReserve } from './quoteReserve.ts';
import type { UnitCosts } from './quoteReserve.ts';
import { FAR, NEAR, offered, wanted } from '../../../../test/vectors/margin/quoted.ts';
import { quotesReserve } from './quotesReserve.ts';
import type { ScenarioGrid } from './scenarioGrid.ts';

const factors = GRID.underlyings[0]!;
/** The prices of the nearer expiry are in doubt. */
const DOUBTED: ScenarioGrid = {
  ...GRID,
  expiries: GRID.expiries.map((expiry, e) => ({ ...expiry, doubt: e === 2 ? 0.6 : 0.1 })),
};
const unitOf = (...quotes: Parameters<typeof expiryUnitCosts>[2]) =>
  expiryUnitCosts(DOUBTED, factors, quotes, 1);

/** A unit that takes this much from measures, in uusd. */
const unit = (basis: number, term: number, none: number, scenario = 0): UnitCosts => ({
  costs: { scenarios: new Float64Array(33).fill(scenario), basis, term, none },
  ...{ isSelling: false, doubt: 0 },
});

describe('what a contract of quotes can cost', () => {
  test('is in doubt where something is offered whose prices are', () => {
    expect(unitOf(offered(NEAR, 1), offered(FAR, 1))).toMatchObject({
      isSelling: true,
      doubt: 0.6,
    });
    expect(unitOf(wanted(NEAR, 1), offered(FAR, 1))).toMatchObject({ isSelling: true, doubt: 0.1 });
    expect(unitOf(wanted(NEAR, 1))).toMatchObject({ isSelling: false, doubt: 0 });
    expect(unitOf()).toEqual({ costs: null, isSelling: false, doubt: 0 });
  });

  test('of several expiries is the dearest, measure by measure', () => {
    const [near, far] = [unitOf(offered(NEAR, 1)), unitOf(wanted(FAR, 1))];
    for (const parts of [
      [near, far],
      [far, near],
    ]) {
      expect(dearestOf(parts)).toMatchObject({ isSelling: true, doubt: 0.6 });
    }
    expect(dearestOf([unit(-1, -5, -3, -9), unit(-2, -4, -6, -8)]).costs).toEqual({
      ...{ scenarios: new Float64Array(33).fill(-9), basis: -2, term: -5, none: -6 },
    });
    const nothing: UnitCosts = { costs: null, isSelling: false, doubt: 0 };
    expect(dearestOf([near, nothing])).toEqual(near);
    expect(dearestOf([nothing, near])).toEqual(near);
  });

  test('is taken as often as can fill, of each measure', () => {
    const reserve = (one: UnitCosts) =>
      portfolioQuoteReserve(factors, [], [{ unit: one, quantity: 25_000 }]);
    expect(
      [unit(-4, 0, 0), unit(0, -4, 0), unit(0, 0, -4), unit(0, 0, 0, -4)].map(reserve),
    ).toEqual([10, 10, 10, 10]);
  });
});

describe('the reserve beside what is held', () => {
  const part = expiryPart(GRID, factors, [{ instrument: NEAR, quantity: -10_000 }], 1);
  const dear = { unit: expiryUnitCosts(GRID, factors, [offered(NEAR, 9e5)], 1), quantity: 30_000 };

  test('is what it adds: of what is offered beyond any loss the contingency alone', () => {
    // Three contracts, at 0.5% of the index.
    const contingency = 3 * 60_000 * 0.005 * 1e6;
    expect(portfolioQuoteReserve(factors, [part], [dear])).toBeCloseTo(contingency, 3);
    expect(portfolioQuoteReserve(factors, [], [dear])).toBeCloseTo(contingency, 3);
    // Where collateral is below par, too: nothing is bid for at 0 beside it, of a call that a fall
    // would make worthless.
    const out = GRID.strikes.findIndex((k, i) => GRID.expiryOf[i] === 1 && k === 66_000);
    const quote = offered(out, 9e5);
    const cheap = { unit: expiryUnitCosts(GRID, factors, [quote], 0.9), quantity: 30_000 };
    expect(portfolioQuoteReserve(factors, [], [cheap], 0.9)).toBeCloseTo(contingency, 3);
    const orders = { ...quote.orders, sellQuantity: 30_000 };
    const positions = [{ ...quote, orders }];
    const { initialMarginUusd } = marginOnGrid(GRID, { equityUusd: 0n, positions }, 0.9);
    expect(Number(initialMarginUusd)).toBeCloseTo(-contingency, 0);
  });

  test('is asked of the parts of its own underlying', () => {
    const sold = {
      unit: expiryUnitCosts(GRID, factors, [offered(NEAR, 900)], 1),
      quantity: 30_000,
    };
    const alone = portfolioQuoteReserve(factors, [], [sold]);
    // A long gains where what is offered loses.
    const held = [{ instrument: NEAR, quantity: 20_000 }];
    const part = expiryPart(GRID, factors, held, 1);
    const beside = portfolioQuoteReserve(factors, [part], [sold]);
    expect(beside).toBeLessThan(alone - 1e9);
    const quoted = {
      ...{ expirySeconds: 1n, forward: 60_000, settlementFeePerUnit: 9, confidence: 1 },
      get standard(): never {
        throw new Error('not asked for');
      },
      portfolio: { ...sold.unit, factors },
    };
    const heldIn = (underlyingId: number) => ({
      ...{ underlyingId, expirySeconds: 1n, portfolio: { part } },
      get standard(): never {
        throw new Error('not asked for');
      },
    });
    const groups = [{ underlyingId: 1, quantity: 30_000, expiries: [quoted] }];
    const marketOf = () => {
      throw new Error('not asked for');
    };
    const reserve = (...of: ReturnType<typeof heldIn>[]) =>
      quotesReserve(true, of, groups, marketOf, 1);
    expect(reserve(heldIn(1))).toBe(BigInt(Math.ceil(beside)) + 30_000n);
    expect(reserve(heldIn(2))).toBe(BigInt(Math.ceil(alone)) + 30_000n);
  });
});
