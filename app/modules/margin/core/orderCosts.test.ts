import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { GRID, positionsArb } from '../../../../test/vectors/margin/market.ts';
import { marginOnGrid } from './marginOnGrid.ts';
import type { GridPosition } from './portfolioTypes.ts';
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
