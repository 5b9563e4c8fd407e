import { describe, expect, test } from '@jest/globals';
import * as pb from '../../../../proto/gen/tenor.clob.v1.ts';
import { userAddress } from '../../accounts/fixture.ts';
import { refusalCode } from '../../../runtime/fixture.ts';
import { setEnabled } from '../auctions/fixture.ts';
import { ClobChain, eventsOf } from '../fixture.ts';
import { orders } from '../state.ts';

const USD = 1_000_000n;
const RICH = 200_000n * USD;

type Change = Partial<pb.MsgReplaceOrder>;

function replacing(chain: ClobChain, user: number, orderId: bigint, change: Change) {
  return chain.send('MsgReplaceOrder', pb.MsgReplaceOrderResponse, {
    ...{ sender: userAddress(user), subaccount: 0, orderId, clientOrderId: '' },
    ...{ priceUusd: 0n, quantity: 0n },
    ...change,
  });
}
const replace = (...args: Parameters<typeof replacing>) => replacing(...args).response;

/** Of whom a small taker buys now. */
function nextMaker(chain: ClobChain, taker: number): string {
  const { ctx } = chain.placing(taker, 'buy', 700, { quantity: 100n });
  return eventsOf(ctx, 'trade').at(-1)!['maker_order_id']!;
}

describe('a replaced order', () => {
  test('may get smaller while its underlying is disabled, and nothing else', () => {
    const chain = ClobChain.create([RICH]);
    const { orderId } = chain.place(0, 'sell', 700);
    setEnabled(chain, false);
    const before = chain.dump();
    for (const change of [{ priceUusd: 710n * USD }, { quantity: 20_000n }]) {
      expect(refusalCode(() => replace(chain, 0, orderId, change))).toBe('clob/2');
    }
    expect(chain.dump()).toEqual(before);
    const { resting } = replace(chain, 0, orderId, { quantity: 5_000n });
    expect(resting).toBe(5_000n);
    expect(chain.broken()).toEqual([]);
    expect(chain.restart().dump()).toEqual(chain.dump());
  });

  test('keeps its place when it only gets smaller, and what it had filled counts', () => {
    const chain = ClobChain.create([RICH, RICH, RICH]);
    const { orderId } = chain.place(0, 'sell', 700);
    chain.place(1, 'sell', 700);
    chain.place(2, 'buy', 700, { quantity: 2_000n });
    const { response, ctx } = replacing(chain, 0, orderId, { quantity: 5_000n });
    expect(response).toEqual({ orderId, filled: 0n, resting: 3_000n, keptPriority: true });
    expect(eventsOf(ctx, 'order_reduced').at(-1)).toMatchObject({ quantity: '5000' });
    expect(nextMaker(chain, 2)).toBe(orderId.toString());
    expect(orders.must(chain.ctx, orderId).quantity).toBe(5_000n);
    expect(chain.broken()).toEqual([]);
    expect(chain.restart().broken()).toEqual([]);
  });

  test('goes to the end of its price when it grows, and keeps its id and its name', () => {
    const chain = ClobChain.create([RICH, RICH, RICH]);
    const { orderId } = chain.place(0, 'sell', 700, { clientOrderId: 'mine' });
    const other = chain.place(1, 'sell', 700);
    const change = { orderId: 0n, clientOrderId: 'mine', quantity: 20_000n };
    const { response, ctx } = replacing(chain, 0, 0n, change);
    expect(response).toEqual({ orderId, filled: 0n, resting: 20_000n, keptPriority: false });
    expect(eventsOf(ctx, 'order_cancelled').at(-1)).toMatchObject({ reason: 'replaced' });
    expect(eventsOf(ctx, 'order_placed').at(-1)).toMatchObject({ order_id: orderId.toString() });
    expect(nextMaker(chain, 2)).toBe(other.orderId.toString());
    expect(chain.broken()).toEqual([]);
  });

  test('trades where its new price crosses, and counts all of its fills', () => {
    const chain = ClobChain.create([RICH, RICH]);
    chain.place(1, 'sell', 710, { quantity: 4_000n });
    const { orderId } = chain.place(0, 'buy', 600);
    expect(replace(chain, 0, orderId, { priceUusd: 710n * USD })).toMatchObject({
      filled: 4_000n,
      resting: 6_000n,
    });
    expect(orders.must(chain.ctx, orderId).quantity).toBe(10_000n);
    expect(replace(chain, 0, orderId, { quantity: 4_500n, priceUusd: 700n * USD })).toMatchObject({
      filled: 0n,
      resting: 500n,
    });
    expect(refusalCode(() => replace(chain, 0, orderId, { quantity: 4_000n }))).toBe('clob/4');
    expect(chain.broken()).toEqual([]);
  });

  test('is judged without the margin it had reserved', () => {
    const chain = ClobChain.create([800n * USD, RICH]);
    const { orderId } = chain.place(0, 'buy', 700);
    expect(refusalCode(() => chain.place(0, 'buy', 600))).not.toBe('done');
    expect(replace(chain, 0, orderId, { priceUusd: 600n * USD })).toMatchObject({
      resting: 10_000n,
    });
    expect(refusalCode(() => replace(chain, 0, orderId, { quantity: 20_000n }))).not.toBe('done');
  });

  test('that is refused rests where it was: nothing changes', () => {
    const chain = ClobChain.create([RICH, RICH]);
    const { orderId } = chain.place(0, 'sell', 700);
    const own = chain.place(0, 'buy', 600);
    const post = chain.place(1, 'buy', 500, { postOnly: pb.PostOnly.POST_ONLY_REJECT });
    chain.seal();
    const before = chain.dump();
    const code = (user: number, id: bigint, change: Change) =>
      refusalCode(() => replace(chain, user, id, change));
    expect(code(0, orderId, { priceUusd: 600n * USD })).toBe('clob/16');
    expect(code(0, own.orderId, { priceUusd: 700n * USD })).toBe('clob/16');
    expect(code(1, post.orderId, { priceUusd: 700n * USD })).toBe('clob/8');
    expect(code(0, orderId, { priceUusd: 700n * USD + 1n })).toBe('clob/3');
    expect(code(0, own.orderId, { priceUusd: 50_000n * USD })).toBe('clob/5');
    expect(code(0, orderId, { quantity: 9_999n })).toBe('clob/4');
    expect(code(0, orderId, { quantity: 1n << 63n })).toBe('clob/4');
    expect(code(0, orderId, {})).toBe('clob/13');
    expect(code(0, orderId, { clientOrderId: 'a', quantity: 100n })).toBe('clob/13');
    expect(code(1, orderId, { quantity: 100n })).toBe('clob/11');
    expect(code(0, 99n, { quantity: 100n })).toBe('clob/11');
    chain.seal();
    expect(chain.dump()).toEqual(before);
  });
});
