import { describe, expect, test } from '@jest/globals';
import * as pb from '../../../../proto/gen/tenor.clob.v1.ts';
import type { ClobChain } from '../fixture.ts';
import { refusalCode } from '../../../runtime/fixture.ts';
import { CALL, PUT, eventsOf } from '../fixture.ts';
import { armSwitch, freezeGroup, quoting, setGroup } from '../quotes/fixture.ts';
import { deadlines } from '../quotes/state.ts';
import { orders } from '../state.ts';
import {
  RICH,
  USD,
  all,
  auctions,
  opening,
  outage,
  setEnabled,
  sound,
  toTheEnd,
} from './fixture.ts';

const indicated = (chain: ClobChain) => {
  const { priceUusd, quantity } = auctions(chain)[0]!;
  return [Number((priceUusd ?? 0n) / USD), quantity];
};
const seconds = (chain: ClobChain, more: number) =>
  BigInt(Math.floor(chain.ctx.header.timeMs / 1_000) + more);
const left = (chain: ClobChain) => [...orders.entries(chain.ctx)].map(([id]) => id);

describe('the price of an auction', () => {
  test('is not moved by orders that can only meet their own owner', () => {
    const [chain, honest] = [opening([RICH, RICH, RICH]), opening([RICH, RICH, RICH])];
    for (const each of [chain, honest]) {
      each.place(0, 'sell', 700);
      each.place(1, 'buy', 720);
      each.place(2, 'buy', 705, { quantity: 50_000n });
    }
    // A wall that would push the price down, and cancel itself when it is cleared.
    for (const selfTrade of [0, 1, 2] as const) {
      chain.place(2, 'sell', 701, { quantity: 90_000n, selfTrade });
    }
    expect(indicated(chain)).toEqual(indicated(honest));
    const [ends, theirs] = [toTheEnd(chain), toTheEnd(honest)];
    const gone = all(ends, 'order_cancelled');
    expect(gone.map(({ reason }) => reason)).toEqual(Array(3).fill('self_trade'));
    const told = (list: typeof ends) =>
      all(list, 'trade').map((t) => [t['price_uusd'], t['quantity'], t['maker_order_id']]);
    expect(told(ends)).toEqual(told(theirs));
    sound(chain);
  });

  test('does not let a later order of its owner take an earlier one out, whatever its mode', () => {
    const chain = opening([RICH, RICH]);
    const shown = chain.place(0, 'buy', 740).orderId;
    chain.place(1, 'sell', 720);
    chain.block(5);
    expect(auctions(chain)).toMatchObject([{ isLocked: true }]);
    chain.place(0, 'sell', 700, { quantity: 1_000n, selfTrade: 1 });
    const ends = toTheEnd(chain);
    const [trade] = all(ends, 'trade');
    expect([trade!['maker_order_id'], trade!['taker_order_id']]).toContain(shown.toString());
    expect(trade!['quantity']).toBe('10000');
    sound(chain);
  });

  test('counts what it meets and drops within the budget of a block', () => {
    const chain = opening([RICH, RICH, RICH], { maxAuctionMatchesPerBlock: 2 });
    for (const [series, base] of [
      [CALL, 700],
      [PUT, 700],
    ] as const) {
      chain.place(0, 'sell', base, { series, quantity: 1_000n });
      chain.place(1, 'buy', base + 20, { series, quantity: 1_000n });
      chain.place(2, 'buy', base + 10, { series, quantity: 1_000n });
      chain.place(2, 'sell', base + 10, { series, quantity: 1_000n });
    }
    for (const ctx of toTheEnd(chain, 60)) {
      const moved = eventsOf(ctx, 'trade').length + eventsOf(ctx, 'order_cancelled').length;
      expect(moved).toBeLessThan(3);
    }
    expect(auctions(chain)).toEqual([]);
    sound(chain);
  });
});

describe('the last part of an auction', () => {
  test('keeps orders whose time ends in it, and lets them trade', () => {
    const chain = opening([RICH, RICH, RICH]);
    chain.place(0, 'sell', 700);
    const until = chain.place(1, 'buy', 720, { goodTilSeconds: seconds(chain, 6) }).orderId;
    const early = chain.place(2, 'buy', 715, { goodTilSeconds: seconds(chain, 4) }).orderId;
    chain.place(2, 'buy', 650, { series: PUT, goodTilSeconds: seconds(chain, 100) });
    chain.block(4);
    expect(left(chain)).not.toContain(early);
    chain.block(3);
    expect(left(chain)).toContain(until);
    const ends = toTheEnd(chain);
    expect(all(ends, 'trade')).toMatchObject([{ quantity: '10000' }]);
    chain.block();
    expect(left(chain)).not.toContain(until);
    sound(chain);
  });

  test('takes what is left of an order whose time is over once trading goes on', () => {
    const chain = opening([RICH, RICH]);
    const rest = chain.place(1, 'buy', 690, { goodTilSeconds: seconds(chain, 5) }).orderId;
    chain.block(6);
    expect(left(chain)).toEqual([rest]);
    toTheEnd(chain);
    chain.block();
    expect(left(chain)).toEqual([]);
    sound(chain);
  });

  test('stops no dead-man switch of other markets, and fires what it holds when it is over', () => {
    const chain = opening([RICH, RICH, RICH], { maxAuctionLockMs: 4_000 });
    chain.place(0, 'sell', 900);
    chain.block(2);
    const held = chain.place(1, 'buy', 600).orderId;
    chain.place(1, 'buy', 600, { series: PUT });
    chain.place(2, 'buy', 600, { series: PUT });
    for (const user of [1, 2]) armSwitch(chain, user, 3_000, true);
    chain.block(3);
    expect(auctions(chain)).toMatchObject([{ isLocked: true }]);
    // The opening of the put is not in its last part: its orders go, the held one stays.
    expect(left(chain)).toEqual([1n, held]);
    expect([...deadlines.entries(chain.ctx)]).toHaveLength(1);
    sound(chain);
    chain.block(8);
    expect(left(chain)).toEqual([1n]);
    expect([...deadlines.entries(chain.ctx)]).toEqual([]);
    sound(chain);
  });

  test('lets a group be frozen, and keeps its quotes of the auction', () => {
    const chain = opening([RICH, RICH]);
    setGroup(chain, 0, 'g');
    quoting(chain, 0, 'g', [[CALL, [600, 1], [900, 1]]]);
    chain.block(4);
    quoting(chain, 0, 'g', [[PUT, [600, 1], [900, 1]]]);
    chain.block();
    const { cancelled, held } = freezeGroup(chain, 0, 'g', 60_000).response;
    expect([cancelled, held!.orders.map(({ series }) => series)]).toEqual([2, [CALL, CALL]]);
    expect(auctions(chain)).toHaveLength(1);
    sound(chain);
    chain.block(8);
    // It is over, and the group is still frozen: nothing of it is left to trade with.
    expect([auctions(chain), left(chain)]).toEqual([[], []]);
    sound(chain);
  });

  test('keeps what it held of a frozen group when an outage makes it begin anew', () => {
    const steps = [{ gapMs: 10_000, lengthMs: 4_000 }];
    const chain = opening([RICH, RICH], { auctionSteps: steps });
    setGroup(chain, 0, 'g');
    quoting(chain, 0, 'g', [[CALL, [600, 1], [900, 1]]]);
    chain.block(5);
    expect(freezeGroup(chain, 0, 'g', 600_000).response.cancelled).toBe(0);
    outage(chain, 30);
    expect(auctions(chain)).toMatchObject([{ isLocked: false }]);
    sound(chain);
    toTheEnd(chain);
    expect([auctions(chain), left(chain)]).toEqual([[], []]);
    sound(chain);
  });

  test('holds nobody while prices are not live, and begins anew when they are', () => {
    const chain = opening([RICH, RICH, RICH]);
    setGroup(chain, 2, 'g');
    const gone = chain.place(0, 'sell', 700).orderId;
    const timed = chain.place(0, 'sell', 760, { goodTilSeconds: seconds(chain, 6) }).orderId;
    const kept = chain.place(1, 'buy', 690).orderId;
    quoting(chain, 2, 'g', [[CALL, [680, 1], [770, 1]]]);
    armSwitch(chain, 2, 6_000, false);
    chain.block(5);
    expect(refusalCode(() => chain.cancel(0, gone))).toBe('clob/26');
    chain.feed = 3;
    chain.block(3);
    // The switch has gone off, the time of an order was over, and one is cancelled.
    expect(auctions(chain)).toMatchObject([{ isLocked: false }]);
    expect(left(chain)).toEqual([gone, kept]);
    chain.cancel(0, gone);
    expect(left(chain)).not.toContain(timed);
    sound(chain);
    chain.feed = 1;
    const back = chain.block();
    expect(eventsOf(back, 'opening_auction')).toMatchObject([{ series: CALL }]);
    chain.block(4);
    expect(auctions(chain)).toMatchObject([{ isLocked: false }]);
    chain.place(0, 'sell', 680);
    sound(chain);
    expect(all(toTheEnd(chain), 'trade')).toHaveLength(1);
    expect(auctions(chain)).toEqual([]);
    sound(chain);
  });

  test('holds nobody while its underlying is disabled, and begins anew when it is enabled', () => {
    const chain = opening([RICH, RICH]);
    chain.place(0, 'sell', 680);
    const bid = chain.place(1, 'buy', 700).orderId;
    chain.block(5);
    setEnabled(chain, false);
    for (let i = 0; i < 6; i++) expect(eventsOf(chain.block(), 'trade')).toEqual([]);
    expect(auctions(chain)).toMatchObject([{ isLocked: false }]);
    chain.cancel(1, bid);
    setEnabled(chain, true);
    expect(auctions(chain)).toMatchObject([{ isLocked: false }]);
    expect(eventsOf(chain.block(), 'opening_auction')).toMatchObject([{ series: CALL }]);
    // Who comes now has the time of an opening, as everybody has.
    chain.place(1, 'buy', 690);
    chain.block(4);
    expect(auctions(chain)).toMatchObject([{ isLocked: false }]);
    const ends = toTheEnd(chain);
    expect(all(ends, 'trade')).toHaveLength(1);
    sound(chain);
  });

  test('is not there for who takes nothing: such orders begin no opening', () => {
    const chain = opening([RICH]);
    const IOC = { timeInForce: pb.TimeInForce.TIME_IN_FORCE_IOC };
    expect(chain.place(0, 'buy', 700, IOC)).toMatchObject({ filled: 0n, resting: 0n });
    setGroup(chain, 0, 'g');
    quoting(chain, 0, 'g', [[PUT, [60_000, 1], undefined]]);
    expect([auctions(chain), auctions(chain, PUT)]).toEqual([[], []]);
    sound(chain);
  });
});
