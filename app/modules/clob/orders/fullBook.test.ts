import { describe, expect, test } from '@jest/globals';
import { PostOnly } from '../../../../proto/gen/tenor.clob.v1.ts';
import { refusalCode } from '../../../runtime/fixture.ts';
import { ClobChain, eventsOf } from '../fixture.ts';

const USD = 1_000_000n;
const RICH = 200_000n * USD;
/** 0.01 contracts. */
const TINY = { quantity: 100n };

/** Accounts of a dollar that bid 0.10 USD for a hundredth, each as often as it may. */
function attack(chain: ClobChain, from: number, accounts: number, each: number): number {
  let resting = 0;
  for (let user = from; user < from + accounts; user++) {
    for (let i = 0; i < each; i++) {
      if (refusalCode(() => chain.place(user, 'buy', 0.1, TINY)) === 'done') resting++;
    }
  }
  return resting;
}

const users = (accounts: number) => [RICH, RICH, ...Array<bigint>(accounts).fill(USD)];

describe('a book that 250 accounts of a dollar try to fill', () => {
  test('takes four orders of each, and everybody else can still trade', () => {
    const chain = ClobChain.create(users(250));
    expect(attack(chain, 2, 250, 200)).toBe(1_000);
    expect(refusalCode(() => chain.place(2, 'buy', 0.1, TINY))).toBe('accounts/8');
    chain.place(0, 'buy', 700);
    expect(chain.place(1, 'sell', 700).filled).toBe(10_000n);
    expect(chain.broken()).toEqual([]);
  });

  test('gives up its worst order to a better one when it is full, and the event says why', () => {
    const chain = ClobChain.create(users(30), { maxBookOrders: 100 });
    expect(attack(chain, 2, 30, 200)).toBe(100);
    expect(refusalCode(() => chain.place(0, 'buy', 0.1, TINY))).toBe('clob/12');
    expect(() => chain.place(0, 'buy', 0.1, TINY)).toThrow(
      'the book has as many bids as it may: bring one above 0.10 USD, ' +
        'which takes the place of the worst, or trade at once with an IOC order',
    );
    const { ctx } = chain.placing(0, 'buy', 0.2, TINY);
    // The last of the worst: whoever came first keeps its place longest.
    expect(eventsOf(ctx, 'order_cancelled').at(-1)).toMatchObject({
      reason: 'book_full',
      quantity: '100',
      order_id: '100',
    });
    expect(chain.place(1, 'sell', 700).resting).toBe(10_000n);
    expect(chain.place(0, 'buy', 700, TINY).filled).toBe(100n);
    expect(chain.broken()).toEqual([]);
    expect(chain.restart().broken()).toEqual([]);
  });

  test('is emptied of them by better orders one by one, also where these trade first', () => {
    const chain = ClobChain.create(users(30), { maxBookOrders: 100 });
    attack(chain, 2, 30, 200);
    chain.place(1, 'sell', 700, TINY);
    const { response, ctx } = chain.placing(0, 'buy', 700, { quantity: 300n });
    expect(response).toMatchObject({ filled: 100n, resting: 200n });
    expect(eventsOf(ctx, 'order_cancelled').at(-1)).toMatchObject({ reason: 'book_full' });
    for (let i = 0; i < 99; i++) chain.place(0, 'buy', 0.2 + i / 10, TINY);
    expect(refusalCode(() => chain.place(2, 'buy', 0.2, TINY))).toBe('clob/12');
    chain.place(1, 'buy', 0.3, TINY);
    expect(chain.broken()).toEqual([]);
  });

  test('lets a sliding post-only order in by the price at which it rests', () => {
    const chain = ClobChain.create(users(30), { maxBookOrders: 100 });
    attack(chain, 2, 30, 200);
    chain.place(1, 'sell', 700, TINY);
    const slide = { ...TINY, postOnly: PostOnly.POST_ONLY_SLIDE };
    expect(chain.place(0, 'buy', 700, slide).resting).toBe(100n);
    expect(chain.broken()).toEqual([]);
  });

  test('of offers gives up the dearest', () => {
    const chain = ClobChain.create([RICH, RICH], { maxBookOrders: 2 });
    for (const price of [700, 800]) chain.place(0, 'sell', price, TINY);
    expect(() => chain.place(1, 'sell', 800, TINY)).toThrow('bring one below 800.00 USD');
    const { ctx } = chain.placing(1, 'sell', 750, TINY);
    expect(eventsOf(ctx, 'order_cancelled').at(-1)).toMatchObject({
      reason: 'book_full',
      order_id: '2',
    });
  });
});
