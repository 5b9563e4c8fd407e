import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as pb from '../../../../proto/gen/tenor.clob.v1.ts';
import type { Ctx } from '../../../runtime/context.ts';
import { userAddress } from '../../accounts/fixture.ts';
import { positionOf } from '../../accounts/index.ts';
import { mustSeriesBySymbol } from '../../options/index.ts';
import { refusalCode } from '../../../runtime/fixture.ts';
import { CALL, SOON, eventsOf } from '../fixture.ts';
import { armSwitch, quoting, setGroup } from '../quotes/fixture.ts';
import { booksOf } from '../books/books.ts';
import { orders } from '../state.ts';
import { USD, RICH, IOC, opening, auctions, toTheEnd, all, sound } from './fixture.ts';
import { auctionBooks, openings } from './state.ts';

describe('the opening of a series', () => {
  test('brings orders together and trades them at one price when it ends', () => {
    const chain = opening([RICH, RICH, RICH]);
    chain.place(0, 'sell', 700, { quantity: 20_000n });
    chain.place(1, 'buy', 760, { quantity: 15_000n });
    const third = chain.placing(2, 'buy', 720, { quantity: 10_000n });
    expect(eventsOf(third.ctx, 'trade')).toEqual([]);
    expect(auctions(chain)).toMatchObject([
      {
        auction: { kind: pb.CallAuctionKind.CALL_AUCTION_KIND_OPENING, isClearing: false },
        ...{ isLocked: false, quantity: 20_000n, imbalance: 5_000n, priceUusd: 720n * USD },
      },
    ]);
    sound(chain);
    const ends = toTheEnd(chain);
    const trades = all(ends, 'trade');
    expect(trades.map((t) => [t['price_uusd'], t['quantity'], t['maker_fee_uusd']])).toEqual([
      [String(720n * USD), '15000', trades[0]!['taker_fee_uusd']],
      [String(720n * USD), '5000', trades[1]!['taker_fee_uusd']],
    ]);
    expect(all(ends, 'call_auction_cleared')).toMatchObject([
      { series: CALL, price_uusd: String(720n * USD), quantity: '20000' },
    ]);
    expect([auctions(chain), [...openings.entries(chain.ctx)]]).toEqual([[], []]);
    // It trades on, and does not open again.
    expect(chain.place(1, 'sell', 720, { quantity: 5_000n })).toMatchObject({ filled: 5_000n });
    sound(chain);
  });

  test('takes only what rests, also in its last part, in which nothing is taken back', () => {
    const chain = opening([RICH, RICH]);
    const { orderId } = chain.place(0, 'sell', 700);
    const code = (action: () => unknown) => refusalCode(action);
    expect(code(() => chain.place(1, 'buy', 700, IOC))).toBe('clob/25');
    expect(code(() => chain.place(1, 'buy', 900, { ...IOC, market: true }))).toBe('clob/25');
    // Post-only orders may cross until it ends.
    chain.place(1, 'buy', 710, { postOnly: 1 });
    const quick = chain.place(1, 'buy', 690).orderId;
    expect(chain.cancel(1, quick)).toBe(10_000n);
    setGroup(chain, 1, 'g');
    quoting(chain, 1, 'g', [[CALL, [730, 1], undefined]]);
    armSwitch(chain, 1, 5_000, true);
    chain.block(5);
    expect(auctions(chain)).toMatchObject([{ isLocked: true }]);
    expect(code(() => chain.cancel(0, orderId))).toBe('clob/26');
    const replace = {
      ...{ sender: userAddress(0), subaccount: 0, orderId, clientOrderId: '' },
      ...{ priceUusd: 0n, quantity: 5_000n },
    };
    const by = () => chain.send('MsgReplaceOrder', pb.MsgReplaceOrderResponse, replace);
    expect(code(by)).toBe('clob/26');
    // A quote that rests is held; a side that none of the group has there may come.
    const held = quoting(chain, 1, 'g', [[CALL, null, [900, 0.1]]]).response;
    const refusals = [{ index: 0, isBuy: true, code: 26 }];
    expect(held).toEqual({ quoted: 1, removed: 0, refusals });
    expect(code(() => setGroup(chain, 1, 'g'))).toBe('clob/26');
    const quotes = { sender: userAddress(1), subaccount: 0, group: '' };
    const both = [false, true].map((isBuy) => ({ series: CALL, isBuy, group: 'g' }));
    expect(
      chain.send('MsgCancelQuotes', pb.MsgCancelQuotesResponse, quotes).response,
    ).toMatchObject({
      ...{ cancelled: 0, held: { orders: both } },
    });
    const drop = { sender: userAddress(0), subaccount: 0, underlying: '', expirySeconds: 0n };
    const cancelled = chain.send('MsgCancelAll', pb.MsgCancelAllResponse, { ...drop, series: '' });
    expect(cancelled.response).toEqual({
      ...{ cancelled: 0, triggers: 0, isLocked: true },
      held: { orders: [{ series: CALL, isBuy: false, orderId }] },
    });
    chain.place(0, 'buy', 650, { quantity: 1_000n });
    sound(chain);
    const ends = toTheEnd(chain);
    expect(all(ends, 'trade')).toHaveLength(1);
    // The switch that ran out meanwhile takes what is left when the lock is over at the latest.
    for (let i = 0; i < 4; i++) chain.block();
    expect([...orders.entries(chain.ctx)].map(([, o]) => o.subaccountId)).toEqual([1n]);
    sound(chain);
  });

  test('goes on in the next block beyond its budget, at the price that it has', () => {
    const chain = opening([RICH, RICH], { maxAuctionMatchesPerBlock: 2 });
    for (let i = 0; i < 5; i++) chain.place(0, 'sell', 700, { quantity: 1_000n });
    for (let i = 0; i < 5; i++) chain.place(1, 'buy', 720 + i, { quantity: 1_000n });
    chain.block(5);
    const ends: Ctx[] = [];
    let refused = '';
    for (let i = 0; i < 10 && auctions(chain).length > 0; i++) {
      ends.push(chain.seal());
      if (auctions(chain)[0]?.auction?.isClearing === true) {
        refused ||= refusalCode(() => chain.place(1, 'buy', 800));
        expect(chain.broken()).toEqual([]);
      }
      chain.block();
    }
    expect(refused).toBe('clob/25');
    expect(new Set(all(ends, 'trade').map((t) => t['price_uusd'])).size).toBe(1);
    expect(all(ends, 'trade').length).toBeGreaterThan(2);
    expect(booksOf(chain.ctx).must(mustSeriesBySymbol(chain.ctx, CALL).id).isCrossed).toBe(false);
  });

  test('pulls a group of quotes at its limit before it trades beyond it', () => {
    const chain = opening([RICH, RICH]);
    setGroup(chain, 0, 'g', { quantityLimit: 15_000n, maxQuote: 15_000n });
    quoting(chain, 0, 'g', [[CALL, undefined, [700, 1.5]]]);
    for (let i = 0; i < 3; i++) chain.place(1, 'buy', 720, { quantity: 5_000n });
    chain.place(1, 'buy', 700, { quantity: 5_000n });
    const ends = toTheEnd(chain);
    expect(all(ends, 'quote_group_frozen')).toMatchObject([{ reason: 'limit' }]);
    expect(positionOf(chain.ctx, 2n, mustSeriesBySymbol(chain.ctx, CALL).id)?.quantity).toBe(
      15_000n,
    );
    sound(chain);
  });

  test('leaves nothing behind when the series expires meanwhile', () => {
    const chain = opening([RICH, RICH], { openingAuctionMs: 3_600_000 });
    chain.place(0, 'sell', 700, { series: SOON });
    chain.place(1, 'buy', 710, { series: SOON });
    chain.block(1, 250_000);
    chain.block();
    expect([...orders.entries(chain.ctx)]).toEqual([]);
    expect([...openings.entries(chain.ctx), ...auctionBooks.entries(chain.ctx)]).toEqual([]);
    sound(chain);
  });
});

const given = fc.record({
  user: fc.nat(2),
  side: fc.constantFrom('buy' as const, 'sell' as const),
  usd: fc.integer({ min: 690, max: 760 }),
  lots: fc.integer({ min: 1, max: 5 }),
  selfTrade: fc.constantFrom(0 as const, 1 as const, 2 as const),
  byVol: fc.option(fc.integer({ min: 5_500, max: 6_500 }), { nil: undefined }),
});

describe('any auction', () => {
  test('trades the most that can be, at one price, and leaves no book crossed', () => {
    fc.assert(
      fc.property(fc.array(given, { minLength: 2, maxLength: 14 }), (list) => {
        const chain = opening([RICH, RICH, RICH]);
        for (const { user, side, usd, lots, byVol, selfTrade } of list) {
          const quantity = BigInt(lots) * 1_000n;
          const terms = byVol === undefined ? {} : { volBp: byVol };
          chain.place(user, side, usd, { quantity, selfTrade, ...terms });
        }
        const told = auctions(chain)[0];
        const ends = toTheEnd(chain);
        const trades = all(ends, 'trade');
        expect(new Set(trades.map((t) => t['price_uusd'])).size).toBeLessThan(2);
        const volume = trades.reduce((sum, t) => sum + BigInt(t['quantity']!), 0n);
        // Also of who meets himself: the price has left him out before.
        expect(volume).toBe(told?.quantity ?? 0n);
        sound(chain);
      }),
      { numRuns: Number(process.env['CLOB_RUNS'] ?? 10), seed: 5 },
    );
  });
});
