import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { coveredLoss } from './coveredLoss.ts';
import type { CoveredLeg } from './coveredLoss.ts';

const CENT = 10_000n;
const USD = 1_000_000n;
const ONE = 10_000n;
const put = (usd: bigint, quantity: bigint): CoveredLeg => ({
  ...{ isCall: false, strikeUusd: usd * USD, quantity },
});
const call = (usd: bigint, quantity: bigint): CoveredLeg => ({
  ...{ isCall: true, strikeUusd: usd * USD, quantity },
});
const lossOf = (...legs: CoveredLeg[]) => coveredLoss(legs, true);

describe('the most that an expiry can lose', () => {
  test('a short put needs its strike, and loses it at nothing', () => {
    expect(lossOf(put(60_000n, -ONE))).toEqual({ lossUusd: 60_000n * USD, worstPriceUusd: 0n });
  });

  test('a spread needs its width, sold or bought below or above', () => {
    const width = 5_000n * USD;
    expect(lossOf(put(55_000n, ONE), put(60_000n, -ONE)).lossUusd).toBe(width);
    expect(lossOf(call(60_000n, -ONE), call(65_000n, ONE))).toEqual({
      ...{ lossUusd: width, worstPriceUusd: 65_000n * USD },
    });
    expect(lossOf(call(60_000n, ONE), call(65_000n, -ONE)).lossUusd).toBe(0n);
  });

  test('an iron condor loses on one side only, and longs lose nothing more', () => {
    const wings = [put(50_000n, ONE), call(75_000n, ONE)];
    const condor = [...wings, put(55_000n, -ONE), call(70_000n, -ONE)];
    expect(lossOf(...condor).lossUusd).toBe(5_000n * USD);
    expect(lossOf(...wings)).toEqual({ lossUusd: 0n, worstPriceUusd: 0n });
  });

  test('a call sold beside none can lose without limit, a unit of it is enough', () => {
    expect(lossOf(call(70_000n, -ONE))).toEqual({
      ...{ lossUusd: undefined, worstPriceUusd: 70_000n * USD },
    });
    expect(lossOf(call(60_000n, ONE), call(70_000n, -ONE - 1n)).lossUusd).toBeUndefined();
    const offered = { ...call(60_000n, ONE), offered: ONE + 1n };
    expect(coveredLoss([offered], true).lossUusd).toBeUndefined();
    expect(coveredLoss([offered], false).lossUusd).toBe(0n);
  });

  test('orders count by the worse side of each series, and bids cost at least their price', () => {
    const bids = { quantity: ONE, costUusd: 1_000n * USD };
    const bidding = { ...put(60_000n, 0n), bids };
    expect(lossOf(bidding).lossUusd).toBe(1_000n * USD);
    expect(coveredLoss([{ ...bidding, offered: ONE }], false).lossUusd).toBe(0n);
    // Sold at nothing it loses the strike; what the other side costs does not come on top.
    expect(lossOf({ ...put(60_000n, 0n), bids, offered: ONE }).lossUusd).toBe(60_000n * USD);
    // A gain that is sure pays for no bid: a box brings 5,000.
    const box = [call(60_000n, ONE), call(65_000n, -ONE), put(60_000n, -ONE), put(65_000n, ONE)];
    expect(lossOf(...box).lossUusd).toBe(0n);
    expect(lossOf(...box, { ...put(50_000n, 0n), bids }).lossUusd).toBe(1_000n * USD);
  });
});

/** Strikes of a few cents, so that every settlement price can be tried. */
const anyLeg = (orders: boolean) =>
  fc.record({
    isCall: fc.boolean(),
    strikeUusd: fc.integer({ min: 1, max: 30 }).map((cents) => BigInt(cents) * CENT),
    quantity: fc.integer({ min: -9, max: 9 }).map(BigInt),
    bids: orders
      ? fc.option(
          fc.record({
            quantity: fc.integer({ min: 1, max: 9 }).map(BigInt),
            costUusd: fc.integer({ min: 0, max: 40 }).map(BigInt),
          }),
          { nil: undefined },
        )
      : fc.constant(undefined),
    offered: orders ? fc.integer({ min: 0, max: 9 }).map(BigInt) : fc.constant(0n),
  });
const legsWith = (orders: boolean) => fc.array(anyLeg(orders), { minLength: 1, maxLength: 6 });

const valueAt = ({ isCall, strikeUusd }: CoveredLeg, priceUusd: bigint): bigint => {
  const value = isCall ? priceUusd - strikeUusd : strikeUusd - priceUusd;
  return value > 0n ? value : 0n;
};
const most = (values: readonly bigint[]): bigint => values.reduce((a, b) => (a > b ? a : b));

/** By trying every cent up to far above all strikes; undefined where it still grows there. */
function byTrying(legs: readonly CoveredLeg[]): bigint | undefined {
  const lossAt = (cents: number): bigint => {
    let loss = 0n;
    for (const leg of legs) {
      const value = valueAt(leg, BigInt(cents) * CENT);
      const { quantity, bids, offered } = leg;
      const bought = bids === undefined ? 0n : bids.costUusd - (value * bids.quantity) / ONE;
      loss += most([0n, (value * offered!) / ONE, bought]) - (value * quantity) / ONE;
    }
    return loss;
  };
  if (lossAt(1_001) > lossAt(1_000)) return undefined;
  const floor = legs.reduce((sum, { bids }) => sum + (bids?.costUusd ?? 0n), 0n);
  return most([floor, ...Array.from({ length: 1_001 }, (_, cents) => lossAt(cents))]);
}

test('it is what trying every settlement price finds', () => {
  fc.assert(
    fc.property(legsWith(true), (legs) => {
      const { lossUusd } = coveredLoss(legs, true);
      expect(lossUusd).toBe(byTrying(legs));
    }),
  );
});

test('no set of fills can lose more than positions and orders were said to', () => {
  const parts = fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true }), fc.nat(40)));
  fc.assert(
    fc.property(legsWith(true), parts, fc.nat(200), (legs, shares, cents) => {
      const { lossUusd } = coveredLoss(legs, true);
      if (lossUusd === undefined) return;
      // Each series fills on one side, in part: sold for nothing, or bought at its cost.
      let spent = 0n;
      const after = legs.map((leg, i): CoveredLeg => {
        const [share = 0, side = 0] = shares[i] ?? [];
        const part = (n: bigint) => BigInt(Math.floor(Number(n) * share));
        const { bids, offered, quantity } = leg;
        if (side % 2 === 0 || bids === undefined) {
          return { ...leg, quantity: quantity - part(offered), offered: 0n, bids: undefined };
        }
        const bought = part(bids.quantity);
        spent += (bids.costUusd * bought) / bids.quantity;
        return { ...leg, quantity: quantity + bought, offered: 0n, bids: undefined };
      });
      const { lossUusd: left } = coveredLoss(after, true);
      expect(left).toBeDefined();
      const priceUusd = BigInt(cents) * CENT;
      const paid = after.reduce((sum, leg) => {
        return sum - (valueAt(leg, priceUusd) * leg.quantity) / ONE;
      }, spent);
      expect(paid).toBeLessThanOrEqual(lossUusd);
    }),
  );
});

test('more of a long never raises it, and two books together never need more than both', () => {
  fc.assert(
    fc.property(legsWith(false), legsWith(false), anyLeg(false), (a, b, leg) => {
      const [ofA, ofB, both] = [a, b, [...a, ...b]].map(
        (legs) => coveredLoss(legs, false).lossUusd,
      );
      const bought = { ...leg, quantity: leg.quantity < 0n ? -leg.quantity : leg.quantity };
      const more = coveredLoss([...a, bought], false).lossUusd;
      if (ofA !== undefined) expect(more).toBeLessThanOrEqual(ofA);
      if (ofA !== undefined && ofB !== undefined) expect(both).toBeLessThanOrEqual(ofA + ofB);
    }),
  );
});
