import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { GRID, MARKET, positionsArb } from '../../../../test/vectors/margin/market.ts';
import { explainOnGrid, replayExplanation, sumPortfolioParts } from './explain.ts';
import { marginOnGrid } from './marginOnGrid.ts';
import { portfolioMargin } from './portfolioMargin.ts';
import { DEFAULT_PORTFOLIO_PARAMS } from './portfolioParams.ts';
import { RiskInputError } from './riskInput.ts';
import type { GridPosition, PortfolioInput } from './portfolioTypes.ts';

function merge(a: readonly GridPosition[], b: readonly GridPosition[]): GridPosition[] {
  const sums = new Map<number, number>();
  for (const { instrument, quantity } of [...a, ...b]) {
    sums.set(instrument, (sums.get(instrument) ?? 0) + quantity);
  }
  const merged = [...sums].map(([instrument, quantity]) => ({ instrument, quantity }));
  return merged.sort((x, y) => x.instrument - y.instrument);
}

describe('portfolio margin, whatever the positions', () => {
  test('initial margin is never above what is left after the loss of any core scenario', () => {
    const core = DEFAULT_PORTFOLIO_PARAMS.scenarios.slice(0, 23);
    expect(core.every((s) => s.damping === 1)).toBe(true);
    fc.assert(
      fc.property(positionsArb, (positions) => {
        const margin = marginOnGrid(GRID, { equityUusd: 0n, positions });
        for (const s of core.keys()) {
          let pnl = 0;
          for (const part of margin.underlyings) pnl = Math.min(pnl, part.scenarioPnl[s]!);
          const left = margin.optionsValue + pnl;
          expect(Number(margin.initialMarginUusd)).toBeLessThanOrEqual(left);
        }
        expect(margin.initialMarginUusd <= margin.maintenanceMarginUusd).toBe(true);
        expect(margin.maintenanceMarginUusd <= margin.markToMarketUusd).toBe(true);
      }),
      { numRuns: 200 },
    );
  });

  test('two portfolios together have at least the margin of both apart', () => {
    fc.assert(
      fc.property(positionsArb, positionsArb, (a, b) => {
        const of = (positions: GridPosition[]): [number, number] => {
          const margin = marginOnGrid(GRID, { equityUusd: 0n, positions });
          return [Number(margin.initialMarginUusd), Number(margin.maintenanceMarginUusd)];
        };
        const [initial, maintenance] = of(merge(a, b));
        const [initialA, maintenanceA] = of(a);
        const [initialB, maintenanceB] = of(b);
        expect(initial + 3).toBeGreaterThanOrEqual(initialA + initialB);
        expect(maintenance + 3).toBeGreaterThanOrEqual(maintenanceA + maintenanceB);
      }),
      { numRuns: 200 },
    );
  });

  test('k times the positions have k times the margin', () => {
    fc.assert(
      fc.property(positionsArb, fc.integer({ min: 2, max: 50 }), (positions, times) => {
        const scaled = positions.map((p) => ({ ...p, quantity: p.quantity * times }));
        const one = marginOnGrid(GRID, { equityUusd: 0n, positions });
        const many = marginOnGrid(GRID, { equityUusd: 0n, positions: scaled });
        const off = Number(many.initialMarginUusd - one.initialMarginUusd * BigInt(times));
        expect(Math.abs(off)).toBeLessThanOrEqual(times + 1);
      }),
      { numRuns: 100 },
    );
  });

  test('an explanation adds up, and replays to the same margin from its input alone', () => {
    fc.assert(
      fc.property(
        positionsArb,
        fc.bigInt({ min: -(10n ** 12n), max: 10n ** 12n }),
        (positions, equityUusd) => {
          const explained = explainOnGrid(GRID, MARKET, { equityUusd, positions }, 0.97);
          const { initialMarginUusd, maintenanceMarginUusd } = explained.margin;
          expect(sumPortfolioParts(explained.margin)).toEqual({
            initialMarginUusd,
            maintenanceMarginUusd,
          });
          const sent = JSON.stringify(explained.input, (_, value: unknown) =>
            typeof value === 'bigint' ? String(value) : value,
          );
          const input = JSON.parse(sent, (key, value: unknown) =>
            key === 'cashUusd' ? BigInt(value as string) : value,
          ) as PortfolioInput;
          expect(replayExplanation({ ...explained, input })).toEqual(explained.margin);
        },
      ),
      { numRuns: 60 },
    );
  });
});

describe('bad input', () => {
  test('is refused with a code, and never becomes a NaN', () => {
    const wild = fc.oneof(
      fc.double(),
      fc.constantFrom(NaN, Infinity, -Infinity, 0, -1, 1e-300, 1e300, 2 ** 53, 0.5),
      fc.integer({ min: -1_000, max: 1_000 }),
    );
    const tame = (low: number, high: number): fc.Arbitrary<number> =>
      fc.oneof({ weight: 6, arbitrary: fc.integer({ min: low, max: high }) }, wild);
    const option = fc.record({
      isCall: fc.boolean(),
      strike: tame(1, 200),
      mark: tame(0, 100),
      volatility: tame(0, 3),
      quantity: tame(-10_000, 10_000),
    });
    const expiry = fc.record({
      forward: tame(1, 200),
      terms: fc.record({
        fixed: tame(0, 100),
        share: tame(0, 1),
        varianceYears: tame(0, 3),
        yearsToExpiry: tame(0, 3),
        varianceSpeed: fc.constant(1),
        shareSpeed: fc.constant(0),
      }),
      options: fc.array(option, { maxLength: 3 }),
      futures: fc.array(fc.record({ mark: tame(1, 200), quantity: tame(-9, 9) }), { maxLength: 2 }),
    });
    const underlyings = fc.array(
      fc.record({
        index: tame(1, 200),
        confidence: tame(0, 1),
        expiries: fc.array(expiry, { maxLength: 2 }),
      }),
      { maxLength: 2 },
    );
    const input = fc.record({ cashUusd: fc.bigInt(), collateralPrice: tame(1, 1), underlyings });
    let accepted = 0;
    fc.assert(
      fc.property(input, (value) => {
        try {
          const margin = portfolioMargin(value);
          accepted += 1;
          for (const part of margin.underlyings) {
            expect(part.scenarioPnl.every(Number.isFinite)).toBe(true);
          }
        } catch (error) {
          expect(error).toBeInstanceOf(RiskInputError);
        }
      }),
      { numRuns: 1_000 },
    );
    expect(accepted).toBeGreaterThan(50);
  });

  test('positions out of order, unknown or in pieces are refused', () => {
    const of =
      (...positions: GridPosition[]) =>
      () =>
        marginOnGrid(GRID, { equityUusd: 0n, positions });
    const one = { instrument: 1, quantity: 1 };
    expect(of(one)).not.toThrow();
    expect(of(one, one)).toThrow(RiskInputError);
    expect(of({ instrument: 2, quantity: 1 }, one)).toThrow(RiskInputError);
    expect(of({ instrument: 10_000, quantity: 1 })).toThrow(RiskInputError);
    expect(of({ instrument: 0.5, quantity: 1 })).toThrow(RiskInputError);
    expect(of({ instrument: 1, quantity: 0.5 })).toThrow(RiskInputError);
  });
});
