import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { black76Price } from '../../lib/math/black76.ts';
import { explainOnGrid, replayExplanation, sumPortfolioParts } from './explain.ts';
import { marginAccounts, marginPartsFor } from './marginAccounts.ts';
import { marginOnGrid } from './marginOnGrid.ts';
import { portfolioMargin } from './portfolioMargin.ts';
import { DEFAULT_PORTFOLIO_PARAMS } from './portfolioParams.ts';
import { RiskInputError } from './riskInput.ts';
import { buildScenarioGrid } from './scenarioGrid.ts';
import { addDrift, canSkip, exposureToDrift } from './skipBound.ts';
import type { AccountPositions } from './marginAccounts.ts';
import type { GridPosition } from './portfolioTypes.ts';
import type { GridExpiry, GridUnderlying } from './scenarioGrid.ts';
import type { OpenOrders } from './types.ts';

const LAG = 20 / (60 * 24 * 365);

/** Two underlyings, three expiries and a perpetual each, five strikes by two kinds. */
function market(index: number, volatility: number, days: number): GridUnderlying[] {
  return [1, 20].map((unit, u) => {
    const spot = index / unit;
    const expiries = [0, days, days + 7, days + 200].map((left, e): GridExpiry => {
      const years = left / 365;
      const forward = spot * (1 + 0.05 * years);
      if (e === 0) return { forward, years: 0, series: [], futureMark: forward };
      const series = [0.6, 0.9, 1, 1.1, 1.8].flatMap((moneyness) => {
        const strike = Math.round((60_000 / unit) * moneyness);
        const smile = volatility * (1 + 0.3 * Math.abs(moneyness - 1));
        const variance = smile * smile * Math.max(0, years - LAG);
        return [true, false].map((isCall) => {
          const mark = Math.round(black76Price(isCall, forward, strike, variance) * 100) / 100;
          return { isCall, strike, volatility: smile, mark };
        });
      });
      return { forward, years, series, futureMark: e === 1 ? null : forward };
    });
    return { index: spot, confidence: u === 0 ? 1 : 0.5, expiries };
  });
}

const MARKET = market(60_000, 0.6, 10);
const GRID = buildScenarioGrid(MARKET);

const quantityArb = fc.integer({ min: -200_000, max: 200_000 });
const instrumentsArb = fc.uniqueArray(fc.integer({ min: 0, max: GRID.instrumentCount - 1 }), {
  minLength: 1,
  maxLength: 14,
});
const positionsArb: fc.Arbitrary<GridPosition[]> = instrumentsArb.chain((instruments) =>
  fc.tuple(
    ...[...instruments]
      .sort((a, b) => a - b)
      .map((instrument) => quantityArb.map((quantity) => ({ instrument, quantity }))),
  ),
);

function pack(accounts: readonly (readonly GridPosition[])[]): AccountPositions {
  const starts = new Int32Array(accounts.length + 1);
  for (const [a, positions] of accounts.entries()) starts[a + 1] = starts[a]! + positions.length;
  const all = accounts.flat();
  return {
    starts,
    instruments: Int32Array.from(all, (p) => p.instrument),
    quantities: Float64Array.from(all, (p) => p.quantity),
  };
}

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

  test('many accounts at once get the same numbers as each alone, to the last bit', () => {
    const accounts = fc.array(positionsArb, { minLength: 1, maxLength: 8 });
    const par = fc.constantFrom(1, 0.95);
    fc.assert(
      fc.property(accounts, par, (held, collateralPrice) => {
        const packed = pack(held);
        const parts = marginPartsFor(packed);
        marginAccounts(GRID, packed, collateralPrice, parts);
        for (const [a, positions] of held.entries()) {
          const one = marginOnGrid(GRID, { equityUusd: 0n, positions }, collateralPrice);
          expect(BigInt(parts.initial[a]!)).toBe(one.initialMarginUusd);
          expect(BigInt(parts.maintenance[a]!)).toBe(one.maintenanceMarginUusd);
          expect(BigInt(parts.value[a]!)).toBe(one.markToMarketUusd);
        }
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
          expect(replayExplanation(explained)).toEqual(explained.margin);
        },
      ),
      { numRuns: 60 },
    );
  });
});

const ordersArb = fc.record({
  buyQuantity: fc.integer({ min: 0, max: 100_000 }),
  buyPrice: fc.constantFrom(0.9, 0.98, 1, 1.05),
  sellQuantity: fc.integer({ min: 0, max: 100_000 }),
  sellPrice: fc.constantFrom(0.9, 1, 1.02, 1.5),
});

function markOf(instrument: number): number {
  return GRID.isFuture[instrument] === 1 ? GRID.futureMarks[instrument]! : GRID.marks[instrument]!;
}

/** Limits around the marks. */
const quotedArb = positionsArb.chain((positions) =>
  fc.tuple(
    ...positions.map((position) =>
      fc.option(ordersArb, { nil: undefined }).map((orders): GridPosition => {
        if (!orders) return position;
        const mark = markOf(position.instrument) + 1;
        const scaled: OpenOrders = {
          ...orders,
          buyPrice: orders.buyPrice * mark,
          sellPrice: orders.sellPrice * mark,
        };
        return { ...position, orders: scaled };
      }),
    ),
  ),
);

describe('open orders in the portfolio margin', () => {
  test('no set of fills needs more than was reserved', () => {
    const fills = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.boolean()), {
      minLength: 14,
      maxLength: 14,
    });
    fc.assert(
      fc.property(quotedArb, fills, fc.constantFrom(1, 0.9), (positions, sides, par) => {
        const reserved = marginOnGrid(GRID, { equityUusd: 0n, positions }, par);
        let gained = 0;
        const after = positions.map(({ instrument, quantity, orders }, i): GridPosition => {
          const [quarters, buys] = sides[i]!;
          if (!orders) return { instrument, quantity };
          const size = Math.floor(
            ((buys ? orders.buyQuantity : orders.sellQuantity) * quarters) / 4,
          );
          const signed = buys ? size : -size;
          const price = buys ? orders.buyPrice : orders.sellPrice;
          const future = GRID.isFuture[instrument] === 1;
          gained -= 100 * signed * (future ? price - markOf(instrument) : price);
          return { instrument, quantity: quantity + signed };
        });
        const equityUusd = BigInt(Math.floor(gained));
        const left = marginOnGrid(GRID, { equityUusd, positions: after }, par);
        expect(left.initialMarginUusd + 3n >= reserved.initialMarginUusd).toBe(true);
      }),
      { numRuns: 600 },
    );
  });

  test('adding an order never raises the margin, and maintenance does not see orders', () => {
    fc.assert(
      fc.property(quotedArb, fc.nat(), ordersArb, (positions, at, extra) => {
        const before = marginOnGrid(GRID, { equityUusd: 0n, positions });
        const more = positions.map((position, i): GridPosition => {
          if (i !== at % positions.length) return position;
          const mark = markOf(position.instrument);
          const { orders } = position;
          const merged: OpenOrders = {
            buyQuantity: (orders?.buyQuantity ?? 0) + extra.buyQuantity,
            buyPrice: Math.max(orders?.buyPrice ?? 0, extra.buyPrice * mark),
            sellQuantity: (orders?.sellQuantity ?? 0) + extra.sellQuantity,
            sellPrice: Math.min(orders?.sellPrice ?? Infinity, extra.sellPrice * mark),
          };
          return { ...position, orders: merged };
        });
        const after = marginOnGrid(GRID, { equityUusd: 0n, positions: more });
        expect(after.initialMarginUusd <= before.initialMarginUusd + 1n).toBe(true);
        expect(after.maintenanceMarginUusd).toBe(before.maintenanceMarginUusd);
      }),
      { numRuns: 200 },
    );
  });
});

describe('the skip bound', () => {
  const stepArb = fc.record({
    move: fc.double({ min: -0.05, max: 0.05, noNaN: true }),
    volatility: fc.double({ min: 0.3, max: 1.5, noNaN: true }),
    days: fc.double({ min: 0.01, max: 0.5, noNaN: true }),
  });

  test('maintenance margin never falls by more than the drift allows', () => {
    const steps = fc.array(stepArb, { minLength: 1, maxLength: 4 });
    const accounts = fc.array(positionsArb, { minLength: 3, maxLength: 3 });
    fc.assert(
      fc.property(steps, accounts, (path, held) => {
        const drift = new Float64Array(GRID.instrumentCount);
        const packed = pack(held);
        let index = 60_000;
        let days = 10;
        let grid = GRID;
        for (const step of path) {
          index *= 1 + step.move;
          days -= step.days;
          const next = buildScenarioGrid(market(index, step.volatility, days));
          addDrift(grid, next, drift);
          grid = next;
        }
        for (const [a, positions] of held.entries()) {
          const before = marginOnGrid(GRID, { equityUusd: 0n, positions });
          const after = marginOnGrid(grid, { equityUusd: futuresPnl(positions, grid), positions });
          const fall = before.maintenanceMarginUusd - after.maintenanceMarginUusd;
          const headroom = Number(fall);
          expect(canSkip(headroom, 0, exposureToDrift(packed, a, drift))).toBe(false);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('a small move lets a healthy account be skipped', () => {
    const next = buildScenarioGrid(market(60_010, 0.6, 9.999));
    const drift = new Float64Array(GRID.instrumentCount);
    addDrift(GRID, next, drift);
    const positions = [{ instrument: 4, quantity: -10_000 }];
    const exposure = exposureToDrift(pack([positions]), 0, drift);
    const needs = marginOnGrid(GRID, { equityUusd: 0n, positions });
    const headroom = Number(needs.markToMarketUusd - needs.maintenanceMarginUusd) / 20;
    expect(canSkip(headroom, 0, exposure)).toBe(true);
  });

  test('grids of different instruments are not compared', () => {
    const other = buildScenarioGrid(market(60_000, 0.6, 10).slice(0, 1));
    const drift = new Float64Array(GRID.instrumentCount);
    expect(() => {
      addDrift(GRID, other, drift);
    }).toThrow(RiskInputError);
  });
});

/** Futures profit is equity: what the mark moved. */
function futuresPnl(positions: readonly GridPosition[], grid: typeof GRID): bigint {
  let pnl = 0;
  for (const { instrument, quantity } of positions) {
    if (grid.isFuture[instrument] !== 1) continue;
    pnl += 100 * quantity * (grid.futureMarks[instrument]! - GRID.futureMarks[instrument]!);
  }
  return BigInt(Math.floor(pnl));
}

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
      years: tame(0, 3),
      settledPart: fc.option(tame(0, 100), { nil: undefined }),
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
