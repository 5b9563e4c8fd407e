import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { account, expiryArb } from '../../../../test/vectors/margin/accounts.ts';
import { standardMargin } from './standardMargin.ts';
import type { ExpiryPositions, FutureLeg, OpenOrders, OptionLeg, StandardInput } from './types.ts';

const ordersArb = fc.record({
  buyQuantity: fc.integer({ min: 0, max: 200_000 }),
  buyPrice: fc.integer({ min: 1, max: 1_500 }),
  sellQuantity: fc.integer({ min: 0, max: 200_000 }),
  sellPrice: fc.integer({ min: 1, max: 1_500 }),
});

const withOrdersArb = fc
  .tuple(expiryArb, fc.array(fc.option(ordersArb, { nil: undefined }), { maxLength: 11 }))
  .map(([expiry, orders]): ExpiryPositions => {
    const options = expiry.options.map((o, i) => ({ ...o, orders: orders[i] }));
    const futures = expiry.futures.map((f) => ({ ...f, orders: orders[10] }));
    return { ...expiry, options, futures };
  });

describe('open orders in the standard margin', () => {
  test('no set of fills needs more than was reserved', () => {
    const filled = fc.array(fc.tuple(fc.integer({ min: 0, max: 4 }), fc.boolean()), {
      minLength: 11,
      maxLength: 11,
    });
    fc.assert(
      fc.property(withOrdersArb, filled, fc.constantFrom(1, 0.3), (expiry, sides, confidence) => {
        const reserved = standardMargin(account(expiry, 0n, confidence)).initialMarginUusd;
        const after = fill(expiry, sides, confidence);
        expect(standardMargin(after).initialMarginUusd + 2n >= reserved).toBe(true);
      }),
      { numRuns: 600 },
    );
  });

  test('adding an order, or raising its size or its bid, never lowers the requirement', () => {
    const more = fc.record({
      buyQuantity: fc.integer({ min: 0, max: 50_000 }),
      buyPrice: fc.integer({ min: 0, max: 300 }),
      sellQuantity: fc.integer({ min: 0, max: 50_000 }),
    });
    fc.assert(
      fc.property(withOrdersArb, fc.nat(), more, (expiry, at, add) => {
        if (expiry.options.length === 0) return;
        const options = expiry.options.map((o, i) => {
          if (i !== at % expiry.options.length) return o;
          const old = o.orders ?? { buyQuantity: 0, buyPrice: 0, sellQuantity: 0, sellPrice: 0 };
          const orders: OpenOrders = {
            buyQuantity: old.buyQuantity + add.buyQuantity,
            buyPrice: old.buyPrice + add.buyPrice,
            sellQuantity: old.sellQuantity + add.sellQuantity,
            sellPrice: old.sellPrice,
          };
          return { ...o, orders };
        });
        const before = standardMargin(account(expiry)).initialRequirementUusd;
        const after = standardMargin(account({ ...expiry, options })).initialRequirementUusd;
        expect(after + 1n >= before).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('maintenance margin does not see orders', () => {
    fc.assert(
      fc.property(withOrdersArb, (expiry) => {
        const options = expiry.options.map((o) => ({ ...o, orders: undefined }));
        const futures = expiry.futures.map((f) => ({ ...f, orders: undefined }));
        const without = standardMargin(account({ ...expiry, options, futures }));
        const margin = standardMargin(account(expiry));
        expect(margin.maintenanceMarginUusd).toBe(without.maintenanceMarginUusd);
        expect(margin.markToMarketUusd).toBe(without.markToMarketUusd);
      }),
      { numRuns: 100 },
    );
  });
});

/** Fills quarters of each series' buys or sells at their limits, and drops what is left. */
function fill(
  expiry: ExpiryPositions,
  sides: readonly (readonly [number, boolean])[],
  confidence: number,
): StandardInput {
  let cash = 0;
  const done = <Leg extends OptionLeg | FutureLeg>(leg: Leg, i: number, isOption: boolean): Leg => {
    const [quarters, buys] = sides[i]!;
    if (!leg.orders) return leg;
    const { buyQuantity, buyPrice, sellQuantity, sellPrice } = leg.orders;
    const quantity = Math.floor(((buys ? buyQuantity : sellQuantity) * quarters) / 4);
    const price = buys ? buyPrice : sellPrice;
    const signed = buys ? quantity : -quantity;
    cash -= 100 * signed * (isOption ? price : price - leg.mark);
    return { ...leg, quantity: leg.quantity + signed, orders: undefined };
  };
  const options = expiry.options.map((o, i) => done(o, i, true));
  const futures = expiry.futures.map((f) => done(f, 10, false));
  return account({ ...expiry, options, futures }, BigInt(Math.floor(cash)), confidence);
}
