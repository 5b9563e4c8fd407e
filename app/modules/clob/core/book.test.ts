import { describe, expect, test } from '@jest/globals';
import { Book } from './book.ts';
import {
  ACCEPTED,
  BUY,
  CANCELLED,
  CANCEL_MARKET_REMAINDER,
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

  test('fills a fill-or-kill order past its owner’s, where that gives way', () => {
    const { place, take } = scene();
    place(SELL, 100, 4, { owner: 9 });
    place(SELL, 100, 4);
    take();
    place(BUY, 100, 4, { owner: 9, timeInForce: FOK, stp: STP_MAKER });
    expect(take()).toEqual([
      [ACCEPTED, 3, 4, 0],
      [CANCELLED, 1, 4, CANCEL_SELF_TRADE],
      [TRADE, 3, 2, 100, 4],
    ]);
    place(SELL, 100, 4, { owner: 9 });
    place(SELL, 101, 4);
    take();
    place(BUY, 101, 4, { owner: 9, timeInForce: FOK });
    expect(take()).toEqual([[REJECTED, 6, REJECT_FOK_UNFILLABLE]]);
  });

  test('takes an order that does not say how: a market order never rests', () => {
    const { book, place, take } = scene();
    place(SELL, 100, 2);
    take();
    place(BUY, 101, 5, { market: true });
    expect(take()).toEqual([
      [ACCEPTED, 2, 5, 0],
      [TRADE, 2, 1, 100, 2],
      [CANCELLED, 2, 3, CANCEL_MARKET_REMAINDER],
    ]);
    expect(book.orderCount).toBe(0);
    // At the lowest price there is nothing to slide to.
    const low = new Book({ minPrice: 100 });
    const codes: number[] = [];
    const sink = ({ kind }: Readonly<Report>) => void codes.push(kind);
    low.place({ id: 1, owner: 1, tag: 0, side: SELL, price: 100, size: 2 }, sink);
    low.place({ id: 2, owner: 2, tag: 0, side: BUY, price: 100, size: 2 }, sink);
    expect(codes).toEqual([ACCEPTED, ACCEPTED, TRADE]);
  });

  test('knows thousands of levels, and makes new ones in the place of those that went', () => {
    const { book, sink, place } = scene();
    const prices = Array.from({ length: 700 }, (_, i) => 1 + ((i * 389) % 700));
    const sorted = Array.from({ length: 700 }, (_, i) => 1 + i);
    for (let round = 0; round < 2; round++) {
      const ids = prices.map((price) => place(BUY, price, price));
      expect([book.levelCount(BUY), book.bestBid(), book.depth(BUY)]).toEqual([
        ...[700, 700, 245_350],
      ]);
      const seen: number[][] = [];
      book.levels(BUY, 1_000, (...level) => void seen.push(level));
      expect(seen).toEqual(sorted.toReversed().map((price) => [price, price, 1]));
      for (const price of prices) {
        expect([book.depthAt(BUY, price), book.nextLevel(BUY, price)]).toEqual([
          ...[price, price === 1 ? null : price - 1],
        ]);
      }
      for (const id of ids) book.cancel(id, CANCEL_REQUESTED, sink);
      expect([book.levelCount(BUY), book.bestBid(), book.orderCount]).toEqual([0, null, 0]);
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
