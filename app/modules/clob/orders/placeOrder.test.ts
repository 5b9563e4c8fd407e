import { describe, expect, test } from '@jest/globals';
import type { Params } from '../../../../proto/gen/tenor.accounts.v1.ts';
import {
  MsgPlaceOrderResponse,
  PostOnly,
  SelfTrade,
  TimeInForce,
} from '../../../../proto/gen/tenor.clob.v1.ts';
import { FeedStatus } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { accountsParams, getSubaccount, positionOf, setFlagged } from '../../accounts/index.ts';
import { openOrdersOf } from '../../margin/index.ts';
import { seriesBySymbol } from '../../options/index.ts';
import { refusalCode } from '../../../runtime/fixture.ts';
import { CALL, ClobChain, SOON, eventsOf, order } from '../fixture.ts';

const USD = 1_000_000n;
const RICH = 200_000n * USD;
const IOC = { timeInForce: TimeInForce.TIME_IN_FORCE_IOC };
const FOK = { timeInForce: TimeInForce.TIME_IN_FORCE_FOK };

const created = (users = 3): ClobChain => ClobChain.create(Array<bigint>(users).fill(RICH));
const cashOf = (chain: ClobChain, user: number) =>
  getSubaccount(chain.ctx, BigInt(user + 1))!.cashUusd;
const heldBy = (chain: ClobChain, user: number, symbol = CALL) => {
  const { id } = seriesBySymbol(chain.ctx, symbol)!;
  return positionOf(chain.ctx, BigInt(user + 1), id)?.quantity ?? 0n;
};
const restingOf = (chain: ClobChain, user: number) =>
  openOrdersOf(chain.ctx, BigInt(user + 1)).map(([id, { quantity }]) => [id, quantity]);

function setCaps({ ctx }: ClobChain, caps: Partial<Params>): void {
  accountsParams.set(ctx, { ...accountsParams.get(ctx), ...caps });
}

describe('an order that crosses', () => {
  test('trades at the price of the maker, and both sides pay a fee on the index', () => {
    const chain = created();
    chain.place(0, 'sell', 700);
    const { response, ctx } = chain.placing(1, 'buy', 720);
    expect(response).toEqual({ orderId: 2n, filled: 10_000n, resting: 0n });
    // 0.03% of 64,000 is 19.2 USD, below 12.5% of the premium.
    const fee = 19_200_000n;
    expect(cashOf(chain, 0)).toBe(RICH + 700n * USD - fee);
    expect(cashOf(chain, 1)).toBe(RICH - 700n * USD - fee);
    expect([heldBy(chain, 0), heldBy(chain, 1)]).toEqual([-10_000n, 10_000n]);
    expect(seriesBySymbol(chain.ctx, CALL)!.openInterest).toBe(10_000n);
    expect(eventsOf(ctx, 'trade')).toMatchObject([
      { series: CALL, price_uusd: '700000000', quantity: '10000', taker_side: 'buy' },
    ]);
    expect(chain.broken()).toEqual([]);
  });

  test('takes the best price first, then the earliest order, and rests for what is left', () => {
    const chain = created();
    chain.place(0, 'sell', 710);
    chain.place(0, 'sell', 700, { quantity: 5_000n });
    chain.place(2, 'sell', 700, { quantity: 5_000n });
    const { response, ctx } = chain.placing(1, 'buy', 700, { quantity: 20_000n });
    expect(response).toMatchObject({ filled: 10_000n, resting: 10_000n });
    expect(eventsOf(ctx, 'trade').map((t) => t['maker_order_id'])).toEqual(['2', '3']);
    expect(restingOf(chain, 0)).toEqual([[1n, 10_000n]]);
    expect(restingOf(chain, 1)).toEqual([[4n, 10_000n]]);
    expect(chain.broken()).toEqual([]);
  });

  test('never rests as IOC, and trades in full or not at all as FOK', () => {
    const chain = created();
    chain.place(0, 'sell', 700);
    const before = chain.dump();
    const two = { quantity: 20_000n };
    expect(refusalCode(() => chain.place(1, 'buy', 700, { ...FOK, ...two }))).toBe('clob/9');
    expect(chain.dump()).toEqual(before);
    const { response, ctx } = chain.placing(1, 'buy', 700, { ...IOC, ...two });
    expect(response).toMatchObject({ filled: 10_000n, resting: 0n });
    expect(eventsOf(ctx, 'order_cancelled')).toMatchObject([
      { order_id: '2', quantity: '10000', reason: 'ioc_remainder' },
    ]);
    expect(chain.place(1, 'buy', 700, IOC)).toMatchObject({ filled: 0n, resting: 0n });
  });

  test('meets no more makers than the limit', () => {
    const chain = ClobChain.create([RICH, RICH], { maxMatchesPerOrder: 2 });
    for (let i = 0; i < 3; i++) chain.place(0, 'sell', 700, { quantity: 100n });
    const { response, ctx } = chain.placing(1, 'buy', 700);
    expect(response).toMatchObject({ filled: 200n, resting: 0n });
    expect(eventsOf(ctx, 'order_cancelled')).toMatchObject([{ reason: 'match_limit' }]);
    expect(chain.broken()).toEqual([]);
  });

  test('meets no more makers than its gas lasts for, and keeps what it has traded', () => {
    const chain = ClobChain.create([RICH, RICH]);
    for (let i = 0; i < 20; i++) chain.place(0, 'sell', 700, { quantity: 100n });
    chain.gasLimit = 60_000;
    const { response, ctx } = chain.placing(1, 'buy', 700, { quantity: 2_000n });
    expect(response.filled).toBeGreaterThan(0n);
    expect(response).toMatchObject({ resting: 0n });
    expect(response.filled).toBeLessThan(2_000n);
    expect(eventsOf(ctx, 'order_cancelled')).toMatchObject([{ reason: 'match_limit' }]);
    expect(ctx.gas.used).toBeLessThanOrEqual(60_000);
    expect(chain.broken()).toEqual([]);
  });

  test('does not trade with another subaccount of its owner', () => {
    const chain = created();
    chain.accounts.open(0, 100_000n * USD, 1);
    const own = chain.place(0, 'sell', 700);
    const first = chain.placing(0, 'buy', 700, { subaccount: 1 });
    expect(first.response).toMatchObject({ filled: 0n, resting: 0n });
    expect(eventsOf(first.ctx, 'order_cancelled')).toMatchObject([{ reason: 'self_trade' }]);
    const selfTrade = SelfTrade.SELF_TRADE_EXPIRE_MAKER;
    const second = chain.placing(0, 'buy', 700, { subaccount: 1, selfTrade });
    expect(second.response).toMatchObject({ filled: 0n, resting: 10_000n });
    expect(eventsOf(second.ctx, 'order_cancelled')).toMatchObject([
      { order_id: own.orderId.toString(), reason: 'self_trade' },
    ]);
    expect(chain.broken()).toEqual([]);
  });
});

describe('a post-only order', () => {
  test('is refused where it would trade, or slides to the nearest tick that does not', () => {
    const chain = created();
    chain.place(0, 'sell', 700);
    const reject = { postOnly: PostOnly.POST_ONLY_REJECT };
    const slide = { postOnly: PostOnly.POST_ONLY_SLIDE };
    expect(refusalCode(() => chain.place(1, 'buy', 700, reject))).toBe('clob/8');
    expect(refusalCode(() => chain.place(1, 'buy', 700, { ...slide, ...IOC }))).toBe('clob/1');
    const slid = chain.placing(1, 'buy', 710, slide);
    expect(eventsOf(slid.ctx, 'order_placed')).toMatchObject([{ price_uusd: '699000000' }]);
    expect(slid.response.resting).toBe(10_000n);
    const { ctx } = chain.placing(2, 'sell', 650, slide);
    expect(eventsOf(ctx, 'order_placed')).toMatchObject([{ price_uusd: '700000000' }]);
    expect(chain.broken()).toEqual([]);
  });

  test('slides over the step of the tick table', () => {
    const chain = created();
    // From 500 USD on the tick is 1 USD, below it 0.50.
    chain.place(0, 'sell', 500);
    const slide = { postOnly: PostOnly.POST_ONLY_SLIDE };
    const { ctx } = chain.placing(1, 'buy', 505, slide);
    expect(eventsOf(ctx, 'order_placed')).toMatchObject([{ price_uusd: '499500000' }]);
  });
});

describe('an order is refused', () => {
  test.each([
    ['off the tick', 'clob/3', order(1, 'buy', 700.5)],
    ['off the lot', 'clob/4', order(1, 'buy', 700, { quantity: 150n })],
    ['above the largest size', 'clob/4', order(1, 'buy', 0.1, { quantity: 10_000_100n })],
    ['above the band', 'clob/5', order(1, 'buy', 3932)],
    ['for a series that is not listed', 'options/2', order(1, 'buy', 7, { series: 'BTC-X' })],
    ['from a subaccount that is not there', 'accounts/1', order(1, 'buy', 7, { subaccount: 5 })],
    ['without a side', 'clob/1', order(1, 'buy', 7, { side: 0 })],
    ['with a client id of spaces', 'clob/1', order(1, 'buy', 7, { clientOrderId: 'a b' })],
    ['without a position to reduce', 'clob/7', order(1, 'sell', 700, { reduceOnly: true })],
    ['beyond its margin', 'margin/1', order(1, 'sell', 700, { quantity: 300_000n })],
  ])('%s', (_what, code, msg) => {
    const chain = ClobChain.create([RICH, 200_000n * USD]);
    const before = chain.dump();
    expect(refusalCode(() => chain.send('MsgPlaceOrder', MsgPlaceOrderResponse, msg))).toBe(code);
    expect(chain.dump()).toEqual(before);
  });

  test('while its subaccount is being liquidated', () => {
    const chain = created();
    setFlagged(chain.ctx, 1n, true);
    expect(refusalCode(() => chain.place(0, 'buy', 1))).toBe('clob/14');
    setFlagged(chain.ctx, 1n, false);
    expect(refusalCode(() => chain.place(0, 'buy', 1))).toBe('done');
  });

  test('once its series has expired', () => {
    const chain = created();
    chain.place(0, 'sell', 100, { series: SOON });
    chain.block(1, 240_000);
    expect(refusalCode(() => chain.place(1, 'buy', 100, { series: SOON }))).toBe('clob/2');
  });

  test('beyond the cap on series, and its maker is cancelled when that has reached it', () => {
    const chain = created();
    chain.place(0, 'sell', 100, { series: SOON });
    chain.place(1, 'sell', 700);
    chain.place(2, 'buy', 100, { series: SOON });
    chain.place(1, 'buy', 90, { series: SOON });
    setCaps(chain, { maxSeriesStandard: 1 });
    expect(refusalCode(() => chain.place(2, 'buy', 700))).toBe('accounts/6');
    chain.place(0, 'sell', 90, { series: SOON });
    chain.accounts.open(2, RICH, 1);
    const { ctx } = chain.placing(2, 'buy', 700, { subaccount: 1 });
    expect(eventsOf(ctx, 'order_cancelled')).toMatchObject([{ reason: 'position_cap' }]);
    expect(chain.broken()).toEqual([]);
  });

  test('with the client id of another order, open or ended not long ago', () => {
    const chain = created();
    const id = { clientOrderId: 'mine-1' };
    const { orderId } = chain.place(0, 'sell', 700, id);
    expect(refusalCode(() => chain.place(0, 'sell', 701, id))).toBe('clob/10');
    expect(chain.place(1, 'sell', 700, id).resting).toBe(10_000n);
    chain.cancel(0, orderId);
    expect(refusalCode(() => chain.place(0, 'sell', 701, id))).toBe('clob/10');
  });

  test('beyond the caps on open orders and on a book, unless it cannot rest', () => {
    const chain = ClobChain.create([RICH, RICH, RICH], { maxBookOrders: 3 });
    setCaps(chain, { maxOpenOrders: 2 });
    for (let i = 0; i < 2; i++) chain.place(0, 'sell', 700, { quantity: 100n });
    expect(refusalCode(() => chain.place(0, 'sell', 700, { quantity: 100n }))).toBe('accounts/7');
    chain.place(1, 'sell', 700, { quantity: 100n });
    expect(refusalCode(() => chain.place(2, 'sell', 700, { quantity: 100n }))).toBe('clob/12');
    expect(chain.place(2, 'buy', 700, { ...IOC, quantity: 100n }).filled).toBe(100n);
    expect(chain.broken()).toEqual([]);
  });
});

describe('a reduce-only order', () => {
  test('is cut to the position less what other resting reduce-only orders take of it', () => {
    const chain = created();
    chain.place(0, 'sell', 700);
    chain.place(1, 'buy', 700);
    const reduce = { reduceOnly: true };
    expect(chain.place(1, 'sell', 800, { ...reduce, quantity: 4_000n }).resting).toBe(4_000n);
    expect(chain.place(1, 'sell', 810, { ...reduce, quantity: 50_000n }).resting).toBe(6_000n);
    expect(refusalCode(() => chain.place(1, 'sell', 820, reduce))).toBe('clob/7');
    expect(refusalCode(() => chain.place(1, 'buy', 600, reduce))).toBe('clob/7');
  });

  test('is cancelled at match when the position has gone otherwise', () => {
    const chain = created();
    chain.place(0, 'sell', 700);
    chain.place(1, 'buy', 700);
    chain.place(1, 'sell', 800, { reduceOnly: true });
    chain.place(2, 'buy', 690);
    chain.place(1, 'sell', 690);
    expect(heldBy(chain, 1)).toBe(0n);
    const { response, ctx } = chain.placing(2, 'buy', 800);
    expect(response).toMatchObject({ filled: 0n, resting: 10_000n });
    expect(eventsOf(ctx, 'order_cancelled')).toMatchObject([{ reason: 'reduce_only' }]);
    expect(heldBy(chain, 1)).toBe(0n);
    expect(chain.broken()).toEqual([]);
  });
});

describe('at match', () => {
  test('a maker that can no longer afford its fill is cancelled, and matching goes on', () => {
    const chain = ClobChain.create([8_000n * USD, RICH, RICH]);
    chain.place(0, 'sell', 2500);
    chain.place(1, 'sell', 2600);
    // The index rises by 3%: the first seller's cash no longer carries a short.
    chain.indexUusd = 66_000n * USD;
    chain.block();
    const { response, ctx } = chain.placing(2, 'buy', 2600);
    expect(eventsOf(ctx, 'order_cancelled')).toMatchObject([{ order_id: '1', reason: 'margin' }]);
    expect(response.filled).toBe(10_000n);
    expect(heldBy(chain, 0)).toBe(0n);
    expect(chain.broken()).toEqual([]);
  });

  test('a maker whose price has left the band is cancelled', () => {
    const chain = created();
    chain.place(0, 'sell', 1);
    chain.indexUusd = 70_000n * USD;
    chain.block();
    const { response, ctx } = chain.placing(1, 'buy', 6000);
    expect(eventsOf(ctx, 'order_cancelled')).toMatchObject([{ reason: 'price_band' }]);
    expect(response).toMatchObject({ filled: 0n, resting: 10_000n });
    expect(chain.broken()).toEqual([]);
  });

  test('a taker stops at the fill it cannot afford, and keeps those before', () => {
    const chain = ClobChain.create([RICH, 1_000n * USD]);
    chain.place(0, 'sell', 700, { quantity: 10_000n });
    chain.place(0, 'sell', 700, { quantity: 10_000n });
    expect(refusalCode(() => chain.place(1, 'buy', 700, { quantity: 20_000n }))).toBe('margin/1');
    expect(chain.place(1, 'buy', 700, { quantity: 10_000n }).filled).toBe(10_000n);
    expect(cashOf(chain, 1)).toBeGreaterThanOrEqual(0n);
  });
});

describe('while prices are not live', () => {
  test('nothing trades, and only reduce-only orders and cancels are taken', () => {
    const chain = created();
    chain.place(0, 'sell', 700);
    chain.place(1, 'buy', 700);
    const { orderId } = chain.place(2, 'buy', 650);
    chain.feed = FeedStatus.FEED_STATUS_STALE;
    chain.block();
    expect(refusalCode(() => chain.place(2, 'buy', 640))).toBe('clob/6');
    const reduce = { reduceOnly: true };
    expect(refusalCode(() => chain.place(1, 'sell', 650, reduce))).toBe('clob/6');
    expect(chain.place(1, 'sell', 720, reduce).resting).toBe(10_000n);
    expect(chain.cancel(2, orderId)).toBe(10_000n);
    expect(chain.broken()).toEqual([]);
  });
});
