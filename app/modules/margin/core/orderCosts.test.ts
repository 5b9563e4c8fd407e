import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { GRID, positionsArb } from '../../../../test/vectors/margin/market.ts';
import { marginOnGrid } from './marginOnGrid.ts';
import type { GridPosition, PortfolioMargin } from './portfolioTypes.ts';
import type { OpenOrders } from './types.ts';

const ordersArb = fc.record({
  buyQuantity: fc.integer({ min: 0, max: 100_000 }),
  buyPrice: fc.constantFrom(0.9, 0.98, 1, 1.05),
  sellQuantity: fc.integer({ min: 0, max: 100_000 }),
  sellPrice: fc.constantFrom(0.9, 1, 1.02, 1.5),
});

function markOf(instrument: number): number {
  return GRID.isFuture[instrument] === 1 ? GRID.futureMarks[instrument]! : GRID.marks[instrument]!;
}

const SKEW_FROM = GRID.underlyings[0]!.roles.skewFrom;

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

  /** The margin with orders resting, and once one side of all of them has filled. */
  function restingAndFilled(positions: readonly GridPosition[], isBuy: boolean, par: number) {
    let gained = 0;
    const filled = positions.map(({ instrument, quantity, orders }): GridPosition => {
      const signed = isBuy ? orders!.buyQuantity : -orders!.sellQuantity;
      const price = isBuy ? orders!.buyPrice : orders!.sellPrice;
      const isFuture = GRID.isFuture[instrument] === 1;
      gained -= 100 * signed * (isFuture ? price - markOf(instrument) : price);
      return { instrument, quantity: quantity + signed };
    });
    return [
      marginOnGrid(GRID, { equityUusd: 0n, positions }, par),
      marginOnGrid(GRID, { equityUusd: BigInt(Math.floor(gained)), positions: filled }, par),
    ] as const;
  }
  const contingency = ({ underlyings }: PortfolioMargin) =>
    underlyings.reduce((sum, { initialContingency }) => sum + initialContingency, 0);
  const isScenario = ({ underlyings }: PortfolioMargin) =>
    underlyings.every(({ initialMeasure: m }) => m.kind !== 'scenario' || m.scenario < SKEW_FROM);

  test('one on nothing reserves just what its fill needs, or nothing', () => {
    let [tried, exact] = [0, 0];
    for (let instrument = 0; instrument < GRID.instrumentCount; instrument++) {
      for (const [isBuy, share, par] of [
        ...[[true, 1.05, 1] as const, [true, 0.9, 0.9] as const, [true, 3, 1] as const],
        ...[[false, 1.02, 1] as const, [false, 0.9, 0.9] as const, [false, 4, 1] as const],
      ]) {
        const price = share * markOf(instrument);
        const orders = {
          ...{ buyQuantity: isBuy ? 30_000 : 0, buyPrice: isBuy ? price : 0 },
          ...{ sellQuantity: isBuy ? 0 : 30_000, sellPrice: isBuy ? 0 : price },
        };
        const [resting, filled] = restingAndFilled(
          [{ instrument, quantity: 0, orders }],
          isBuy,
          par,
        );
        expect(contingency(resting)).toBeCloseTo(contingency(filled), 3);
        const lost = Math.min(0, Number(filled.initialMarginUusd) + contingency(filled));
        const reserved = Number(resting.initialMarginUusd) + contingency(resting);
        expect(reserved).toBeLessThan(lost + 3);
        tried++;
        if (!isScenario(resting) || !isScenario(filled)) continue;
        expect(reserved).toBeGreaterThan(lost - 3);
        exact++;
      }
    }
    // Of a skew the larger of both discounts is reserved.
    expect(exact).toBeGreaterThan(0.9 * tried);
  });

  test('all sold for nothing on nothing reserve what their fills need together', () => {
    const sells = fc.array(fc.integer({ min: 1, max: 100_000 }), {
      ...{ minLength: GRID.instrumentCount, maxLength: GRID.instrumentCount },
    });
    let exact = 0;
    const property = fc.property(positionsArb, sells, (positions, sizes) => {
      const offered = positions.map(({ instrument }): GridPosition => {
        const none = { buyQuantity: 0, buyPrice: 0, sellPrice: 0 };
        return { instrument, quantity: 0, orders: { ...none, sellQuantity: sizes[instrument]! } };
      });
      const [resting, filled] = restingAndFilled(offered, false, 1);
      expect(resting.initialMarginUusd).toBeLessThan(filled.initialMarginUusd + 9n);
      const measures = [...resting.underlyings, ...filled.underlyings].map((u) => u.initialMeasure);
      if (!isScenario(resting) || measures.some(({ kind }) => kind === 'basis')) return;
      exact++;
      expect(resting.initialMarginUusd).toBeGreaterThan(filled.initialMarginUusd - 9n);
    });
    fc.assert(property, { numRuns: 60, seed: 41 });
    expect(exact).toBeGreaterThan(30);
  });
});
