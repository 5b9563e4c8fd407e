import { describe, expect, test } from '@jest/globals';
import * as pb from '../../../../proto/gen/tenor.clob.v1.ts';
import { userAddress } from '../../accounts/fixture.ts';
import { refusalCode } from '../../../runtime/fixture.ts';
import { CALL, ClobChain, SOON, eventsOf, order } from '../fixture.ts';
import { quoting, setGroup } from '../quotes/fixture.ts';
import { delayed, orders } from '../state.ts';

const USD = 1_000_000n;
const RICH = 200_000n * USD;
const IOC = { timeInForce: pb.TimeInForce.TIME_IN_FORCE_IOC };

const delaying = (cash: readonly bigint[], params: Partial<pb.Params> = {}) =>
  ClobChain.create(cash, { delayTakers: true, ...params });
const waiting = (chain: ClobChain) => [...delayed.entries(chain.ctx)].map(([id]) => id);
const shown = (chain: ClobChain, user: number, clientOrderId: string) =>
  chain.query('Order', pb.QueryOrderRequest, pb.QueryOrderResponse, {
    ...{ owner: userAddress(user), subaccount: 0, orderId: 0n, clientOrderId },
  }).order!;

/** Ends the block in which an order came, and the next one; the events of that end. */
function nextEnd(chain: ClobChain) {
  chain.block();
  return chain.seal();
}

describe('a delay of takers', () => {
  test('is off by default', () => {
    const chain = ClobChain.create([RICH, RICH]);
    chain.place(0, 'sell', 700);
    expect(chain.place(1, 'buy', 700)).toEqual({ orderId: 2n, filled: 10_000n, resting: 0n });
  });

  test('lets who takes wait for the end of the next block, and who rests not', () => {
    const chain = delaying([RICH, RICH]);
    const { resting } = chain.place(0, 'sell', 700);
    expect(resting).toBe(10_000n);
    const taker = chain.placing(1, 'buy', 700, { quantity: 15_000n, clientOrderId: 't' });
    expect(taker.response).toEqual({ orderId: 2n, filled: 0n, resting: 0n, delayed: true });
    expect(eventsOf(taker.ctx, 'order_delayed')).toMatchObject([{ order_id: '2', series: CALL }]);
    expect(shown(chain, 1, 't')).toMatchObject({ status: 'delayed', remaining: 15_000n });
    expect(eventsOf(chain.seal(), 'trade')).toEqual([]);
    expect(chain.restart().dump()).toEqual(chain.dump());
    chain.block();
    const ctx = chain.seal();
    expect(eventsOf(ctx, 'trade')).toMatchObject([{ taker_order_id: '2', quantity: '10000' }]);
    expect(shown(chain, 1, 't')).toMatchObject({ status: 'open', remaining: 5_000n });
    expect(waiting(chain)).toEqual([]);
    expect(chain.broken()).toEqual([]);
    expect(chain.restart().dump()).toEqual(chain.dump());
  });

  test('lets a maker run from a quote that somebody is about to take', () => {
    const chain = delaying([RICH, RICH]);
    setGroup(chain, 0, 'g');
    quoting(chain, 0, 'g', [[CALL, [500, 1], [700, 1]]]);
    const { orderId } = chain.place(1, 'buy', 700, { ...IOC, clientOrderId: 't' });
    chain.block();
    quoting(chain, 0, 'g', [[CALL, undefined, [720, 1]]]);
    const ctx = chain.seal();
    expect(eventsOf(ctx, 'trade')).toEqual([]);
    expect(eventsOf(ctx, 'order_cancelled')).toMatchObject([
      { order_id: orderId.toString(), reason: 'ioc_remainder' },
    ]);
    expect(shown(chain, 1, 't')).toMatchObject({ status: 'ioc_remainder', filled: 0n });
    expect(chain.broken()).toEqual([]);
  });

  test('is judged when its turn comes, and told with the code where it is refused', () => {
    const chain = delaying([RICH, RICH, 2_000n * USD]);
    chain.place(0, 'sell', 700, { quantity: 20_000n });
    chain.place(2, 'buy', 700, { clientOrderId: 'a' });
    chain.place(2, 'buy', 700, { quantity: 20_000n, clientOrderId: 'b' });
    const refused = eventsOf(nextEnd(chain), 'order_refused');
    expect(refused).toHaveLength(1);
    expect(['margin/1', 'margin/8']).toContain(
      `${refused[0]!['codespace']}/${refused[0]!['code']}`,
    );
    const ends = ['a', 'b'].map((name) => shown(chain, 2, name).status);
    expect(ends.sort()).toEqual(['filled', 'refused']);
    expect(chain.broken()).toEqual([]);
    expect(chain.restart().dump()).toEqual(chain.dump());
  });

  test('goes on in the next block beyond its budget, earliest block first', () => {
    const chain = delaying([RICH, RICH, RICH], { maxDelayedPerBlock: 2 });
    chain.place(0, 'sell', 700, { quantity: 50_000n });
    for (let i = 0; i < 3; i++) chain.place(1, 'buy', 700);
    chain.block();
    chain.place(2, 'buy', 700);
    const trades = () => eventsOf(chain.seal(), 'trade').map((e) => e['taker_order_id']);
    expect([trades(), waiting(chain)]).toEqual([
      ['2', '3'],
      [4n, 5n],
    ]);
    // The block ends once more before the next begins: what is of this one waits for that.
    chain.block();
    expect([waiting(chain), trades()]).toEqual([[5n], ['5']]);
    expect(waiting(chain)).toEqual([]);
  });

  test('lets post-only orders rest at once, also before who waits by volatility', () => {
    const chain = delaying([RICH, RICH]);
    chain.place(0, 'buy', 1_200, { volBp: 5_500 });
    chain.place(0, 'buy', 600);
    for (const [usd, postOnly] of [
      [610, 1],
      [600, 2],
    ] as const) {
      const { delayed: waits, resting } = chain.place(1, 'sell', usd, { postOnly });
      expect([waits, resting]).toEqual([undefined, 10_000n]);
    }
    expect(waiting(chain)).toEqual([]);
  });

  test('lets as many wait as the equity of their owner allows, and so many in all', () => {
    const poor = delaying([RICH, 150n * USD]);
    poor.place(0, 'sell', 700, { quantity: 100_000n });
    const one = { quantity: 100n };
    for (let i = 0; i < 10; i++) poor.place(1, 'buy', 700, one);
    const before = poor.dump();
    expect(refusalCode(() => poor.place(1, 'buy', 700, one))).toBe('clob/47');
    expect(poor.dump()).toEqual(before);
    expect(poor.broken()).toEqual([]);
    expect(poor.restart().dump()).toEqual(poor.dump());
    nextEnd(poor);
    expect(refusalCode(() => poor.place(1, 'buy', 700, one))).toBe('done');
    const full = delaying([RICH, RICH, RICH], { maxDelayedPerBlock: 1, maxDelayed: 2 });
    full.place(0, 'sell', 700, { quantity: 100_000n });
    for (const user of [1, 2]) full.place(user, 'buy', 700);
    expect(refusalCode(() => full.place(1, 'buy', 700))).toBe('clob/27');
    nextEnd(full);
    expect(refusalCode(() => full.place(1, 'buy', 700))).toBe('done');
    expect(full.broken()).toEqual([]);
  });

  test('refuses what would change a waiting order, and answers one that is sent again', () => {
    const chain = delaying([RICH, RICH]);
    chain.place(0, 'sell', 700);
    const rests = chain.place(1, 'buy', 600).orderId;
    const first = chain.place(1, 'buy', 700, { clientOrderId: 't' });
    expect(chain.place(1, 'buy', 700, { clientOrderId: 't' })).toEqual(first);
    const before = chain.dump();
    const code = refusalCode;
    expect(code(() => chain.place(1, 'buy', 701, { clientOrderId: 't' }))).toBe('clob/10');
    expect(code(() => chain.cancel(1, first.orderId))).toBe('clob/24');
    expect(code(() => chain.cancel(0, first.orderId))).toBe('clob/11');
    const replace = {
      ...{ sender: userAddress(1), subaccount: 0, orderId: rests, clientOrderId: '' },
      ...{ priceUusd: 700n * USD, quantity: 0n },
    };
    const by = () => chain.send('MsgReplaceOrder', pb.MsgReplaceOrderResponse, replace);
    expect(code(by)).toBe('clob/24');
    expect(chain.dump()).toEqual(before);
  });

  test('lets who would meet nobody by volatility rest at once, whatever it is worth', () => {
    const chain = delaying([RICH, RICH, RICH]);
    chain.place(0, 'buy', 1_200, { volBp: 6_500 });
    expect(chain.place(1, 'sell', 700)).toMatchObject({ delayed: true });
    const bounded = delaying([RICH, RICH, RICH]);
    // It is worth less than its bound when it comes, and more afterwards.
    bounded.place(0, 'buy', 800, { volBp: 6_500 });
    bounded.indexUusd = 66_000n * USD;
    bounded.block();
    expect(bounded.place(1, 'sell', 900)).toMatchObject({ resting: 10_000n });
    expect(bounded.place(1, 'sell', 950)).toMatchObject({ resting: 10_000n });
    expect(bounded.place(1, 'sell', 790)).toMatchObject({ delayed: true });
    expect(bounded.broken()).toEqual([]);
  });

  test('holds against orders by volatility and for orders of triggers, too', () => {
    const chain = delaying([RICH, RICH]);
    chain.place(0, 'buy', 1_200, { volBp: 5_500 });
    expect(chain.place(1, 'sell', 600, IOC)).toMatchObject({ delayed: true });
    expect(eventsOf(nextEnd(chain), 'trade')).toHaveLength(1);
    chain.place(0, 'buy', 650);
    const leg: pb.TriggerLeg = {
      on: pb.TriggerOn.TRIGGER_ON_INDEX,
      when: pb.TriggerWhen.TRIGGER_WHEN_BELOW,
      levelUusd: 63_900n * USD,
      order: { ...order(1, 'sell', 500, IOC), sender: '' },
    };
    const msg = { sender: userAddress(1), subaccount: 0, legs: [leg] };
    chain.send('MsgPlaceTrigger', pb.MsgPlaceTriggerResponse, msg);
    chain.indexUusd = 63_900n * USD;
    chain.block();
    expect(eventsOf(chain.seal(), 'order_delayed')).toHaveLength(1);
    expect(eventsOf(nextEnd(chain), 'trade')).toHaveLength(1);
  });

  test('leaves nothing behind when the series expires meanwhile', () => {
    const chain = delaying([RICH, RICH]);
    chain.place(0, 'sell', 700, { series: SOON });
    expect(chain.place(1, 'buy', 700, { series: SOON })).toMatchObject({ delayed: true });
    chain.block(1, 250_000);
    expect(eventsOf(chain.seal(), 'order_refused')).toMatchObject([{ code: '2' }]);
    expect([...orders.entries(chain.ctx)]).toEqual([]);
    expect(waiting(chain)).toEqual([]);
    expect(chain.broken()).toEqual([]);
  });
});
