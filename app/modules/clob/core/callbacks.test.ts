import { describe, expect, test } from '@jest/globals';
import { Book } from './book.ts';
import { pagesOf } from './trio.ts';
import * as t from './types.ts';

const ignore: t.ReportSink = () => undefined;
const fail = (): never => {
  throw new Error('the caller failed');
};

function bookOf(...orders: [t.Side, number, number][]): Book {
  const book = new Book();
  orders.forEach(([side, price, size], i) => {
    book.place({ id: i + 1, owner: i + 1, tag: 0, side, price, size }, ignore);
  });
  return book;
}

const CROSSED: [t.Side, number, number][] = [
  [t.SELL, 20, 4],
  [t.SELL, 21, 4],
  [t.BUY, 9, 4],
];
const TAKER: t.OrderRequest = { id: 9, owner: 9, tag: 0, side: t.BUY, price: 21, size: 6 };

/** Throws at a report, from 1 on. */
function failAt(at: number): t.ReportSink {
  let seen = 0;
  return () => {
    if (++seen === at) fail();
  };
}

/** Every message with callbacks, made to fail in turn at its n-th report. */
const MESSAGES: [string, number, (book: Book, sink: t.ReportSink) => unknown][] = [
  ['an order that trades and rests', 3, (book, sink) => book.place({ ...TAKER, size: 9 }, sink)],
  ['a fill-or-kill', 3, (book, sink) => book.place({ ...TAKER, timeInForce: t.FOK }, sink)],
  ['an order that is rejected', 1, (book, sink) => book.place({ ...TAKER, id: 1 }, sink)],
  ['a cancel', 1, (book, sink) => book.cancel(2, 1, sink)],
  ['a replace that trades', 3, (book, sink) => book.replace(3, 21, 6, sink)],
  ['a replace that stays', 1, (book, sink) => book.replace(3, 9, 1, sink)],
];

describe('a sink that throws', () => {
  for (const [what, reports, send] of MESSAGES) {
    test(`undoes ${what} as a whole, with and without a mark`, () => {
      for (const isMarked of [false, true]) {
        for (let at = 1; at <= reports; at++) {
          const book = bookOf(...CROSSED);
          const before = pagesOf(book);
          const mark = isMarked ? book.mark() : 0;
          if (isMarked) book.cancel(1, 1, ignore);
          const pages = pagesOf(book);
          if (!isMarked || at === 1) {
            expect(() => send(book, failAt(at))).toThrow('the caller failed');
          }
          expect(pagesOf(book)).toEqual(pages);
          if (isMarked) book.rollback(mark);
          expect(pagesOf(book)).toEqual(before);
          const orders: number[] = [];
          for (const side of [t.BUY, t.SELL] as const) {
            book.orders(side, ({ id }) => void orders.push(id));
          }
          expect(orders).toEqual([3, 1, 2]);
        }
      }
    });
  }

  test('undoes an uncrossing as a whole', () => {
    const book = bookOf();
    book.setPhase(t.AUCTION);
    for (const [i, side] of [t.BUY, t.SELL, t.BUY, t.SELL].entries()) {
      book.place({ id: i, owner: i, tag: 0, side: side as t.Side, price: 5, size: 2 }, ignore);
    }
    const pages = pagesOf(book);
    expect(() => book.uncross(5, 9, failAt(2))).toThrow('the caller failed');
    expect(pagesOf(book)).toEqual(pages);
    expect(book.uncross(5, 9, ignore)).toBe(true);
    expect(book.orderCount).toBe(0);
  });
});

describe('a check that throws', () => {
  test('undoes the message as a whole', () => {
    for (const timeInForce of [t.GTC, t.FOK] as const) {
      const book = bookOf(...CROSSED);
      const pages = pagesOf(book);
      let seen = 0;
      const check: t.FillCheck = () => (++seen === 2 ? fail() : t.FILL);
      expect(() => book.place({ ...TAKER, timeInForce }, ignore, check)).toThrow('caller');
      expect(pagesOf(book)).toEqual(pages);
      expect(book.place({ ...TAKER, timeInForce }, ignore)).toBe(t.OUTCOME_FILLED);
    }
  });
});

describe('a visitor of pages that throws', () => {
  test('leaves all pages to be stored', () => {
    const book = bookOf(...CROSSED);
    let seen = 0;
    const visit = (): unknown => (++seen === 2 ? fail() : seen);
    expect(() => book.dirtyPages(visit)).toThrow('the caller');
    const pages: number[] = [];
    book.dirtyPages((page) => void pages.push(page));
    expect(pages).toEqual([0, 1]);
    book.dirtyPages(fail);
  });
});

describe('a callback that changes the book', () => {
  const CHANGES: Record<string, (book: Book) => unknown> = {
    place: (book) => book.place({ ...TAKER, id: 77 }, ignore),
    cancel: (book) => book.cancel(1, 1, ignore),
    replace: (book) => book.replace(1, 25, 1, ignore),
    uncross: (book) => book.uncross(20, 1, ignore),
    setPhase: (book) => book.setPhase(t.CONTINUOUS),
    mark: (book) => book.mark(),
    rollback: (book) => book.rollback(0),
    commit: (book) => book.commit(),
    dirtyPages: (book) => book.dirtyPages(ignore as () => unknown),
  };

  test.each(Object.keys(CHANGES))('is stopped, and the message undone: %s', (name) => {
    const change = CHANGES[name]!;
    const message = 'a book must not be changed from within its own callbacks';
    const book = bookOf(...CROSSED);
    const pages = pagesOf(book);
    book.setPhase(t.AUCTION);
    expect(() => book.cancel(2, 1, () => change(book))).toThrow(message);
    expect(() => book.levels(t.SELL, 9, () => change(book))).toThrow(message);
    expect(() => book.orders(t.SELL, () => change(book))).toThrow(message);
    expect(() => book.dirtyPages(() => change(book))).toThrow(message);
    book.setPhase(t.CONTINUOUS);
    const isPhase = name === 'uncross';
    const check: t.FillCheck = () => (change(book), t.FILL);
    if (!isPhase) expect(() => book.place(TAKER, ignore, check)).toThrow(message);
    expect(pagesOf(book)).toEqual(pages);
    expect(book.place(TAKER, ignore)).toBe(t.OUTCOME_FILLED);
  });

  test('may read it: what was reported has happened', () => {
    const book = bookOf(...CROSSED);
    const seen: (number | null)[] = [];
    book.place({ ...TAKER, size: 9 }, () => {
      seen.push(book.bestAsk());
      book.orders(t.BUY, () => undefined);
    });
    expect(seen).toEqual([20, 21, null]);
    expect(book.bestBid()).toBe(21);
  });

  test('may fill the request for its next message', () => {
    const book = bookOf(...CROSSED);
    const order: t.OrderRequest = { ...TAKER, timeInForce: t.IOC, maxMatches: 1 };
    const outcome = book.place(order, () => {
      Object.assign(order, { id: 10, timeInForce: t.GTC, price: 0, size: 1, maxMatches: 9 });
    });
    expect([outcome, book.orderCount]).toEqual([t.OUTCOME_CANCELLED, 2]);
  });
});
