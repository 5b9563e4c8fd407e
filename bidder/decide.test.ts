import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { AuctionKind } from '../proto/gen/tenor.liquidation.v1.ts';
import type { AuctionTerms } from '../proto/gen/tenor.liquidation.v1.ts';
import { decide, notionalsOf } from './decide.ts';
import type { Bid, Leg, Offer, Pass } from './decide.ts';
import { DEFAULT_LIMITS } from './limits.ts';

const USD = 1_000_000n;
const PPM = 1_000_000n;
const PPB = 1_000_000_000n;
const BTC: Leg = {
  ...{ underlyingId: 1, quantity: -20_000n, indexUusd: 60_000n * USD },
  ...{ mark: 3_000, own: 3_050 },
};

const TERMS: AuctionTerms = {
  ...{ markToMarketUusd: 4_000n * USD, maintenanceUusd: -2_000n * USD, bufferUusd: 10_000n * USD },
  ...{ bufferMarginUusd: -3_500n * USD, bidInUusd: 0n, notionalUusd: 120_000n * USD, age: 10n },
  ...{ discountPpm: 900_000, fractionPpb: 600_000_000, feeUusd: 200n * USD },
  ...{ payoutUusd: 0n, worstUusd: 0n, payableUusd: 0n, isOpen: true },
};

/** Two calls short at 3,000 and 10,000 USD of cash: 4,000 USD at the marks. */
function offer(terms: Partial<AuctionTerms> = {}, of: Partial<Offer> = {}): Offer {
  return {
    ...{ accountId: 7n, version: 3n, kind: AuctionKind.AUCTION_KIND_SOLVENT },
    ...{ terms: { ...TERMS, ...terms }, cashUusd: 10_000n * USD, legs: [BTC] },
    ...of,
  };
}

const wide = (): bigint => 10_000_000n * USD;
const bidOf = (of: Offer, limits = DEFAULT_LIMITS, room = wide): Bid | Pass => {
  const decision = decide(of, limits, room);
  return 'bid' in decision ? decision.bid : decision.pass;
};

describe('a bidder', () => {
  test('bids up to where it keeps its edge over its own value', () => {
    // 0.1% of 120,000 and 50 on each of two contracts: 220 of 4,000 USD.
    const bid = bidOf(offer()) as Bid;
    expect(bid).toMatchObject({ limitPpm: 945_000, fractionPpb: 600_000_000, leastPayoutUusd: 0n });
    // At the schedule's 90% it gets 60% of 400 − 100 USD.
    expect(bid.edgeUusd).toBe(180n * USD);
    expect(bidOf(offer({ discountPpm: 945_000 }))).toMatchObject({ limitPpm: 945_000 });
    expect(bidOf(offer({ discountPpm: 945_001 }))).toBe('tooDear');
  });

  test('asks of a fund what the account lacks, its doubt and its edge', () => {
    const kind = AuctionKind.AUCTION_KIND_INSOLVENT;
    const lacks = { markToMarketUusd: -1_000n * USD, payableUusd: 10_000n * USD };
    const of = (payout: bigint) =>
      offer({ ...lacks, payoutUusd: payout * USD }, { kind, cashUusd: 5_000n * USD });
    expect(bidOf(of(1_219n))).toBe('tooDear');
    expect(bidOf(of(1_220n))).toMatchObject({
      ...{ leastPayoutUusd: 1_220n * USD, limitPpm: 0, fractionPpb: 1_000_000_000 },
      edgeUusd: 120n * USD,
    });
    const half = offer({ ...lacks, payoutUusd: 1_220n * USD, payableUusd: 610n * USD }, { kind });
    expect(bidOf({ ...half, cashUusd: 5_000n * USD })).toMatchObject({ fractionPpb: 500_000_000 });
  });

  test('passes where no bid is taken, nothing is sold, or marks are not its own', () => {
    expect(bidOf(offer({ isOpen: false }))).toBe('closed');
    expect(bidOf(offer({}, { legs: [] }))).toBe('nothing');
    expect(bidOf(offer({ fractionPpb: 0 }))).toBe('nothing');
    expect(bidOf(offer({ bidInUusd: 4_000n * USD }))).toBe('nothing');
    // 1% of the notional and a dollar.
    expect(bidOf(offer({}, { cashUusd: 11_201n * USD }))).not.toBe('unlike');
    expect(bidOf(offer({}, { cashUusd: 11_202n * USD }))).toBe('unlike');
  });

  test('takes no more than there is room for, in any underlying', () => {
    const eth: Leg = { ...BTC, underlyingId: 2, indexUusd: 3_000n * USD, mark: 0, own: 0 };
    const legs = [BTC, eth];
    const room = (id: number) => (id === 1 ? wide() : 600n * USD);
    const bid = bidOf(offer({}, { legs }), DEFAULT_LIMITS, room as typeof wide) as Bid;
    expect(bid.fractionPpb / 1e9).toBeCloseTo(0.1, 6);
    expect(bid.notionals.get(2)).toBeLessThanOrEqual(600n * USD);
    expect(bidOf(offer(), DEFAULT_LIMITS, () => 0n)).toBe('noRoom');
    expect(bidOf(offer(), DEFAULT_LIMITS, () => -5n)).toBe('noRoom');
    const least = { ...DEFAULT_LIMITS, maxFractionPpb: 1_000_000n };
    expect(bidOf(offer(), least)).toMatchObject({ fractionPpb: 1_000_000 });
  });

  const leg = fc.record({
    underlyingId: fc.integer({ min: 1, max: 2 }),
    quantity: fc.bigInt(-50_000n, 50_000n).filter((q) => q !== 0n),
    indexUusd: fc.bigInt(1_000n * USD, 90_000n * USD),
    mark: fc.double({ min: 0, max: 9_000, noNaN: true }),
    doubt: fc.double({ min: 0, max: 900, noNaN: true }),
  });
  const given = fc.record({
    legs: fc.array(leg, { minLength: 1, maxLength: 6 }),
    cashUusd: fc.bigInt(-50_000n * USD, 900_000n * USD),
    isInsolvent: fc.boolean(),
    discountPpm: fc.integer({ min: 0, max: 950_000 }),
    fractionPpb: fc.integer({ min: 0, max: 1_000_000_000 }),
    bidInUusd: fc.bigInt(0n, 5_000n * USD),
    payoutUusd: fc.bigInt(0n, 500_000n * USD),
    payableUusd: fc.bigInt(0n, 500_000n * USD),
    minEdgePpm: fc.bigInt(0n, 20_000n),
    maxFractionPpb: fc.bigInt(1n, PPB),
    rooms: fc.array(fc.bigInt(-1_000n * USD, 400_000n * USD), { minLength: 3, maxLength: 3 }),
  });

  test('whatever is offered, it stays within its limits and keeps its edge', () => {
    let bids = 0;
    fc.assert(
      fc.property(given, ({ legs: drawn, cashUusd, isInsolvent, rooms, ...rest }) => {
        const { minEdgePpm, maxFractionPpb, ...terms } = rest;
        const legs = drawn.map(({ doubt, ...of }) => {
          const own = of.quantity > 0n ? Math.max(of.mark - doubt, 0) : of.mark + doubt;
          return { ...of, own };
        });
        const value = (price: (of: Leg) => number) =>
          legs.reduce((sum, of) => sum + Number(of.quantity) * price(of) * 100, 0);
        const marked = value((of) => of.mark);
        const markToMarketUusd = cashUusd + BigInt(Math.round(marked));
        const { AUCTION_KIND_INSOLVENT, AUCTION_KIND_SOLVENT } = AuctionKind;
        const kind = isInsolvent ? AUCTION_KIND_INSOLVENT : AUCTION_KIND_SOLVENT;
        const limits = { ...DEFAULT_LIMITS, minEdgePpm, maxFractionPpb };
        const of = offer({ ...terms, markToMarketUusd }, { kind, cashUusd, legs });
        const decision = decide(of, limits, (id) => rooms[id]!);
        if ('pass' in decision) return;
        bids++;
        const { bid } = decision;
        const fraction = BigInt(bid.fractionPpb);
        expect(fraction > 0n && fraction <= maxFractionPpb).toBe(true);
        for (const [id, uusd] of notionalsOf(legs, fraction)) {
          expect(uusd <= rooms[id]!).toBe(true);
        }
        // At its own limit, and anywhere the clearing can put it, the edge is there.
        const notional = [...notionalsOf(legs).values()].reduce((sum, uusd) => sum + uusd, 0n);
        const paid = markToMarketUusd - terms.bidInUusd;
        const cash = isInsolvent
          ? markToMarketUusd + bid.leastPayoutUusd
          : (paid * (PPM - BigInt(bid.limitPpm))) / PPM;
        const own = Number(cash) - (marked - value((leg) => leg.own));
        expect(own).toBeGreaterThanOrEqual(Number((notional * minEdgePpm) / PPM) - 1_000);
        expect(isInsolvent || bid.limitPpm >= terms.discountPpm).toBe(true);
        expect(!isInsolvent || bid.leastPayoutUusd <= terms.payoutUusd).toBe(true);
        const fundPays = (terms.payoutUusd * fraction) / PPB;
        expect(!isInsolvent || fundPays <= terms.payableUusd).toBe(true);
      }),
      { numRuns: 300 },
    );
    expect(bids).toBeGreaterThan(20);
  });
});
