import { describe, expect, test } from '@jest/globals';
import * as pb from '../../../../proto/gen/tenor.liquidation.v1.ts';
import { FeedStatus } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { creditDeposit, fundOf, getSubaccount, isFlagged } from '../../accounts/index.ts';
import { setEnabled } from '../../clob/auctions/fixture.ts';
import { CALL, PUT, SOON, eventsOf } from '../../clob/fixture.ts';
import { marginOf } from '../../margin/index.ts';
import { LiquidationChain, USD, idOf } from '../fixture.ts';
import { CONTRACT, PPB, ask, bid, breached } from './fixture.ts';

const clearing = (chain: LiquidationChain): Record<string, string> | undefined =>
  eventsOf(chain.block(), 'auction_cleared')[0];

const buffer = (chain: LiquidationChain): number => {
  const { terms } = ask(chain);
  return Number(terms!.bufferMarginUusd) / 1e6;
};

/**
 * User 2 is long what is sold and short puts, and lacks so much initial margin: all of what it bids
 * for would bring it.
 */
function lackForAll(chain: LiquidationChain, uusd: bigint): void {
  const { accounts } = chain.clob;
  accounts.trade(idOf(2), idOf(0), 2n * CONTRACT, CALL);
  accounts.trade(idOf(3), idOf(2), 7n * CONTRACT, PUT);
  chain.lose(2, (marginOf(chain.ctx, idOf(2)).initialUusd + uusd) / USD);
}

describe('a solvent auction', () => {
  test('opens in the block of the breach, and tells what a bid would meet', () => {
    const chain = breached();
    const { flag, terms, bids } = ask(chain);
    expect(flag!.auction).toMatchObject({ kind: pb.AuctionKind.AUCTION_KIND_SOLVENT });
    expect(bids).toEqual([]);
    expect(terms).toMatchObject({ isOpen: true, bidInUusd: 0n });
    expect(terms!.discountPpm).toBeGreaterThan(940_000);
    expect(terms!.fractionPpb > 0 && terms!.fractionPpb < PPB).toBe(true);
    expect(terms!.bufferMarginUusd).toBeLessThan(0n);
  });

  test('sells as much as brings the buffer margin to zero, and then lets go', () => {
    const chain = breached();
    const { terms } = ask(chain);
    const equity = (user: number) => marginOf(chain.ctx, idOf(user)).markToMarketUusd;
    const [seller, bidder] = [equity(1), equity(2)];
    expect(bid(chain, 2)).toBe('done');
    const { ctx } = chain;
    chain.endBlock(ctx);
    const { price_ppm: price, fraction_ppb: fraction } = eventsOf(ctx, 'auction_cleared')[0]!;
    // It alone wants all there is: it pays its own limit, the whole marked value.
    expect(price).toBe('1000000');
    expect(Number(fraction)).toBeLessThanOrEqual(terms!.fractionPpb);
    // At the marked value nobody gains but the fee's takers.
    const lost = Number(seller - equity(1)) / 1e6;
    expect(lost).toBeGreaterThan(0);
    expect(Math.abs(Number(equity(2) - bidder) / 1e6)).toBeLessThan(0.01);
    expect(fundOf(ctx, 1).balanceUusd).toBeGreaterThan(0n);
    if (chain.flag(1) !== undefined) {
      // A unit of the leg needs 0.0001 × 9% of the index.
      expect(Math.abs(buffer(chain))).toBeLessThan(1);
    }
    for (let i = 0; i < 2; i++) chain.block();
    expect(chain.flag(1)).toBeUndefined();
    expect(chain.held(2)).toBeLessThan(0n);
    expect(chain.held(1)).toBe(-2n * CONTRACT - chain.held(2));
    expect(chain.broken()).toEqual([]);
  });

  test('has one price for all bids of a block, the limit of the last that is needed', () => {
    const chain = breached();
    const before = [2, 3].map((user) => chain.held(user));
    const half = { fractionPpb: Math.ceil(ask(chain).terms!.fractionPpb / 3) };
    expect(bid(chain, 2, { ...half, limitPpm: 990_000 })).toBe('done');
    expect(bid(chain, 3, { limitPpm: 970_000 })).toBe('done');
    expect(clearing(chain)).toMatchObject({ price_ppm: '970000' });
    // The better bid gets all that it wants, the marginal one the rest.
    const [two, three] = [2, 3].map((user, i) => chain.held(user) - before[i]!);
    expect(two! < 0n && three! < two!).toBe(true);
    expect(chain.broken()).toEqual([]);
  });

  test('shares out among equal limits, whoever came first', () => {
    const results = [
      [2, 3],
      [3, 2],
    ].map((order) => {
      const chain = breached();
      for (const user of order) expect(bid(chain, user, { limitPpm: 960_000 })).toBe('done');
      chain.block();
      return [2, 3].map((user) => chain.held(user));
    });
    expect(results[0]).toEqual(results[1]);
    const [two, three] = results[0]!;
    expect(two! < 0n && two! - three! <= 1n && three! - two! <= 1n).toBe(true);
  });

  test('falls in price with time, and fills what is wanted at the price of the schedule', () => {
    const chain = breached(30_000n, { fastBlocks: 10, slowBlocks: 10 });
    expect(bid(chain, 2, { limitPpm: 800_000 })).toBe('liquidation/5');
    while (ask(chain).terms!.discountPpm > 800_000) chain.block();
    const discount = ask(chain).terms!.discountPpm;
    expect(bid(chain, 2, { limitPpm: 800_000, fractionPpb: 1_000_000 })).toBe('done');
    const cleared = clearing(chain)!;
    expect(Number(cleared['price_ppm'])).toBeLessThanOrEqual(discount);
    expect(cleared['fraction_ppb']).toBe('1000000');
    expect(chain.broken()).toEqual([]);
  });

  test('cuts a bid to what its bidder can carry, and breaks nobody’s initial margin', () => {
    const chain = breached();
    const wanted = ask(chain).terms!.fractionPpb;
    expect(bid(chain, 4)).toBe('done');
    const { filled_ppb: filled } = eventsOf(chain.block(), 'liquidation_bid')[0]!;
    expect(Number(filled)).toBeGreaterThan(0);
    expect(Number(filled)).toBeLessThan(wanted / 2);
    expect(marginOf(chain.ctx, idOf(4)).initialUusd).toBeGreaterThanOrEqual(0n);
    expect(chain.broken()).toEqual([]);
  });

  test('is not held up by who bids more than anybody and cannot carry what it would get', () => {
    const chain = breached();
    const { fractionPpb } = ask(chain).terms!;
    const closes = (BigInt(fractionPpb) * 2n * BigInt(chain.mark(CALL)) * USD) / BigInt(PPB);
    // What it could carry at the price of the schedule is more than is sold at its own.
    lackForAll(chain, closes - 25n * USD);
    expect(bid(chain, 2, { limitPpm: 1_000_000 })).toBe('done');
    expect(bid(chain, 3, { limitPpm: 960_000 })).toBe('done');
    const ended = chain.block();
    const filled = eventsOf(ended, 'liquidation_bid').map(({ filled_ppb: ppb }) => Number(ppb));
    expect(filled[0]).toBe(0);
    expect(filled[1]).toBeGreaterThan(fractionPpb / 2);
    expect(eventsOf(ended, 'auction_cleared')).toMatchObject([{ price_ppm: '960000' }]);
    expect(chain.broken()).toEqual([]);
  });

  test('takes no notice of deposits but by ending when the owner has paid enough', () => {
    const chain = breached();
    creditDeposit(chain.ctx, idOf(2), 5_000n * USD);
    creditDeposit(chain.ctx, idOf(1), 100n * USD);
    expect(bid(chain, 2, { limitPpm: 960_000 })).toBe('done');
    expect(ask(chain).terms!.bidInUusd).toBe(100n * USD);
    expect(clearing(chain)).toMatchObject({ price_ppm: '960000' });
    const other = breached();
    expect(bid(other, 2)).toBe('done');
    creditDeposit(other.ctx, idOf(1), 20_000n * USD);
    const ended = other.block();
    expect(eventsOf(ended, 'liquidation_released')).toHaveLength(1);
    expect(other.held(2)).toBe(0n);
  });

  test('that nobody wants at any price ends at the marks against the other side', () => {
    const chain = breached(30_000n, { fastBlocks: 3, slowBlocks: 3, insolventBlocks: 3 });
    const [mark, cash] = [chain.mark(CALL), chain.cash(0)];
    for (let i = 0; i < 9 && chain.flag(1) !== undefined; i++) chain.block();
    expect(chain.flag(1)).toBeUndefined();
    expect(isFlagged(chain.ctx, idOf(1))).toBe(false);
    const sold = 2n * CONTRACT - chain.held(0);
    expect(sold).toBeGreaterThan(0n);
    const fair = Number(sold) * mark * 100;
    expect(Math.abs(Number(chain.cash(0) - cash) - fair)).toBeLessThan(fair / 100);
    expect(chain.broken()).toEqual([]);
  });

  test('waits for prices: an outage makes nothing cheaper and clears no bid', () => {
    const chain = breached();
    const before = ask(chain).terms!.age;
    chain.setFeed(FeedStatus.FEED_STATUS_STALE, 0);
    expect(bid(chain, 2)).toBe('liquidation/8');
    chain.endBlock(chain.ctx);
    expect(ask(chain).terms?.age ?? before).toBe(before);
    expect(ask(chain).terms?.isOpen ?? false).toBe(false);
  });

  test('waits while its underlying is disabled, and goes on from there', () => {
    const chain = breached();
    const before = ask(chain).terms!.age;
    setEnabled(chain.clob, false);
    for (let i = 0; i < 3; i++) chain.block();
    expect([bid(chain, 2), ask(chain).terms!.age]).toEqual(['liquidation/8', before]);
    setEnabled(chain.clob, true);
    chain.block();
    expect(ask(chain).terms!.age).toBe(before + 1n);
  });
});

describe('a bid is refused', () => {
  test('for accounts that are healthy, of the same owner or unknown', () => {
    const chain = breached();
    expect(bid(chain, 2, { liquidatedId: idOf(0) })).toBe('liquidation/1');
    expect(bid(chain, 2, { liquidatedId: 999n })).toBe('liquidation/1');
    chain.clob.accounts.open(1, 50_000n * USD, 1);
    expect(bid(chain, 1, { subaccount: 1 })).toBe('liquidation/2');
    expect(bid(chain, 2, { subaccount: 7 })).toBe('liquidation/9');
  });

  test('for another version, absurd fractions and limits, or more than can be carried', () => {
    const chain = breached();
    const version = chain.flag(1)!.auction!.version;
    expect(bid(chain, 2, { version: version + 1n })).toBe('liquidation/3');
    expect(bid(chain, 2, { fractionPpb: 0 })).toBe('liquidation/4');
    expect(bid(chain, 2, { fractionPpb: PPB + 1 })).toBe('liquidation/4');
    expect(bid(chain, 2, { limitPpm: 1_000_001 })).toBe('liquidation/4');
    expect(bid(chain, 2, { limitPpm: 0 })).toBe('liquidation/5');
    chain.lose(4, 2_000n);
    expect(bid(chain, 4)).toBe('liquidation/7');
  });

  test('when as many better ones wait; a better one takes the worst one’s place', () => {
    const chain = breached(30_000n, { maxBidsPerAccount: 1 });
    expect(bid(chain, 2, { limitPpm: 960_000 })).toBe('done');
    expect(bid(chain, 3, { limitPpm: 955_000 })).toBe('liquidation/6');
    expect(bid(chain, 3, { limitPpm: 970_000 })).toBe('done');
    // Its own earlier one it replaces.
    expect(bid(chain, 3, { limitPpm: 965_000 })).toBe('done');
    expect(ask(chain).bids).toMatchObject([{ bidderId: idOf(3), limitPpm: 965_000 }]);
    chain.block();
    expect(chain.held(2)).toBe(0n);
    expect(ask(chain).bids).toEqual([]);
  });
});

describe('an insolvent auction', () => {
  test('is paid for by the fund, more with time, and leaves nothing behind', () => {
    const chain = breached(15_000n, { insolventBlocks: 20 });
    chain.fund(0, 100_000n);
    chain.block();
    const { flag, terms } = ask(chain);
    expect(flag!.auction!.kind).toBe(pb.AuctionKind.AUCTION_KIND_INSOLVENT);
    expect(fundOf(chain.ctx, 1).atRiskUusd).toBe(terms!.worstUusd);
    const payout = terms!.payoutUusd;
    expect(payout).toBeGreaterThanOrEqual(-terms!.markToMarketUusd);
    chain.block();
    expect(ask(chain).terms!.payoutUusd).toBeGreaterThan(payout);
    const before = fundOf(chain.ctx, 1).balanceUusd;
    expect(bid(chain, 2, { leastPayoutUusd: terms!.worstUusd * 2n })).toBe('liquidation/5');
    expect(bid(chain, 2, { limitPpm: 0 })).toBe('done');
    const { fund_uusd: paid, fraction_ppb: fraction } = clearing(chain)!;
    expect(fraction).toBe(String(PPB));
    expect(before - fundOf(chain.ctx, 1).balanceUusd).toBe(BigInt(paid!));
    expect(chain.held(2)).toBe(-2n * CONTRACT);
    expect(getSubaccount(chain.ctx, idOf(1))).toMatchObject({ positions: 0 });
    chain.block();
    expect(chain.flag(1)).toBeUndefined();
    expect(fundOf(chain.ctx, 1).atRiskUusd).toBe(0n);
    expect(chain.cash(1) >= 0n && chain.cash(1) < 100n).toBe(true);
    expect(chain.broken()).toEqual([]);
  });

  test('gives nothing to one who can carry all that it wants, and not its part of it', () => {
    const chain = breached(15_000n);
    chain.fund(0, 100_000n);
    // All of the slice brings the cash that user 2 lacks; half does not.
    lackForAll(chain, ((chain.cash(1) + ask(chain).terms!.payoutUusd) * 3n) / 4n);
    for (const user of [2, 3]) expect(bid(chain, user, { limitPpm: 0 })).toBe('done');
    const filled = eventsOf(chain.block(), 'liquidation_bid').map(({ filled_ppb: ppb }) => ppb);
    // And it keeps nobody else out.
    expect(filled).toEqual(['0', String(PPB)]);
    expect([2, 3].map((user) => chain.held(user))).toEqual([2n * CONTRACT, -2n * CONTRACT]);
    expect(chain.broken()).toEqual([]);
  });

  test('of BTC leaves a trader in ETH untouched, to the last unit', () => {
    const chain = breached(15_000n);
    const ETH = 'ETH-17NOV26-3000-C';
    chain.clob.accounts.trade(idOf(2), idOf(3), CONTRACT, ETH);
    const cash = [2, 3].map((user) => chain.cash(user));
    for (let i = 0; i < 6; i++) chain.block();
    expect(chain.held(1)).toBe(0n);
    expect([2, 3].map((user) => chain.cash(user))).toEqual(cash);
    expect([2, 3].map((user) => chain.held(user, ETH))).toEqual([CONTRACT, -CONTRACT]);
    expect(chain.broken()).toEqual([]);
  });
});

test('an expiry in the middle of an auction changes what is sold: bids are stale', () => {
  const chain = LiquidationChain.create([200_000n, 24_000n, 300_000n]);
  chain.clob.accounts.trade(idOf(0), idOf(1), CONTRACT, CALL);
  chain.clob.accounts.trade(idOf(0), idOf(1), CONTRACT, SOON);
  chain.moveTo(75_000n);
  chain.block();
  const version = chain.flag(1)!.auction!.version;
  expect(chain.flag(1)!.auction!.expiries).toBe(2);
  const positions = () => getSubaccount(chain.ctx, idOf(1))!.positions;
  for (let i = 0; i < 400 && positions() === 2; i++) {
    chain.block();
    // Over and not paid out yet: no slice can be taken.
    if (Date.UTC(2026, 10, 16, 12, 4) <= chain.ctx.header.timeMs && positions() === 2) {
      expect(bid(chain, 2, { version })).toBe('liquidation/8');
    }
  }
  expect(positions()).toBe(1);
  expect(bid(chain, 2, { version })).toBe('liquidation/3');
  chain.block();
  expect(chain.flag(1)!.auction!.version).toBeGreaterThan(version);
  expect(chain.flag(1)!.auction!.expiries).toBe(1);
  expect(bid(chain, 2)).toBe('done');
  expect(clearing(chain)).toBeDefined();
  expect(chain.broken()).toEqual([]);
});
