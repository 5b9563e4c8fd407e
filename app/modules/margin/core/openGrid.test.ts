import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { settlementTerms } from '../../../lib/math/index.ts';
import {
  DEFAULT_PORTFOLIO_PARAMS,
  OpenGrid,
  RiskInputError,
  expiryPart,
  gridOfPortfolio,
  scenarioRow,
} from './index.ts';
import type { GridPosition, PortfolioOption } from './index.ts';

const UNDERLYING = { index: 64_000, confidence: 0.8, params: DEFAULT_PORTFOLIO_PARAMS };
const EXPIRY = {
  forward: 64_500,
  terms: settlementTerms({
    ...{ secondsToExpiry: 20 * 86_400, windowSeconds: 1_800 },
    ...{ weightedSum: 0, weightSeconds: 0 },
  }),
  confidence: 0.9,
};

const sizes = fc.integer({ min: -50_000, max: 50_000 });
const orders = fc.option(
  fc.record({
    buyQuantity: fc.nat(20_000),
    buyPrice: fc.nat(5_000),
    sellQuantity: fc.nat(20_000),
    sellPrice: fc.nat(5_000),
  }),
  { nil: undefined },
);
/** Some options of an expiry, by strike, the call before the put. */
const held = fc
  .uniqueArray(
    fc.record({ step: fc.nat(30), isCall: fc.boolean(), quantity: sizes, orders, mark: fc.nat() }),
    { selector: ({ step, isCall }) => `${step} ${isCall}`, minLength: 1, maxLength: 40 },
  )
  .map((all) => all.sort((a, b) => a.step - b.step || Number(b.isCall) - Number(a.isCall)))
  .map((all) =>
    all.map(({ step, isCall, quantity, orders: resting, mark }): PortfolioOption => {
      const series = { isCall, strike: 40_000 + 2_000 * step, volatility: 0.6, mark: mark % 9_000 };
      const scenarioPrices = scenarioRow(series, EXPIRY, DEFAULT_PORTFOLIO_PARAMS);
      return { ...series, scenarioPrices, quantity, orders: resting };
    }),
  );

test('a part on an open grid is that on a grid of its own, whichever series came first', () => {
  fc.assert(
    fc.property(held, fc.array(fc.nat(), { minLength: 40, maxLength: 40 }), (options, keys) => {
      const expiries = [{ ...EXPIRY, options, futures: [] }];
      const own = gridOfPortfolio({ cashUusd: 0n, underlyings: [{ ...UNDERLYING, expiries }] });
      const factors = own.grid.underlyings[0]!;

      const grid = new OpenGrid(UNDERLYING, EXPIRY);
      const places = new Map<PortfolioOption, number>();
      const shuffled = options
        .map((option, i) => ({ option, key: keys[i]! }))
        .sort((a, b) => a.key - b.key);
      for (const { option } of shuffled) {
        places.set(option, grid.add({ ...option, scenarioPrices: option.scenarioPrices! }));
      }
      const positions = options.map((option): GridPosition => {
        const { quantity, orders: resting } = option;
        return { instrument: places.get(option)!, quantity, orders: resting };
      });
      expect(grid.instrumentCount).toBe(options.length);
      expect(grid.factors).toEqual(factors);
      expect(expiryPart(grid, grid.factors, positions, 0.97)).toEqual(
        expiryPart(own.grid, factors, own.account.positions, 0.97),
      );
    }),
  );
});

test('an open grid takes nothing outside the bounds of the core', () => {
  const bad = (make: () => unknown) => {
    expect(make).toThrow(RiskInputError);
  };
  bad(() => new OpenGrid({ ...UNDERLYING, index: NaN }, EXPIRY));
  bad(() => new OpenGrid({ ...UNDERLYING, confidence: 2 }, EXPIRY));
  bad(() => new OpenGrid(UNDERLYING, { ...EXPIRY, forward: 0 }));
  const series = { isCall: true, strike: 64_000, volatility: 0.6, mark: 1 };
  const scenarioPrices = new Float64Array(33);
  bad(() => new OpenGrid(UNDERLYING, EXPIRY).add({ ...series, scenarioPrices, strike: -1 }));
  bad(() => new OpenGrid(UNDERLYING, EXPIRY).add({ ...series, scenarioPrices, volatility: NaN }));
});
