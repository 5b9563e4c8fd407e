import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { maximumLoss } from './maximumLoss.ts';
import type { MaximumLossInput } from './maximumLoss.ts';
import type { FutureLeg, OpenOrders, OptionLeg } from './types.ts';

/** uusd for each USD of price, of a unit. */
const UNIT = 100;
const pays = ({ isCall, strike }: OptionLeg, price: number): number =>
  Math.max(0, isCall ? price - strike : strike - price);

/** The worse of all buys, all sells and nothing, where a unit pays this much at settlement. */
function ordersLose(orders: OpenOrders | undefined, payout: number, fee: number): number {
  if (orders === undefined) return 0;
  const { buyQuantity, buyPrice, sellQuantity, sellPrice } = orders;
  return Math.max(
    0,
    buyQuantity * (buyPrice + fee - payout),
    sellQuantity * (payout + fee - sellPrice),
  );
}

/** What an expiry loses at a settlement price, leg by leg as the rules have it. */
function lossAt(input: MaximumLossInput, price: number): number {
  const { settlementFeePerUnit: fee, settlementFeeCap: cap, withOrders } = input;
  let loss = 0;
  for (const leg of input.options) {
    const payout = pays(leg, price);
    loss += Math.abs(leg.quantity) * Math.min(fee, cap * payout) - leg.quantity * payout;
    // What is sold is taken to be sold for nothing.
    const orders = leg.orders && { ...leg.orders, sellPrice: 0 };
    if (withOrders) loss += ordersLose(orders, payout, fee);
  }
  for (const { quantity, mark, orders } of input.futures) {
    loss -= quantity * (price - mark);
    if (withOrders) loss += ordersLose(orders, price, 0);
  }
  return UNIT * loss;
}

/** Every price at which the slope of the loss may change. */
function bendsOf(input: MaximumLossInput, freeStrike: number): number[] {
  const { settlementFeePerUnit: fee, settlementFeeCap: cap } = input;
  const meets = ({ buyQuantity, buyPrice, sellQuantity, sellPrice }: OpenOrders, cost: number) =>
    (buyQuantity * (buyPrice + cost) + sellQuantity * (sellPrice - cost)) /
    (buyQuantity + sellQuantity || 1);
  const options = input.options.flatMap(({ isCall, strike, orders }) => {
    const payouts = [0, cap > 0 ? fee / cap : 0, orders?.buyPrice ?? 0];
    if (orders) payouts.push(orders.buyPrice + fee, meets({ ...orders, sellPrice: 0 }, fee));
    return payouts.map((payout) => (isCall ? strike + payout : strike - payout));
  });
  const futures = input.futures.flatMap(({ orders }) =>
    orders ? [orders.buyPrice, orders.sellPrice, meets(orders, 0)] : [],
  );
  return [0, freeStrike, 1_000, ...options, ...futures].filter((price) => price >= 0);
}

/** By trying every number of free calls, and every price at which the loss may be largest. */
function byTrying(input: MaximumLossInput) {
  const { options, futures, withOrders, forward, nakedCall } = input;
  const sold = ({ quantity, orders }: OptionLeg | FutureLeg) =>
    (withOrders ? (orders?.sellQuantity ?? 0) : 0) - quantity;
  const shorts = options.filter((leg) => sold(leg) > 0).map(({ strike }) => strike);
  const freeStrike = Math.max(forward, input.leastFreeStrike ?? 0, ...shorts);
  const upside = [...options.filter(({ isCall }) => isCall), ...futures].map(sold);
  const least = Math.max(
    0,
    upside.reduce((sum, each) => sum + each, 0),
  );
  let atOnce = 0;
  for (const { orders } of withOrders ? options : []) {
    atOnce += UNIT * (orders ? orders.buyQuantity * orders.buyPrice : 0);
  }
  for (const { orders, mark } of withOrders ? futures : []) {
    atOnce += UNIT * ordersLose(orders, mark, 0);
  }
  const losses = bendsOf(input, freeStrike).map((x) => [x, lossAt(input, x)] as const);
  const totalOf = (freeCalls: number): number => {
    const left = losses.map(([x, loss]) => loss - UNIT * freeCalls * Math.max(0, x - freeStrike));
    return UNIT * freeCalls * nakedCall * forward + Math.max(atOnce, ...left);
  };
  const totals = Array.from({ length: 200 }, (_, more) => totalOf(least + more));
  return { total: Math.min(...totals), freeStrike, least, totalOf, atOnce };
}

const few = fc.integer({ min: 0, max: 4 });
const price = (max: number) => fc.integer({ min: 0, max: max * 4 }).map((n) => n / 4);
const orders = fc.option(
  fc.record({ buyQuantity: few, buyPrice: price(8), sellQuantity: few, sellPrice: price(8) }),
  { nil: undefined },
);
const quantity = fc.integer({ min: -5, max: 5 });
const option = fc.record({
  ...{ isCall: fc.boolean(), strike: fc.integer({ min: 1, max: 40 }), mark: price(9) },
  ...{ quantity, orders },
});
const future = fc.record({ quantity, mark: price(30).map((n) => n + 1), orders });
const inputs: fc.Arbitrary<MaximumLossInput> = fc.record({
  forward: fc.integer({ min: 1, max: 30 }),
  settlementFeePerUnit: fc.constantFrom(0, 0.5, 1.25),
  settlementFeeCap: fc.constantFrom(0, 0.125, 0.5),
  options: fc.array(option, { maxLength: 5 }),
  futures: fc.array(future, { maxLength: 1 }),
  nakedCall: fc.constantFrom(0.25, 1.1, 1.25),
  withOrders: fc.boolean(),
  leastFreeStrike: fc.constantFrom(undefined, 0, 25),
}) as fc.Arbitrary<MaximumLossInput>;

function expectFound(input: MaximumLossInput): void {
  const found = maximumLoss(input);
  const { total, freeStrike, least, totalOf, atOnce } = byTrying(input);
  expect(found.total).toBeCloseTo(total, 6);
  expect(found.freeStrike).toBe(freeStrike);
  expect(found.freeCalls).toBeGreaterThanOrEqual(least);
  // Its parts are those of that number of free calls.
  expect(totalOf(found.freeCalls)).toBeCloseTo(found.total, 6);
  const charge = UNIT * found.freeCalls * input.nakedCall * input.forward;
  expect(found.charge).toBeCloseTo(charge, 6);
  expect(found.charge + found.loss).toBeCloseTo(found.total, 6);
  const taken = UNIT * found.freeCalls * Math.max(0, found.worstPrice - freeStrike);
  const worst = lossAt(input, found.worstPrice) - taken;
  expect(Math.max(atOnce, worst)).toBeCloseTo(found.loss, 6);
}

test('the most an expiry can lose is what trying prices and numbers of free calls finds', () => {
  fc.assert(fc.property(inputs, expectFound), { numRuns: 300, seed: 41 });
});

describe('the most an expiry can lose', () => {
  const leg = (isCall: boolean, strike: number, held: number, resting?: OpenOrders): OptionLeg => ({
    ...{ isCall, strike, mark: 1, quantity: held, orders: resting },
  });
  const resting = (buyQuantity: number, buyPrice: number, sellQuantity: number, sellPrice = 0) => ({
    ...{ buyQuantity, buyPrice, sellQuantity, sellPrice },
  });
  const input = (
    options: OptionLeg[],
    futures: FutureLeg[] = [],
    forward = 1,
    nakedCall = 0.25,
  ) => ({
    ...{ forward, settlementFeePerUnit: 0, settlementFeeCap: 0.125, options, futures, nakedCall },
    withOrders: true,
  });
  const far = leg(true, 40, 4);

  test('with free calls in the place of long ones beyond, of what is held and offered', () => {
    for (const [options, futures, freeCalls] of [
      [[far], [{ quantity: -4, mark: 1 }], 4],
      [[far, leg(true, 1, -4)], [], 4],
      [[far, leg(true, 1, 0, resting(8, 0, 4))], [], 4],
      [[far], [{ quantity: 0, mark: 1, orders: resting(8, 0, 4, 1) }], 4],
      [[far], [{ quantity: -2, mark: 1, orders: resting(9, 0, 2, 1) }], 4],
    ] as [OptionLeg[], FutureLeg[], number][]) {
      expectFound(input(options, futures));
      expect(maximumLoss(input(options, futures))).toMatchObject({ freeCalls });
    }
  });

  test('is between the limits of a future, where longs leave the most open', () => {
    // The straddle brings most away from 5; there both sides lose 12, or nothing.
    const straddle = [leg(true, 5, 9), leg(false, 5, 9), leg(false, 10, -1)];
    const quoting = (orders: OpenOrders) =>
      input(straddle, [{ quantity: 0, mark: 5, orders }], 5, 1.25);
    expectFound(quoting(resting(4, 8, 4, 2)));
    expect(maximumLoss(quoting(resting(4, 8, 4, 2)))).toMatchObject({ loss: UNIT * 17 });
    expectFound(quoting(resting(4, 2, 4, 8)));
    expect(maximumLoss(quoting(resting(4, 2, 4, 8)))).toMatchObject({ loss: UNIT * 5 });
  });

  test('of ways that cost the same is told at the lowest price, with the fewest free calls', () => {
    expect(maximumLoss(input([leg(true, 7, 3)]))).toMatchObject({ total: 0, worstPrice: 0 });
    // Where a long is struck at K* and what a free call costs, another one changes nothing.
    const even = input([leg(true, 9, 4)], [{ quantity: -4, mark: 1 }], 4, 1.25);
    expectFound(even);
    expect(maximumLoss(even)).toMatchObject({ freeCalls: 0, worstPrice: 9, total: UNIT * 32 });
  });
});
