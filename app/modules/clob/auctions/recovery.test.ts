import { describe, expect, test } from '@jest/globals';
import { bandOf } from '../../margin/index.ts';
import { mustSeriesBySymbol, optionsParams } from '../../options/index.ts';
import { refusalCode } from '../../../runtime/fixture.ts';
import { CALL, ClobChain, eventsOf } from '../fixture.ts';
import { USD, RICH, IOC, auctions, toTheEnd, all, opening, outage } from './fixture.ts';
import { setEnabled, sound } from './fixture.ts';
import { markets, openings } from './state.ts';

describe('after an outage', () => {
  const STEPS = [
    { gapMs: 10_000, lengthMs: 4_000 },
    { gapMs: 60_000, lengthMs: 8_000 },
  ];
  const recovering = (cash: readonly bigint[]) =>
    ClobChain.create(cash, { auctionSteps: STEPS, maxAuctionLockMs: 3_000 });

  test('an auction as long as the outage asks comes first, and none after a short one', () => {
    for (const [seconds, lengthMs] of [
      [5, undefined],
      [30, 4_000n],
      [100, 8_000n],
    ] as const) {
      const chain = recovering([RICH]);
      outage(chain, seconds);
      const { id, underlyingId, expirySeconds } = mustSeriesBySymbol(chain.ctx, CALL);
      expect(id).toBeGreaterThan(0n);
      const auction = markets.get(chain.ctx, [underlyingId, expirySeconds])?.auction;
      expect(auction && auction.lockMs - auction.startedMs).toBe(lengthMs);
      sound(chain);
    }
  });

  test('nothing trades at prices from before it: their owners have the auction to go', () => {
    const chain = recovering([RICH, RICH, RICH]);
    const stale = chain.place(0, 'sell', 730).orderId;
    const kept = chain.place(2, 'sell', 740, { quantity: 5_000n }).orderId;
    outage(chain, 8 * 3_600, 64_400n * USD);
    expect(refusalCode(() => chain.place(1, 'buy', 800, IOC))).toBe('clob/25');
    chain.place(1, 'buy', 800);
    expect(auctions(chain)).toMatchObject([{ quantity: 10_000n }]);
    chain.cancel(0, stale);
    chain.place(0, 'sell', 790);
    const ends = toTheEnd(chain);
    const trades = all(ends, 'trade');
    expect(new Set(trades.map((t) => t['price_uusd'])).size).toBe(1);
    expect(Number(trades[0]!['price_uusd'])).toBeGreaterThan(740e6);
    expect(trades.map((t) => t['maker_order_id'])).toContain(kept.toString());
    expect(all(ends, 'call_auction_ended').length).toBeGreaterThan(0);
    sound(chain);
  });

  test('comes when an underlying is enabled again, as long as it was not traded asks', () => {
    const chain = recovering([RICH, RICH]);
    chain.place(0, 'sell', 700);
    setEnabled(chain, false);
    chain.block();
    chain.block(1, 60_000);
    expect(refusalCode(() => chain.place(1, 'buy', 720, IOC))).toBe('clob/2');
    setEnabled(chain, true);
    // In the block that enables it nobody takes what has stood there: its owner could not know.
    expect(refusalCode(() => chain.place(1, 'buy', 720, IOC))).toBe('clob/2');
    const [back] = all([chain.block()], 'recovery_auction').filter(
      ({ underlying }) => underlying === 'BTC',
    );
    expect(Number(back!['lock_ms']) - chain.ctx.header.timeMs).toBe(8_000);
    expect(refusalCode(() => chain.place(1, 'buy', 720, IOC))).toBe('clob/25');
    chain.place(1, 'buy', 720);
    expect(all(toTheEnd(chain), 'trade')).toHaveLength(1);
    sound(chain);
  });

  test('is not for what was never traded', () => {
    const chain = recovering([RICH]);
    const key = ({ underlyingId, expirySeconds }: ReturnType<typeof mustSeriesBySymbol>) =>
      [underlyingId, expirySeconds] as const;
    const market = key(mustSeriesBySymbol(chain.ctx, CALL));
    markets.delete(chain.ctx, market);
    setEnabled(chain, false);
    chain.block();
    chain.block(1, 60_000);
    expect(markets.get(chain.ctx, market)).toBeUndefined();
    setEnabled(chain, true);
    chain.block();
    expect(markets.get(chain.ctx, market)?.auction).toBeUndefined();
    sound(chain);
  });

  test('begins anew when prices stop during it', () => {
    const chain = recovering([RICH, RICH]);
    chain.place(0, 'sell', 700);
    outage(chain, 100);
    chain.place(1, 'buy', 720);
    outage(chain, 30);
    expect(auctions(chain)).toMatchObject([{ quantity: 10_000n }]);
    const ends = toTheEnd(chain);
    expect(all(ends, 'trade')).toHaveLength(1);
    sound(chain);
  });

  test('takes the openings of its series along: they end with it', () => {
    const chain = ClobChain.create([RICH, RICH], {
      ...{ auctionSteps: STEPS, maxAuctionLockMs: 3_000, openingAuctionMs: 120_000 },
    });
    chain.place(0, 'sell', 700);
    chain.place(1, 'buy', 720);
    expect([...openings.entries(chain.ctx)]).toHaveLength(1);
    outage(chain, 30);
    expect([...openings.entries(chain.ctx)]).toEqual([]);
    expect(all(toTheEnd(chain), 'trade')).toHaveLength(1);
    expect(auctions(chain)).toEqual([]);
    chain.place(0, 'sell', 710);
    expect(chain.place(1, 'buy', 720, IOC)).toMatchObject({ filled: 10_000n });
    sound(chain);
  });

  test('begins anew when prices stop in its last part, and is free meanwhile', () => {
    const chain = recovering([RICH, RICH, RICH]);
    outage(chain, 100);
    const offer = chain.place(0, 'sell', 700).orderId;
    chain.place(1, 'buy', 720);
    while (auctions(chain)[0]?.isLocked !== true) chain.block();
    chain.feed = 3;
    chain.block(2);
    chain.cancel(0, offer);
    chain.feed = 1;
    const back = chain.block();
    expect(eventsOf(back, 'recovery_auction').length).toBeGreaterThan(0);
    chain.place(0, 'sell', 710);
    // As long as the shortest one: four seconds.
    chain.block(3);
    expect(auctions(chain)).toMatchObject([{ isLocked: false, quantity: 10_000n }]);
    expect(all(toTheEnd(chain), 'trade')).toHaveLength(1);
    // The book trades as it comes again.
    chain.place(0, 'sell', 710);
    expect(chain.place(2, 'buy', 720, IOC)).toMatchObject({ filled: 10_000n });
    sound(chain);
  });

  test('frees an opening that was cleared in part, too: what reduces comes in meanwhile', () => {
    const chain = opening([RICH, RICH], { maxAuctionMatchesPerBlock: 1 });
    for (let i = 0; i < 5; i++) {
      chain.place(0, 'sell', 700, { quantity: 1_000n });
      chain.place(1, 'buy', 720, { quantity: 1_000n });
    }
    chain.block(5);
    // A block ends once more before the next begins, and has room for one meeting each time.
    for (let met = 0; met === 0; chain.block()) met = eventsOf(chain.seal(), 'trade').length;
    const reducing = { quantity: 1_000n, reduceOnly: true };
    expect(refusalCode(() => chain.place(1, 'sell', 800, reducing))).toBe('clob/25');
    chain.feed = 3;
    chain.block();
    expect(chain.place(1, 'sell', 800, reducing)).toMatchObject({ resting: 1_000n });
    sound(chain);
    chain.feed = 1;
    chain.block();
    expect(all(toTheEnd(chain), 'trade').length).toBeGreaterThan(0);
    expect(auctions(chain)).toEqual([]);
    sound(chain);
  });

  test('leaves out what open interest has no room for', () => {
    const chain = recovering([RICH, RICH, RICH, RICH]);
    const { underlyings, ...rules } = optionsParams.get(chain.ctx);
    const capped = underlyings.map((u) => ({
      ...u,
      ...{ maxPosition: 15_000n, maxSeriesOpenInterest: 15_000n },
    }));
    optionsParams.set(chain.ctx, { ...rules, underlyings: capped });
    outage(chain, 30);
    for (const [seller, buyer] of [
      [0, 1],
      [2, 3],
    ] as const) {
      chain.place(seller, 'sell', 700 + seller);
      chain.place(buyer, 'buy', 720 + buyer);
    }
    const ends = toTheEnd(chain);
    expect(all(ends, 'trade')).toMatchObject([{ quantity: '10000' }]);
    const reasons = all(ends, 'order_cancelled').map(({ reason }) => reason);
    expect(new Set(reasons)).toEqual(new Set(['position_cap']));
    sound(chain);
  });

  test('what crosses where the band does not reach is taken out', () => {
    const chain = recovering([RICH, RICH]);
    const highest = () => Number(bandOf(chain.ctx, mustSeriesBySymbol(chain.ctx, CALL))!.highUusd);
    chain.indexUusd = 60_000n * USD;
    chain.block();
    const beyond = Math.ceil(highest() / 100e6) * 100 + 50;
    outage(chain, 30, 64_000n * USD);
    expect(highest() / 1e6).toBeGreaterThan(beyond + 50);
    chain.place(0, 'sell', beyond, { quantity: 1_000n });
    chain.place(1, 'buy', beyond + 50, { quantity: 1_000n });
    chain.indexUusd = 60_000n * USD;
    const ends = toTheEnd(chain);
    expect(all(ends, 'trade')).toEqual([]);
    expect(all(ends, 'order_cancelled')).toMatchObject([{ reason: 'price_band' }]);
    sound(chain);
  });
});
