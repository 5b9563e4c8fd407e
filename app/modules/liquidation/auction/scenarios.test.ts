import { describe, expect, test } from '@jest/globals';
import * as pb from '../../../../proto/gen/tenor.liquidation.v1.ts';
import type { Params } from '../../../../proto/gen/tenor.liquidation.v1.ts';
import { creditDeposit, fundOf, getSubaccount, payIntoFund } from '../../accounts/index.ts';
import { userAddress } from '../../accounts/fixture.ts';
import { refusalCode } from '../../../runtime/fixture.ts';
import { CALL, SOON, eventsOf } from '../../clob/fixture.ts';
import { marginOf } from '../../margin/index.ts';
import { mustSeriesBySymbol, optionsParams } from '../../options/index.ts';
import type { Ctx } from '../../../runtime/context.ts';
import { LiquidationChain, USD, idOf } from '../fixture.ts';
import { liquidationModule } from '../index.ts';

const CONTRACT = 10_000n;
const PPB = 1_000_000_000;
const ETH = 'ETH-17NOV26-3000-C';

type Terms = Partial<Omit<pb.MsgBidLiquidation, 'sender'>>;

/** User 1 is the one in trouble everywhere. */
function bid(chain: LiquidationChain, user: number, terms: Terms = {}): string {
  const handler = liquidationModule.msgs[0]!;
  const msg = {
    ...{ sender: userAddress(user), subaccount: 0, liquidatedId: idOf(1) },
    ...{ version: chain.flag(1)?.auction?.version ?? 0n, fractionPpb: PPB },
    ...{ limitPpm: 1_000_000, leastPayoutUusd: 0n, ...terms },
  };
  return refusalCode(() => {
    handler.validate(msg);
    handler.execute(chain.ctx, msg);
  });
}

function auction(chain: LiquidationChain): pb.QueryAuctionResponse {
  const answer = liquidationModule.queries['/tenor.liquidation.v1.Query/Auction']!;
  const request = { subaccountId: idOf(1), owner: '', number: 0 };
  return pb.QueryAuctionResponse.decode(answer(chain.ctx, pb.QueryAuctionRequest.encode(request)));
}

const worth = (chain: LiquidationChain, user: number): bigint =>
  marginOf(chain.ctx, idOf(user)).markToMarketUusd;

/** The end of this block; the next one has not begun, so that marks are still the same. */
function end(chain: LiquidationChain): Ctx {
  const { ctx } = chain;
  chain.endBlock(ctx);
  return ctx;
}

/** Short two calls of user 0's, in breach from this block on. */
function short(cashUsd: bigint, params: Partial<Params> = {}, index = 75_000n): LiquidationChain {
  const chain = LiquidationChain.create([200_000n, cashUsd, 300_000n, 300_000n], params);
  chain.clob.accounts.trade(idOf(0), idOf(1), 2n * CONTRACT, CALL);
  chain.moveTo(index);
  chain.block();
  return chain;
}

describe('an insolvent account of two underlyings', () => {
  /** Short calls on both; only BTC has moved. Funds of their own, as large as they are here. */
  function both(btcUsd: bigint, ethUsd: bigint): LiquidationChain {
    const chain = LiquidationChain.create([400_000n, 12_000n, 300_000n, 300_000n]);
    payIntoFund(chain.ctx, idOf(0), 1, btcUsd * USD);
    payIntoFund(chain.ctx, idOf(0), 2, ethUsd * USD);
    chain.clob.accounts.trade(idOf(0), idOf(1), 2n * CONTRACT, CALL);
    chain.clob.accounts.trade(idOf(3), idOf(1), 8n * CONTRACT, ETH);
    chain.moveTo(75_000n);
    chain.block();
    expect(auction(chain).flag!.auction!.kind).toBe(pb.AuctionKind.AUCTION_KIND_INSOLVENT);
    return chain;
  }
  const balances = (chain: LiquidationChain) => [1, 2].map((id) => fundOf(chain.ctx, id));

  test('is paid for by both funds, by what each underlying keeps back, to the unit', () => {
    const chain = both(100_000n, 100_000n);
    const { flag } = auction(chain);
    const risks = flag!.risks.map(({ worstUusd }) => worstUusd);
    expect(risks.reduce((sum, uusd) => sum + uusd, 0n)).toBe(-flag!.maintenanceUusd);
    expect(balances(chain).map(({ atRiskUusd }) => atRiskUusd)).toEqual(risks);
    const before = balances(chain).map(({ balanceUusd }) => balanceUusd);
    const [bidder, lost] = [worth(chain, 2), worth(chain, 1)];
    expect(bid(chain, 2, { limitPpm: 0 })).toBe('done');
    const ended = end(chain);
    const cleared = eventsOf(ended, 'auction_cleared')[0]!;
    const paid = balances(chain).map(({ balanceUusd }, i) => before[i]! - balanceUusd);
    expect(paid[0]! > 0n && paid[1]! > 0n).toBe(true);
    expect(String(paid[0]! + paid[1]!)).toBe(cleared['fund_uusd']);
    expect(chain.held(2)).toBe(-2n * CONTRACT);
    expect(chain.held(2, ETH)).toBe(-8n * CONTRACT);
    // What it owed and what the funds paid is what the bidder has more now.
    const gained = worth(chain, 2) - bidder;
    const apart = gained - (paid[0]! + paid[1]! + lost - worth(chain, 1));
    expect(apart >= -2n && apart <= 2n).toBe(true);
    expect(chain.broken()).toEqual([]);
  });

  test('takes nothing of one fund for what the other underlying owes', () => {
    const chain = both(0n, 100_000n);
    const [, eth] = balances(chain);
    const share = auction(chain).flag!.risks.find(({ underlyingId }) => underlyingId === 2)!;
    for (let i = 0; i < 10 && chain.held(1) !== 0n; i++) chain.block();
    expect(chain.held(1)).toBe(0n);
    const spent = eth!.balanceUusd - balances(chain)[1]!.balanceUusd;
    expect(spent <= share.worstUusd).toBe(true);
    expect(chain.broken()).toEqual([]);
  });
});

describe('an auction', () => {
  test('whose whole value is cash that came since the breach begins again', () => {
    const chain = short(15_000n, { insolventBlocks: 50, insolventPpm: 1_000 });
    const before = auction(chain);
    expect(before.flag!.auction!.kind).toBe(pb.AuctionKind.AUCTION_KIND_INSOLVENT);
    // Deposits join R, and are all that it is worth: R is at least MtM.
    const lacks = -before.terms!.markToMarketUusd;
    creditDeposit(chain.ctx, idOf(1), lacks + 500n * USD);
    chain.block();
    const { flag, terms } = auction(chain);
    expect(flag!.auction!.kind).toBe(pb.AuctionKind.AUCTION_KIND_SOLVENT);
    expect(flag!.auction!.version).toBeGreaterThan(before.flag!.auction!.version);
    expect(terms!.bidInUusd).toBe(0n);
    expect(terms!.markToMarketUusd > 0n && terms!.bufferMarginUusd < 0n).toBe(true);
    expect(terms!.discountPpm).toBeGreaterThan(940_000);
    expect(bid(chain, 2, { version: before.flag!.auction!.version })).toBe('liquidation/3');
    expect(bid(chain, 2)).toBe('done');
    expect(chain.broken()).toEqual([]);
  });

  test('fills a bid alike whatever is deposited to the bidder or the account meanwhile', () => {
    const results = [0n, 1n, 900n].map((usd) => {
      const chain = short(30_000n);
      const fraction = { fractionPpb: 50_000_000, limitPpm: 960_000 };
      expect(bid(chain, 2, fraction)).toBe('done');
      if (usd > 0n) {
        creditDeposit(chain.ctx, idOf(1), usd * USD);
        creditDeposit(chain.ctx, idOf(2), usd * USD);
      }
      const before = chain.cash(2);
      const cleared = eventsOf(end(chain), 'auction_cleared')[0]!;
      const { price_ppm: price, fraction_ppb: sold, paid_uusd: paid } = cleared;
      return { price, sold, paid, held: chain.held(2), got: chain.cash(2) - before };
    });
    expect(results[1]).toEqual(results[0]);
    expect(results[2]).toEqual(results[0]);
  });

  test('gives an owner nothing through an accomplice, at any price and after any wait', () => {
    const schedule = { fastBlocks: 6, slowBlocks: 12 };
    for (const wait of [0, 3, 6, 10]) {
      for (const limitPpm of [1_000_000, 970_000, 800_000, 600_000]) {
        const chain = short(30_000n, schedule);
        for (let i = 0; i < wait; i++) chain.block();
        if (bid(chain, 2, { limitPpm }) !== 'done') continue;
        const before = worth(chain, 1) + worth(chain, 2);
        const feeUusd = BigInt(eventsOf(end(chain), 'auction_cleared')[0]!['fee_uusd']!);
        // Between them they have lost the fee, and a uusd a leg of rounding at the most.
        const change = worth(chain, 1) + worth(chain, 2) - before;
        expect(change <= 0n && change >= -feeUusd - 2n).toBe(true);
        expect(feeUusd).toBeGreaterThan(0n);
      }
    }
  });

  test('closes a whole market and leaves no open interest behind', () => {
    const chain = short(15_000n, { insolventBlocks: 3 });
    const before = [chain.cash(0), chain.cash(1)];
    const told: Record<string, string>[] = [];
    for (let i = 0; i < 10 && chain.held(1) !== 0n; i++) {
      told.push(...eventsOf(chain.block(), 'deleveraged'));
    }
    const series = mustSeriesBySymbol(chain.ctx, CALL);
    expect([chain.held(0), chain.held(1), series.openInterest]).toEqual([0n, 0n, 0n]);
    const paid = told.reduce((sum, of) => sum + BigInt(of['premium_uusd']!), 0n);
    // Bought back below its mark by what no fund could pay: all its cash to the unit, and nobody
    // else's.
    expect(chain.cash(0)).toBe(before[0]! + paid);
    expect(chain.cash(1)).toBe(before[1]! - paid);
    expect(chain.cash(1) >= 0n && chain.cash(1) <= 1n).toBe(true);
    expect(told.every((of) => BigInt(of['price_uusd']!) < BigInt(of['mark_uusd']!))).toBe(true);
    expect(chain.broken()).toEqual([]);
  });

  test('goes on in the settlement window at its marks, and ends with the payout', () => {
    const chain = LiquidationChain.create([200_000n, 12_000n, 300_000n]);
    chain.clob.accounts.trade(idOf(0), idOf(1), 2n * CONTRACT, SOON);
    const expiryMs = Date.UTC(2026, 10, 16, 12, 4);
    chain.clob.block(1, expiryMs - 20_000 - chain.ctx.header.timeMs);
    chain.moveTo(68_000n);
    chain.block();
    expect(chain.flag(1)).toBeDefined();
    expect(auction(chain).terms!.isOpen).toBe(true);
    expect(bid(chain, 2, { fractionPpb: 250_000_000 })).toBe('done');
    const before = worth(chain, 2);
    const cleared = eventsOf(end(chain), 'auction_cleared')[0];
    expect(cleared).toBeDefined();
    const taken = chain.held(2, SOON);
    expect(taken).toBeLessThan(0n);
    expect(worth(chain, 2)).toBeGreaterThanOrEqual(before - 2n);
    const open = () => [0, 1, 2].map((user) => getSubaccount(chain.ctx, idOf(user))!.positions);
    for (let i = 0; i < 60 && open().some((count) => count > 0); i++) chain.block();
    expect(open()).toEqual([0, 0, 0]);
    for (let i = 0; i < 3; i++) chain.block();
    expect(chain.flag(1)).toBeUndefined();
    expect(getSubaccount(chain.ctx, idOf(1))!.cashUusd).toBeGreaterThanOrEqual(0n);
    expect(chain.broken()).toEqual([]);
  });
});

test('a leg that does not trade bears its share of what is owed, and no more', () => {
  const chain = LiquidationChain.create([400_000n, 60_000n]);
  chain.clob.accounts.trade(idOf(0), idOf(1), 10_000n, CALL);
  chain.clob.accounts.trade(idOf(0), idOf(1), 100_000n, ETH);
  chain.moveTo(75_000n);
  const params = optionsParams.get(chain.ctx);
  const underlyings = params.underlyings.map((each) => ({ ...each, enabled: each.id !== 1 }));
  optionsParams.set(chain.ctx, { ...params, underlyings });
  // As much as the marks of both, and 300 USD.
  const owed = 300;
  const worth = chain.mark(CALL) + 10 * chain.mark(ETH);
  chain.lose(1, BigInt(Number(chain.cash(1) / USD) - worth + owed));
  let premium: number | undefined;
  for (let i = 0; i < 4 && premium === undefined; i++) {
    const [closed] = eventsOf(chain.block(), 'deleveraged');
    if (closed !== undefined) premium = Number(closed['premium_uusd']) / 1e6;
  }
  // A is 9% of the index a short: of 75,000 for one of BTC, of 3,000 for ten of ETH.
  const share = (owed * 30_000) / (30_000 + 75_000);
  expect(Math.abs(premium! - (10 * chain.mark(ETH) - share))).toBeLessThan(10);
  expect([chain.held(1), chain.held(1, ETH)]).toEqual([-10_000n, 0n]);
  expect(chain.broken()).toEqual([]);
});
