import { describe, expect, test } from '@jest/globals';
import { Book } from './book.ts';
import {
  ACCEPTED,
  BUY,
  CANCELLED,
  CANCEL_REQUESTED,
  CANCEL_SELF_TRADE,
  FOK,
  IOC,
  REJECTED,
  REJECT_FOK_UNFILLABLE,
  REPLACED,
  SELL,
  STP_BOTH,
  STP_MAKER,
  TRADE,
  type OrderRequest,
  type Report,
} from './types.ts';

/** A book and the reports it made, as plain rows. */
function scene() {
  const book = new Book();
  const reports: Report[] = [];
  const sink = (report: Readonly<Report>): void => void reports.push({ ...report });
  let id = 0;
  const place = (
    side: 0 | 1,
    price: number,
    size: number,
    more: Partial<OrderRequest> = {},
  ): number => {
    id++;
    book.place({ id, owner: id, tag: 0, side, price, size, ...more }, sink);
    return id;
  };
  const take = (): number[][] =>
    reports.splice(0).map((r) => {
      if (r.kind === TRADE) return [TRADE, r.id, r.makerId, r.price, r.size];
      return r.kind === REJECTED ? [REJECTED, r.id, r.code] : [r.kind, r.id, r.size, r.code];
    });
  return { book, sink, place, take };
}

describe('a book', () => {
  test('trades at the price of the maker, the earliest of the best price first', () => {
    const { book, place, take } = scene();
    place(SELL, 101, 5);
    place(SELL, 100, 2);
    place(SELL, 100, 3);
    take();
    place(BUY, 101, 7);
    expect(take()).toEqual([
      [ACCEPTED, 4, 7, 0],
      [TRADE, 4, 2, 100, 2],
      [TRADE, 4, 3, 100, 3],
      [TRADE, 4, 1, 101, 2],
    ]);
    expect([book.bestAsk(), book.bestBid(), book.depthAt(SELL, 101)]).toEqual([101, null, 3]);
  });

  test('fills a fill-or-kill order in full or not at all', () => {
    const { book, place, take } = scene();
    place(SELL, 100, 2);
    place(SELL, 102, 3);
    take();
    place(BUY, 101, 3, { timeInForce: FOK });
    expect(take()).toEqual([[REJECTED, 3, REJECT_FOK_UNFILLABLE]]);
    place(BUY, 102, 3, { timeInForce: FOK });
    expect(take()).toHaveLength(3);
    expect(book.depthAt(SELL, 102)).toBe(2);
  });

  test('keeps the time priority of a smaller size and takes that of a larger one', () => {
    const { book, place, sink, take } = scene();
    place(SELL, 100, 4);
    place(SELL, 100, 4);
    book.replace(1, 100, 3, sink);
    place(BUY, 100, 1, { timeInForce: IOC });
    book.replace(1, 100, 5, sink);
    place(BUY, 100, 1, { timeInForce: IOC });
    expect(take().filter(([kind]) => kind === TRADE || kind === REPLACED)).toEqual([
      [REPLACED, 1, 3, 1],
      [TRADE, 3, 1, 100, 1],
      [REPLACED, 1, 5, 0],
      [TRADE, 4, 2, 100, 1],
    ]);
  });

  test('expires the maker, the taker or both rather than let an owner trade with itself', () => {
    for (const [stp, left] of [
      [undefined, [true, false]],
      [STP_MAKER, [false, true]],
      [STP_BOTH, [false, false]],
    ] as const) {
      const { book, place, take } = scene();
      place(SELL, 100, 4, { owner: 9 });
      place(BUY, 100, 4, stp === undefined ? { owner: 9 } : { owner: 9, stp });
      expect([book.has(1), book.has(2)]).toEqual(left);
      const reasons = take().filter(([kind]) => kind === CANCELLED);
      expect(reasons.every(([, , , code]) => code === CANCEL_SELF_TRADE)).toBe(true);
    }
  });

  test('is as before a mark after rolling back to it', () => {
    const { book, place, sink, take } = scene();
    place(SELL, 100, 4);
    place(SELL, 100, 5);
    place(SELL, 101, 6);
    take();
    const mark = book.mark();
    place(BUY, 101, 10);
    book.cancel(3, CANCEL_REQUESTED, sink);
    expect(book.orderCount).toBe(0);
    book.rollback(mark);
    take();
    place(BUY, 101, 10);
    expect(take().slice(1)).toEqual([
      [TRADE, 5, 1, 100, 4],
      [TRADE, 5, 2, 100, 5],
      [TRADE, 5, 3, 101, 1],
    ]);
  });
});
