import { describe, expect, test } from '@jest/globals';
import * as pb from '../../../../proto/gen/tenor.clob.v1.ts';
import { START_MS, userAddress } from '../../accounts/fixture.ts';
import { refusalCode } from '../../../runtime/fixture.ts';
import { CALL, ClobChain, eventsOf, order } from '../fixture.ts';
import { endedBlocks, orders } from '../state.ts';

const USD = 1_000_000n;
const RICH = 200_000n * USD;
const { TIME_IN_FORCE_FOK, TIME_IN_FORCE_IOC } = pb.TimeInForce;
const NOW = BigInt(START_MS / 1_000);

function show(chain: ClobChain, name: { orderId?: bigint; clientOrderId?: string }, user = 0) {
  const request = { owner: userAddress(user), subaccount: 0, orderId: 0n, clientOrderId: '' };
  return chain.query('Order', pb.QueryOrderRequest, pb.QueryOrderResponse, { ...request, ...name })
    .order!;
}

describe('an order sent again with its client order id', () => {
  const NAMED = { clientOrderId: 'a' };

  test('answers as it stands and does nothing, while it is open and after', () => {
    const chain = ClobChain.create([RICH, RICH]);
    const { orderId } = chain.place(0, 'buy', 700, NAMED);
    expect(chain.place(0, 'buy', 700, NAMED)).toEqual({ orderId, filled: 0n, resting: 10_000n });
    chain.place(1, 'sell', 700, { quantity: 4_000n });
    expect(chain.place(0, 'buy', 700, NAMED)).toEqual({ orderId, filled: 4_000n, resting: 6_000n });
    chain.cancel(0, orderId);
    expect(chain.place(0, 'buy', 700, NAMED)).toEqual({ orderId, filled: 4_000n, resting: 0n });
    chain.block();
    const again = chain.restart();
    expect(again.place(0, 'buy', 700, NAMED)).toEqual({ orderId, filled: 4_000n, resting: 0n });
    expect([...orders.entries(again.ctx)]).toEqual([]);
    expect(again.broken()).toEqual([]);
  });

  test('also of one that never came to rest', () => {
    const chain = ClobChain.create([RICH, RICH]);
    chain.place(1, 'sell', 700, { quantity: 3_000n });
    const terms = { ...NAMED, timeInForce: TIME_IN_FORCE_IOC };
    const first = chain.place(0, 'buy', 700, terms);
    expect(first).toMatchObject({ filled: 3_000n, resting: 0n });
    chain.place(1, 'sell', 700);
    expect(chain.place(0, 'buy', 700, terms)).toEqual(first);
  });

  test('is refused when anything else about it differs, until the name is free again', () => {
    const chain = ClobChain.create([RICH], { endedOrdersSeconds: 5 });
    const { orderId } = chain.place(0, 'buy', 700, NAMED);
    expect(refusalCode(() => chain.place(0, 'buy', 600, NAMED))).toBe('clob/10');
    chain.cancel(0, orderId);
    expect(refusalCode(() => chain.place(0, 'buy', 600, NAMED))).toBe('clob/10');
    chain.block(6);
    expect(chain.place(0, 'buy', 600, NAMED).orderId).toBe(orderId + 1n);
    expect(() => show(chain, { orderId })).toThrow('ended too long ago');
  });
});

describe('an order that has ended', () => {
  test('can be asked for by its id and its name, with what became of it', () => {
    const chain = ClobChain.create([RICH, RICH]);
    const maker = chain.place(1, 'sell', 700, { clientOrderId: 'm' });
    const taker = chain.place(0, 'buy', 700, { quantity: 4_000n, clientOrderId: 't' });
    expect(show(chain, { clientOrderId: 'm' }, 1)).toMatchObject({
      ...{ id: maker.orderId, status: 'open', filled: 4_000n, remaining: 6_000n },
    });
    expect(show(chain, { orderId: taker.orderId })).toMatchObject({
      ...{ status: 'filled', filled: 4_000n, remaining: 0n, clientOrderId: 't', symbol: CALL },
    });
    chain.cancel(1, maker.orderId);
    chain.block();
    const again = chain.restart();
    expect(show(again, { orderId: maker.orderId }, 1)).toMatchObject({
      ...{ status: 'requested', filled: 4_000n, remaining: 0n, quantity: 10_000n },
    });
    expect(refusalCode(() => show(again, { orderId: maker.orderId }, 0))).toBe('clob/11');
    expect(refusalCode(() => show(again, {}))).toBe('clob/13');
  });

  test('is kept no longer, and no more of them, than is governed', () => {
    const chain = ClobChain.create([RICH, RICH], { maxEndedOrders: 5 });
    for (let i = 0; i < 12; i++) {
      chain.cancel(0, chain.place(0, 'buy', 700).orderId);
      chain.block();
    }
    expect([...endedBlocks.entries(chain.ctx)]).toHaveLength(5);
    expect(chain.restart().dump()).toEqual(chain.dump());
    const none = ClobChain.create([RICH], { maxEndedOrders: 0 });
    none.cancel(0, none.place(0, 'buy', 700).orderId);
    none.block();
    expect([...endedBlocks.entries(none.ctx)]).toEqual([]);
  });
});

describe('an order that is good until a time', () => {
  test('is gone when that has come, a bounded number a block, and trades no more', () => {
    const chain = ClobChain.create([RICH, RICH], { maxPurgesPerBlock: 2 });
    const until = NOW + 30n;
    for (let i = 0; i < 3; i++) chain.place(1, 'sell', 700, { goodTilSeconds: until });
    const kept = chain.place(1, 'sell', 700, { goodTilSeconds: until + 60n });
    const ctx = chain.block(1, 31_000);
    expect(eventsOf(ctx, 'order_cancelled').map(({ reason }) => reason)).toEqual([
      ...['timed_out', 'timed_out'],
    ]);
    // The third is still in the book, but nobody can trade with it.
    const { response } = chain.placing(0, 'buy', 700, { quantity: 100n });
    expect(response.filled).toBe(100n);
    expect(orders.must(chain.ctx, kept.orderId).quantity).toBe(10_000n);
    expect([...orders.entries(chain.ctx)]).toHaveLength(1);
    expect(chain.broken()).toEqual([]);
    expect(chain.restart().dump()).toEqual(chain.dump());
  });

  test('must rest, and have time left', () => {
    const chain = ClobChain.create([RICH]);
    const code = (terms: Partial<pb.MsgPlaceOrder>) =>
      refusalCode(() => chain.place(0, 'buy', 700, terms));
    expect(code({ goodTilSeconds: NOW - 5n })).toBe('clob/17');
    expect(code({ goodTilSeconds: -1n })).toBe('clob/1');
    expect(code({ goodTilSeconds: NOW + 60n, timeInForce: TIME_IN_FORCE_IOC })).toBe('clob/1');
    expect(code({ goodTilSeconds: (1n << 63n) - 1n })).toBe('done');
  });
});

describe('a market order', () => {
  const MARKET = { market: true, timeInForce: TIME_IN_FORCE_IOC };

  test('takes what there is up to a bound, which need not be a price', () => {
    const chain = ClobChain.create([RICH, RICH]);
    chain.place(1, 'sell', 700, { quantity: 2_000n });
    chain.place(1, 'sell', 720, { quantity: 2_000n });
    const odd = { ...MARKET, priceUusd: 710n * USD + 1n };
    expect(chain.place(0, 'buy', 0, odd)).toMatchObject({ filled: 2_000n, resting: 0n });
    // Beyond the band the bound is the band.
    expect(chain.place(0, 'buy', 60_000, MARKET)).toMatchObject({ filled: 2_000n, resting: 0n });
    chain.place(1, 'buy', 600);
    expect(chain.place(0, 'sell', 0, { ...MARKET, priceUusd: 1n }).filled).toBe(10_000n);
    expect(chain.broken()).toEqual([]);
  });

  test('is refused where nobody is, where it would rest, and without live prices', () => {
    const chain = ClobChain.create([RICH, RICH]);
    const code = (terms: object) =>
      refusalCode(() =>
        chain.send('MsgPlaceOrder', pb.MsgPlaceOrderResponse, {
          ...order(0, 'buy', 700, MARKET),
          ...terms,
        }),
      );
    expect(code({})).toBe('clob/18');
    chain.place(1, 'sell', 701);
    expect(code({})).toBe('clob/18');
    expect(code({ timeInForce: TIME_IN_FORCE_FOK, priceUusd: 702n * USD, quantity: 20_000n })).toBe(
      'clob/9',
    );
    expect(code({ timeInForce: pb.TimeInForce.TIME_IN_FORCE_GTC })).toBe('clob/1');
    expect(code({ priceUusd: 1n })).toBe('clob/3');
    expect(code({ priceUusd: 0n })).toBe('clob/3');
    chain.feed = 2;
    chain.setPrices();
    expect(code({ priceUusd: 702n * USD })).toBe('clob/6');
    expect(code({ priceUusd: 702n * USD, reduceOnly: true })).toBe('clob/6');
  });
});
