import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import * as pb from '../../../../proto/gen/tenor.clob.v1.ts';
import { userAddress } from '../../accounts/fixture.ts';
import { openOrdersOf } from '../../margin/index.ts';
import { refusalCode } from '../../../runtime/fixture.ts';
import { CALL, ClobChain, PUT, SOON, eventsOf, order } from '../fixture.ts';
import { placeOrder } from '../orders/msgs/placeOrder.ts';
import { orders } from '../state.ts';
import { IOC, RICH, USD, move, sound, traded, vol, vols, worth } from './fixture.ts';
import type { Terms } from './fixture.ts';

const book = (chain: ClobChain) =>
  chain.query('Book', pb.QueryBookRequest, pb.QueryBookResponse, { symbol: CALL, depth: 10 });
const usdOf = (levels: readonly pb.Level[]) => levels.map((l) => Number(l.priceUusd) / 1e6);

describe('an order by volatility', () => {
  test('trades at what its volatility is worth when somebody comes, at any forward', () => {
    const chain = ClobChain.create([RICH, RICH]);
    const { orderId } = vol(chain, 0, 'buy', 5_500, 1_200, { quantity: 30_000n });
    const now = worth(chain, true, 5_500);
    expect(now).toBeLessThan(worth(chain, true, 6_000));
    expect(usdOf(book(chain).bids)).toEqual([now]);
    expect(traded(chain, 1, 'sell', 600, IOC)).toEqual([[now, 1, orderId.toString()]]);
    move(chain, 64_300);
    const later = worth(chain, true, 5_500);
    expect(later).toBeGreaterThan(now);
    expect(traded(chain, 1, 'sell', 600, IOC)).toEqual([[later, 1, orderId.toString()]]);
    expect(vols(chain).bids).toMatchObject([
      { id: orderId, volBp: 5_500, boundUusd: 1_200n * USD, remaining: 10_000n },
    ]);
    sound(chain);
  });

  test('is behind who bids more volatility, and before who bids less money', () => {
    const chain = ClobChain.create([RICH, RICH]);
    const low = vol(chain, 0, 'buy', 5_000, 2_000).orderId.toString();
    const high = vol(chain, 0, 'buy', 5_500, 2_000).orderId.toString();
    const between = Math.floor((worth(chain, true, 5_000) + worth(chain, true, 5_500)) / 2);
    const limit = chain.place(0, 'buy', between).orderId.toString();
    const fills = traded(chain, 1, 'sell', 1, { ...IOC, quantity: 30_000n });
    expect(fills.map(([, , id]) => id)).toEqual([high, limit, low]);
    sound(chain);
  });

  test('takes at once what is offered for less, and waits for the rest', () => {
    const chain = ClobChain.create([RICH, RICH]);
    chain.place(1, 'sell', 600);
    const { filled, resting } = vol(chain, 0, 'buy', 6_000, 1_200, { quantity: 15_000n });
    expect([filled, resting]).toEqual([10_000n, 5_000n]);
    vol(chain, 1, 'sell', 6_500, 100, { quantity: 5_000n });
    expect(vols(chain).asks).toHaveLength(1);
    // An offer by volatility and a bid by it meet where theirs cross.
    const met = vol(chain, 1, 'sell', 5_900, 100, { quantity: 5_000n });
    expect(met).toMatchObject({ filled: 5_000n, resting: 0n });
    sound(chain);
  });

  test('rests at its bound while its volatility is worth more, and leaves it afterwards', () => {
    const chain = ClobChain.create([RICH, RICH]);
    const bound = Math.floor(worth(chain, true, 5_500)) - 50;
    const { orderId } = vol(chain, 0, 'buy', 5_500, bound, { quantity: 20_000n });
    expect([usdOf(book(chain).bids), vols(chain).bids]).toEqual([[bound], []]);
    const half = { ...IOC, quantity: 5_000n };
    expect(traded(chain, 1, 'sell', 1, half)[0]![0]).toBe(bound);
    move(chain, 63_000);
    const less = worth(chain, true, 5_500);
    expect(less).toBeLessThan(bound);
    expect(traded(chain, 1, 'sell', 1, half)[0]![0]).toBe(less);
    expect(vols(chain).bids).toMatchObject([{ id: orderId, remaining: 10_000n }]);
    move(chain, 65_000);
    const { ctx } = chain.placing(1, 'sell', 1, half);
    expect(eventsOf(ctx, 'vol_order_moved')).toMatchObject([
      { order_id: orderId.toString(), price_uusd: String(bound * 1e6) },
    ]);
    expect(usdOf(book(chain).bids)).toEqual([bound]);
    sound(chain);
  });

  test('slides behind who rests on the other side instead of taking by being repriced', () => {
    const chain = ClobChain.create([RICH, RICH, RICH]);
    chain.place(1, 'sell', 800);
    vol(chain, 0, 'buy', 6_000, 3_000);
    move(chain, 65_000);
    expect(worth(chain, true, 6_000)).toBeGreaterThan(800);
    const [[price]] = traded(chain, 2, 'sell', 700, IOC) as [[number]];
    expect(price).toBeLessThan(800);
    expect(price).toBeGreaterThan(790);
    expect(usdOf(book(chain).asks)).toEqual([800]);
    sound(chain);
  });

  test('reserves its bound, is cancelled, cut, replaced and ended like others', () => {
    const chain = ClobChain.create([RICH, RICH]);
    const { orderId } = vol(chain, 0, 'buy', 5_500, 1_200, { clientOrderId: 'v' });
    expect(openOrdersOf(chain.ctx, 1n)).toMatchObject([[orderId, { priceUusd: 1_200n * USD }]]);
    const again = vol(chain, 0, 'buy', 5_500, 1_200, { clientOrderId: 'v' });
    expect(again).toEqual({ orderId, filled: 0n, resting: 10_000n });
    const replace = (change: Partial<pb.MsgReplaceOrder>) =>
      chain.send('MsgReplaceOrder', pb.MsgReplaceOrderResponse, {
        ...{ sender: userAddress(0), subaccount: 0, orderId, clientOrderId: '' },
        ...{ priceUusd: 0n, quantity: 0n, ...change },
      }).response;
    expect(replace({ quantity: 5_000n })).toMatchObject({ keptPriority: true, resting: 5_000n });
    expect(replace({ volBp: 5_000 })).toMatchObject({ keptPriority: false, resting: 5_000n });
    expect(replace({ priceUusd: 900n * USD })).toMatchObject({ resting: 5_000n });
    sound(chain);
    const { order: shown } = chain.query('Order', pb.QueryOrderRequest, pb.QueryOrderResponse, {
      ...{ owner: userAddress(0), subaccount: 0, orderId: 0n, clientOrderId: 'v' },
    });
    const nowUusd = BigInt(Math.round(worth(chain, true, 5_000) * 1e6));
    expect(shown).toMatchObject({ volBp: 5_000, priceUusd: 900n * USD, nowUusd });
    expect(chain.cancel(0, orderId)).toBe(5_000n);
    expect(openOrdersOf(chain.ctx, 1n)).toEqual([]);
    sound(chain);
  });

  test('ends with its time and with its series', () => {
    const chain = ClobChain.create([RICH]);
    const seconds = BigInt(Math.floor(chain.ctx.header.timeMs / 1_000));
    vol(chain, 0, 'buy', 5_500, 1_200, { goodTilSeconds: seconds + 2n });
    vol(chain, 0, 'buy', 5_500, 1_200, { series: SOON });
    vol(chain, 0, 'buy', 5_500, 1, { series: SOON });
    chain.block(3);
    expect([...orders.entries(chain.ctx)]).toHaveLength(2);
    chain.block(1, 250_000);
    expect([...orders.entries(chain.ctx)]).toEqual([]);
    sound(chain);
  });

  test('meets nobody while prices are not live, and is refused then', () => {
    const chain = ClobChain.create([RICH, RICH]);
    vol(chain, 0, 'buy', 5_500, 1_200);
    chain.feed = 2;
    chain.block();
    expect(book(chain).bids).toEqual([]);
    expect(vols(chain).bids).toMatchObject([{ volBp: 5_500 }]);
    expect(refusalCode(() => vol(chain, 0, 'buy', 5_500, 1_200))).toBe('clob/6');
    sound(chain);
  });

  test('is refused with a code where it makes no sense, and nothing changes', () => {
    const chain = ClobChain.create([RICH, 100n * USD]);
    const { orderId } = chain.place(0, 'buy', 100);
    const before = chain.dump();
    const code = (volBp: number, bound: number, terms: Terms = {}) =>
      refusalCode(() => vol(chain, 0, 'buy', volBp, bound, terms));
    expect(code(0, 1_200)).toBe('clob/23');
    expect(code(100_001, 1_200)).toBe('clob/23');
    expect(code(5_500, 1_200, { market: true, ...IOC })).toBe('clob/23');
    expect(code(5_500, 0)).toBe('clob/3');
    expect(code(5_500, 1_200.01)).toBe('clob/3');
    expect(code(1, 1_200, { series: 'BTC-16NOV26T1204-64000-C' })).toBe('clob/3');
    expect(code(40_000, 50_000)).toBe('clob/5');
    expect(refusalCode(() => vol(chain, 1, 'buy', 5_500, 1_200))).toMatch(/^margin/);
    const replace = {
      ...{ sender: userAddress(0), subaccount: 0, orderId, clientOrderId: '' },
      ...{ priceUusd: 0n, quantity: 0n, volBp: 5_000 },
    };
    const by = () => chain.send('MsgReplaceOrder', pb.MsgReplaceOrderResponse, replace);
    expect(refusalCode(by)).toBe('clob/23');
    expect(chain.dump()).toEqual(before);
  });
});

const given = fc.record({
  volBp: fc.option(fc.integer({ min: 4_500, max: 7_000 }), { nil: undefined }),
  usd: fc.integer({ min: 560, max: 860 }),
  lots: fc.integer({ min: 1, max: 5 }),
});

describe('a taker', () => {
  test('trades as if every order by volatility had been priced before it came', () => {
    fc.assert(
      fc.property(
        fc.array(given, { minLength: 1, maxLength: 10 }),
        fc.integer({ min: 63_800, max: 64_200 }),
        fc.integer({ min: 1, max: 30 }),
        fc.integer({ min: 560, max: 800 }),
        (bids, indexUsd, lots, limit) => {
          const chain = ClobChain.create([RICH, RICH]);
          for (const { volBp, usd, lots: size } of bids) {
            const terms = { quantity: BigInt(size) * 1_000n };
            chain.place(0, 'buy', usd, volBp === undefined ? terms : { ...terms, volBp });
          }
          move(chain, indexUsd);
          const priced = bids.map(({ volBp, usd, lots: size }) => ({
            usd: volBp === undefined ? usd : Math.min(usd, worth(chain, true, volBp)),
            size,
          }));
          priced.sort((a, b) => b.usd - a.usd);
          const expected = new Map<number, number>();
          let left = lots;
          for (const { usd, size } of priced) {
            const taken = Math.min(left, size);
            if (usd < limit || taken === 0) break;
            expected.set(usd, (expected.get(usd) ?? 0) + taken);
            left -= taken;
          }
          const terms = { ...IOC, quantity: BigInt(lots) * 1_000n };
          const got = new Map<number, number>();
          for (const [usd, size] of traded(chain, 1, 'sell', limit, terms)) {
            const sum = (got.get(usd as number) ?? 0) + Number(size) * 10;
            got.set(usd as number, Math.round(sum));
          }
          expect([...got]).toEqual([...expected]);
          sound(chain);
        },
      ),
      { numRuns: Number(process.env['CLOB_RUNS'] ?? 12), seed: 3 },
    );
  });

  test('who must be filled in full finds what volatility offers, or nothing happens', () => {
    const chain = ClobChain.create([RICH, RICH]);
    vol(chain, 0, 'buy', 5_500, 1_200, { quantity: 20_000n });
    vol(chain, 0, 'sell', 7_000, 100, { quantity: 20_000n, series: PUT });
    const before = chain.dump();
    const fok = { timeInForce: pb.TimeInForce.TIME_IN_FORCE_FOK };
    const more = { ...fok, quantity: 30_000n };
    expect(refusalCode(() => chain.place(1, 'sell', 600, more))).toBe('clob/9');
    expect(chain.dump()).toEqual(before);
    expect(chain.place(1, 'sell', 600, { ...fok, quantity: 20_000n }).filled).toBe(20_000n);
    const put = order(1, 'buy', 1_500, { ...fok, series: PUT, quantity: 20_000n });
    const { filled } = chain.send('MsgPlaceOrder', pb.MsgPlaceOrderResponse, put).response;
    expect(filled).toBe(20_000n);
    sound(chain);
  });

  test('does not refuse who only makes: it is offered behind a post-only order later', () => {
    for (const postOnly of [1, 2] as const) {
      const chain = ClobChain.create([RICH, RICH, RICH]);
      vol(chain, 0, 'buy', 6_500, 2_000);
      const usd = Math.floor(worth(chain, true, 6_000) / 10) * 10;
      const { orderId } = chain.place(1, 'sell', usd, { postOnly });
      expect(orders.must(chain.ctx, orderId).priceUusd).toBe(BigInt(usd) * USD);
      // It takes the post-only order no more than that takes it.
      const [first] = traded(chain, 2, 'sell', usd - 100, { ...IOC, quantity: 1_000n });
      expect(first![0]).toBeLessThan(usd);
      sound(chain);
    }
  });

  test('is met by a taker with the gas that an order takes by itself', () => {
    const chain = ClobChain.create([RICH, RICH]);
    vol(chain, 0, 'buy', 5_500, 1_200);
    chain.gasLimit = placeOrder.gas;
    expect(chain.place(1, 'sell', 600, IOC)).toMatchObject({ filled: 10_000n });
  });
});
