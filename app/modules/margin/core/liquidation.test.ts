import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';

import { clearBids } from './clearBids.ts';
import { deleveragePremium, insolventPayout, splitByWeight } from './insolvency.ts';
import {
  bufferMargin,
  DEFAULT_LIQUIDATION_PARAMS,
  discountPpm,
  fractionToSell,
  liquidationStep,
  PPB,
  sliceCost,
  sliceQuantity,
  standardBuffer,
} from './liquidation.ts';
import type { LiquidationState } from './liquidation.ts';

const PARAMS = DEFAULT_LIQUIDATION_PARAMS;
const USD = 1_000_000n;

const amountArb = (low: bigint, high: bigint): fc.Arbitrary<bigint> =>
  fc.bigInt({ min: low * USD, max: high * USD });

/** Breached accounts that still have something to sell. */
const breachedArb = fc
  .record({
    markToMarketUusd: amountArb(1n, 10_000_000n),
    bufferUusd: amountArb(1n, 50_000_000n),
    bidShare: fc.bigInt({ min: 0n, max: 99n }),
    notionalUusd: amountArb(0n, 100_000_000n),
  })
  .map(({ markToMarketUusd, bufferUusd, bidShare, notionalUusd }): LiquidationState => ({
    markToMarketUusd,
    bufferUusd,
    maintenanceMarginUusd: markToMarketUusd - bufferUusd,
    bidInUusd: (markToMarketUusd * bidShare) / 100n,
    notionalUusd,
  }));

const discountArb = fc.bigInt({ min: 0n, max: 950_000n });

describe('the solvent auction', () => {
  test('selling the fraction brings the buffer margin to 0', () => {
    fc.assert(
      fc.property(breachedArb, discountArb, (state, discount) => {
        const step = liquidationStep(state, discount, PARAMS);
        if (step.kind !== 'sell') return;
        const { fractionPpb, feeUusd } = step;
        const fee = (fractionPpb * feeUusd) / PPB;
        const kept = PPB - fractionPpb;
        const sold = state.markToMarketUusd - state.bidInUusd;
        const rest = state.bidInUusd + (sold * kept) / PPB;
        const markToMarketUusd = rest + sliceCost(state, fractionPpb, discount) - fee;
        const bufferUusd = (state.bufferUusd * kept) / PPB;
        const maintenanceMarginUusd = markToMarketUusd - bufferUusd;
        const after = bufferMargin({ ...state, bufferUusd, maintenanceMarginUusd }, PARAMS);
        // A billionth of what is at stake, and a few units.
        const slack = (state.bufferUusd * 2n) / PPB + state.markToMarketUusd / PPB + 5n;
        expect(after <= slack && after >= -slack).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  test('the fraction is between nothing and everything, and falls with the price', () => {
    fc.assert(
      fc.property(breachedArb, discountArb, discountArb, (state, a, b) => {
        const [low, high] = a < b ? [a, b] : [b, a];
        const dear = liquidationStep(state, high, PARAMS);
        const cheap = liquidationStep(state, low, PARAMS);
        expect(dear.kind).toBe(cheap.kind);
        if (dear.kind !== 'sell' || cheap.kind !== 'sell') return;
        expect(dear.fractionPpb > 0n && cheap.fractionPpb <= PPB).toBe(true);
        expect(dear.fractionPpb <= cheap.fractionPpb).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('healthy, insolvent and all-cash accounts have steps of their own', () => {
    const state: LiquidationState = {
      markToMarketUusd: 100n * USD,
      maintenanceMarginUusd: -20n * USD,
      bufferUusd: 120n * USD,
      bidInUusd: 0n,
      notionalUusd: 0n,
    };
    const kind = (change: Partial<LiquidationState>): string =>
      liquidationStep({ ...state, ...change }, 900_000n, PARAMS).kind;
    expect(kind({})).toBe('sell');
    expect(kind({ maintenanceMarginUusd: 18n * USD })).toBe('healthy');
    // 5% of the buffer are 6.
    expect(kind({ markToMarketUusd: 6n * USD })).toBe('sell');
    expect(kind({ markToMarketUusd: 6n * USD - 1n })).toBe('insolvent');
    expect(kind({ markToMarketUusd: 0n, bufferUusd: 0n })).toBe('insolvent');
    expect(kind({ bidInUusd: 100n * USD })).toBe('restart');
  });

  test('a sale that brings in nothing takes everything', () => {
    expect(fractionToSell(-5n, 10n, 0n, 0n, 0n)).toBe(PPB);
    // Nor one whose fee is more than it brings.
    expect(fractionToSell(-5n, 10n, 0n, 0n, 1n)).toBe(PPB);
    expect(fractionToSell(0n, 10n, 0n, 0n, 0n)).toBe(0n);
  });

  test('the buffer of a standard account leaves out its long options', () => {
    const equity = 10n * USD;
    expect(standardBuffer(equity, 4n * USD, -7n * USD)).toBe(13n * USD);
    expect(standardBuffer(equity, 30n * USD, -7n * USD)).toBe(0n);
  });

  test('the discount never rises, starts at 0.95 and ends at 0', () => {
    let last = discountPpm(-5n, PARAMS);
    expect(last).toBe(950_000n);
    for (let t = 0n; t < 45_000n; t += 37n) {
      const next = discountPpm(t, PARAMS);
      expect(next <= last && next >= 0n).toBe(true);
      last = next;
    }
    expect(last).toBe(0n);
  });

  test('a slice takes whole units toward zero', () => {
    expect(sliceQuantity(-10_001, 500_000_000n)).toBe(-5_000);
    expect(sliceQuantity(10_001, 500_000_000n)).toBe(5_000);
    expect(sliceQuantity(7, PPB)).toBe(7);
  });
});

const bidArb = fc.record({
  fractionPpb: fc.bigInt({ min: 1n, max: 600_000_000n }),
  limitPpm: fc.bigInt({ min: 600_000n, max: 1_000_000n }).map((p) => p - (p % 25_000n)),
});

describe('clearing a block of bids', () => {
  const state: LiquidationState = {
    markToMarketUusd: 20_000n * USD,
    maintenanceMarginUusd: -160_000n * USD,
    bufferUusd: 180_000n * USD,
    bidInUusd: 0n,
    notionalUusd: 1_000_000n * USD,
  };
  const largest = (d: bigint): bigint => {
    const step = liquidationStep(state, d, PARAMS);
    return step.kind === 'sell' ? step.fractionPpb : 0n;
  };

  test('one price from the schedule’s up, nobody above their limit, no more than f sold', () => {
    fc.assert(
      fc.property(fc.array(bidArb, { maxLength: 8 }), (bids) => {
        const { discountPpm: price, fillsPpb } = clearBids(bids, state, 800_000n, PARAMS);
        expect(price >= 800_000n).toBe(true);
        let sold = 0n;
        for (const [i, fill] of fillsPpb.entries()) {
          const { limitPpm, fractionPpb } = bids[i]!;
          expect(fill >= 0n && fill <= fractionPpb).toBe(true);
          if (limitPpm < price) expect(fill).toBe(0n);
          if (limitPpm > price) expect(fill).toBe(fractionPpb);
          sold += fill;
        }
        expect(sold <= largest(price)).toBe(true);
        if (price > 800_000n) expect(sold).toBe(largest(price));
      }),
      { numRuns: 300 },
    );
  });

  test('no higher price finds enough demand', () => {
    fc.assert(
      fc.property(fc.array(bidArb, { maxLength: 8 }), (bids) => {
        const { discountPpm: price } = clearBids(bids, state, 800_000n, PARAMS);
        for (const { limitPpm } of bids) {
          if (limitPpm <= price) continue;
          let demand = 0n;
          for (const bid of bids) if (bid.limitPpm >= limitPpm) demand += bid.fractionPpb;
          expect(demand < largest(limitPpm)).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('the order of the bids changes no price, and a fill by one part in 10^9 at most', () => {
    fc.assert(
      fc.property(fc.array(bidArb, { minLength: 1, maxLength: 8 }), (bids) => {
        const forward = clearBids(bids, state, 800_000n, PARAMS);
        const backward = clearBids([...bids].reverse(), state, 800_000n, PARAMS);
        expect(backward.discountPpm).toBe(forward.discountPpm);
        for (const [i, fill] of forward.fillsPpb.entries()) {
          const other = backward.fillsPpb[bids.length - 1 - i]!;
          expect(other - fill <= 1n && fill - other <= 1n).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('a healthy account sells nothing', () => {
    const healthy = { ...state, maintenanceMarginUusd: 100_000n * USD };
    const bids = [{ fractionPpb: PPB, limitPpm: 1_000_000n }];
    const nothing = { discountPpm: 800_000n, fillsPpb: [0n] };
    expect(clearBids(bids, healthy, 800_000n, PARAMS)).toEqual(nothing);
  });

  test('demand of just as much as is sold clears at its limit, whatever is bid below', () => {
    const fractionPpb = largest(900_000n);
    const exact = { fractionPpb, limitPpm: 900_000n };
    const below = { fractionPpb: PPB, limitPpm: 850_000n };
    const cleared = { discountPpm: 900_000n, fillsPpb: [0n, fractionPpb] };
    expect(clearBids([below, exact], state, 800_000n, PARAMS)).toEqual(cleared);
    const short = { ...exact, fractionPpb: fractionPpb - 1n };
    expect(clearBids([below, short], state, 800_000n, PARAMS).discountPpm).toBe(850_000n);
  });
});

describe('insolvency', () => {
  test('the fund’s payout rises from the loss to the whole shortfall and is never negative', () => {
    const args = fc.tuple(
      amountArb(-1_000n, 1_000n),
      amountArb(0n, 2_000n),
      fc.bigInt({ min: 0n, max: PPB }),
    );
    fc.assert(
      fc.property(args, ([markToMarket, buffer, fraction]) => {
        let last = 0n;
        const paidAt = (t: bigint): bigint =>
          insolventPayout(fraction, markToMarket, markToMarket - buffer, t, 3_600n);
        for (const t of [0n, 1n, 1_800n, 3_600n, 9_999n]) {
          const paid = paidAt(t);
          expect(paid >= last).toBe(true);
          last = paid;
        }
        expect([paidAt(-5n), paidAt(9_999n)]).toEqual([paidAt(0n), paidAt(3_600n)]);
        const shortfall = buffer - markToMarket;
        expect(last <= (shortfall > 0n ? shortfall : 0n)).toBe(true);
      }),
      { numRuns: 300 },
    );
  });

  test('a split loses no unit and gives nobody more than a unit above their share', () => {
    const weights = fc.array(fc.bigInt({ min: 0n, max: 10n ** 15n }), {
      minLength: 1,
      maxLength: 9,
    });
    fc.assert(
      fc.property(amountArb(0n, 1_000_000n), weights, (amount, parts) => {
        const total = parts.reduce((sum, part) => sum + part, 0n);
        const shares = splitByWeight(amount, parts);
        const sum = shares.reduce((all, share) => all + share, 0n);
        expect(sum).toBe(total === 0n ? 0n : amount);
        for (const [i, share] of shares.entries()) {
          expect(share * total <= amount * parts[i]! + total).toBe(true);
          expect(share >= 0n).toBe(true);
        }
      }),
      { numRuns: 300 },
    );
  });

  test('what rounding to the bound leaves is no deficit', () => {
    // Half a unit is worth one where it is owed, and none where it is the most there is.
    const leg = { quantity: 1n, markUusd: 5_000n, capUusd: 5_000n };
    const of = (deficitUusd: bigint) => deleveragePremium({ ...leg, deficitUusd });
    expect(of(0n)).toEqual({ premiumUusd: 0n, uncoveredUusd: 0n });
    expect(of(3n)).toEqual({ premiumUusd: 0n, uncoveredUusd: 3n });
  });

  test('deleveraging covers the deficit inside the bounds and says what is left', () => {
    const legs = fc.record({
      quantity: fc.bigInt({ min: -(10n ** 7n), max: 10n ** 7n }).filter((q) => q !== 0n),
      markUusd: amountArb(0n, 50_000n),
      capUusd: fc.option(amountArb(50_000n, 100_000n), { nil: null }),
      deficitUusd: amountArb(0n, 10_000_000n),
    });
    fc.assert(
      fc.property(legs, (leg) => {
        const { premiumUusd, uncoveredUusd } = deleveragePremium(leg);
        const { quantity, markUusd, capUusd, deficitUusd } = leg;
        expect(premiumUusd >= 0n && uncoveredUusd >= 0n).toBe(true);
        if (capUusd !== null && quantity > 0n) {
          expect(premiumUusd * 10_000n <= capUusd * quantity).toBe(true);
        }
        // In 1e-4 uusd. The deficit is covered, and less than a unit is left with the bankrupt.
        const paid = quantity > 0n ? premiumUusd : -premiumUusd;
        const gained = paid * 10_000n - markUusd * quantity;
        const over = gained - (deficitUusd - uncoveredUusd) * 10_000n;
        expect(over >= 0n && over < 10_000n).toBe(true);
        const atBound = premiumUusd === 0n || capUusd !== null;
        if (uncoveredUusd > 0n) expect(atBound).toBe(true);
      }),
      { numRuns: 500 },
    );
  });
});
