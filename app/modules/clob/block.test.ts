import { describe, expect, test } from '@jest/globals';
import { seriesBySymbol } from '../options/index.ts';
import { ClobChain, SOON, eventsOf } from './fixture.ts';
import { infos, orders, pages } from './state.ts';

const RICH = 200_000_000_000n;
const PUT_SOON = 'BTC-16NOV26T1204-64000-P';

describe('books of expired series', () => {
  test('are purged a bounded number of orders a block, and then their pages are gone', () => {
    const chain = ClobChain.create([RICH, RICH], { maxPurgesPerBlock: 10 });
    for (let i = 0; i < 8; i++) {
      chain.place(0, 'sell', 100 + i, { series: SOON, quantity: 100n, clientOrderId: `s${i}` });
      chain.place(1, 'buy', 10 + i, { series: PUT_SOON, quantity: 100n });
    }
    const kept = chain.place(1, 'buy', 600);
    const first = chain.block(1, 240_000);
    // Eight orders, their book, and one order of the next book.
    expect(eventsOf(first, 'order_cancelled').map((e) => e['reason'])).toEqual(
      Array(9).fill('expired'),
    );
    expect(eventsOf(first, 'book_closed')).toMatchObject([{ series: SOON }]);
    expect(chain.broken()).toEqual([]);
    const second = chain.block();
    expect(eventsOf(second, 'order_cancelled')).toHaveLength(7);
    chain.block();
    const left = seriesBySymbol(chain.ctx, 'BTC-17NOV26-64000-C')!.id;
    expect([...infos.entries(chain.ctx)].map(([id]) => id)).toEqual([left]);
    expect([...orders.entries(chain.ctx)].map(([id]) => id)).toEqual([kept.orderId]);
    expect([...pages.entries(chain.ctx)].every(([[id]]) => id === left)).toBe(true);
    expect(chain.broken()).toEqual([]);
  });

  test('are purged also when the series is settled and gone before it is their turn', () => {
    const chain = ClobChain.create([RICH, RICH], { maxPurgesPerBlock: 1 });
    for (let i = 0; i < 40; i++) chain.place(0, 'sell', 100, { series: SOON, quantity: 100n });
    chain.block(1, 225_000);
    chain.block(40);
    expect(seriesBySymbol(chain.ctx, SOON)).toBeUndefined();
    expect([...orders.entries(chain.ctx)].length).toBeGreaterThan(0);
    const half = chain.restart();
    half.block(60);
    expect([...orders.entries(half.ctx)]).toEqual([]);
    expect([...infos.entries(half.ctx)]).toEqual([]);
    expect(half.broken()).toEqual([]);
  });
});
