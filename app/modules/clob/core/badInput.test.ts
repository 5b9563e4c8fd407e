import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Book } from './book.ts';
import { REPORT_WIDTH, ReportBuffer } from './reportBuffer.ts';
import { pagesOf } from './trio.ts';
import * as t from './types.ts';

const [MIN, MAX] = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
const ignore: t.ReportSink = () => undefined;
const SOUND: t.OrderRequest = { id: 1, owner: 1, tag: 0, side: t.BUY, price: 10, size: 5 };

/** A book with two asks and a bid, and its pages. */
function scene(options: t.BookOptions = {}) {
  const book = new Book(options);
  book.place({ id: 101, owner: 7, tag: 0, side: t.SELL, price: 20, size: 4 }, ignore);
  book.place({ id: 102, owner: 8, tag: 0, side: t.SELL, price: 21, size: 4 }, ignore);
  book.place({ id: 103, owner: 9, tag: 0, side: t.BUY, price: 9, size: 4 }, ignore);
  const reports: t.Report[] = [];
  const sink: t.ReportSink = (report) => void reports.push({ ...report });
  return { book, reports, sink, pages: pagesOf(book) };
}

const NOT_INTEGERS = [NaN, Infinity, -Infinity, 0.5, 1.5, -0.1, 2 ** 53, -(2 ** 53), 1e300, 5e-324];
/** What plain JavaScript may send in place of a number. */
const NOT_NUMBERS = [undefined, null, '1', true, {}, [], Symbol('1')] as unknown as number[];
const BAD = [...NOT_INTEGERS, ...NOT_NUMBERS];

describe('bad input', () => {
  const fields: [keyof t.OrderRequest, number, unknown[]][] = [
    ['id', t.REJECT_ID, BAD],
    ['owner', t.REJECT_OWNER, BAD],
    ['tag', t.REJECT_TAG, BAD],
    ['side', t.REJECT_SIDE, [...BAD, 2, -1]],
    ['price', t.REJECT_PRICE, NOT_INTEGERS],
    ['size', t.REJECT_SIZE, [...NOT_INTEGERS, 0, -0, -1]],
    ['timeInForce', t.REJECT_OPTIONS, [NaN, 0.5, 3, -1, '1', null]],
    ['postOnly', t.REJECT_OPTIONS, [NaN, 0.5, 3, -1, '1', null]],
    ['stp', t.REJECT_OPTIONS, [NaN, 0.5, 3, -1, '1', null]],
    ['market', t.REJECT_OPTIONS, [1, 'true', null]],
    ['maxMatches', t.REJECT_OPTIONS, [NaN, Infinity, 0, -1, 0.5, 2 ** 53, null]],
    ['reduceOnlySize', t.REJECT_OPTIONS, [NaN, Infinity, -1, 0.5, 2 ** 53, null]],
  ];
  test.each(fields)('of an order is rejected with a code: %s', (field, code, values) => {
    const { book, reports, sink, pages } = scene();
    for (const value of values) {
      reports.length = 0;
      const order = { ...SOUND, [field]: value };
      expect(book.place(order, sink)).toBe(t.OUTCOME_REJECTED);
      expect(reports.map((r) => [r.kind, r.code])).toEqual([[t.REJECTED, code]]);
      expect(Number.isSafeInteger(reports[0]?.id)).toBe(true);
    }
    expect(pagesOf(book)).toEqual(pages);
  });

  test('of a cancel or a replace is rejected with a code', () => {
    const { book, reports, sink, pages } = scene();
    for (const id of [...BAD.filter((bad) => typeof bad !== 'symbol'), 0, -0, 4, MAX, MIN]) {
      book.cancel(id, 1, sink);
      book.replace(id, 10, 1, sink);
    }
    expect(reports.every((r) => r.code === t.REJECT_UNKNOWN_ORDER)).toBe(true);
    reports.length = 0;
    for (const bad of NOT_INTEGERS) {
      book.replace(101, bad, 1, sink);
      book.replace(101, 20, bad, sink);
      book.replace(101, 20, 1, sink, null, bad);
      book.cancel(101, bad, sink);
    }
    const codes = [t.REJECT_PRICE, t.REJECT_SIZE, t.REJECT_OPTIONS, t.REJECT_OPTIONS];
    expect(reports.map((r) => r.code)).toEqual(NOT_INTEGERS.flatMap(() => codes));
    expect(pagesOf(book)).toEqual(pages);
  });

  test('of an auction or of options throws RangeError', () => {
    const { book, pages } = scene();
    expect(() => book.uncross(10, 1, ignore)).toThrow(RangeError);
    expect(() => book.setPhase(2 as t.Phase)).toThrow(RangeError);
    book.setPhase(t.AUCTION);
    for (const bad of NOT_INTEGERS) {
      expect(() => book.uncross(bad, 1, ignore)).toThrow(RangeError);
      expect(() => book.uncross(10, bad, ignore)).toThrow(RangeError);
      expect(() => book.clearing(bad, 1, 2)).toThrow(RangeError);
      expect(() => book.clearing(1, bad, 2)).toThrow(RangeError);
      expect(() => book.clearing(1, 1, bad)).toThrow(RangeError);
      expect(() => new Book({ minPrice: bad })).toThrow(RangeError);
      expect(() => new Book({ maxSize: bad })).toThrow(RangeError);
      expect(() => book.rollback(bad)).toThrow(RangeError);
    }
    book.setPhase(t.CONTINUOUS);
    expect(() => new Book({ minPrice: 2, maxPrice: 1 })).toThrow(RangeError);
    expect(() => new Book({ maxOrders: 2 ** 24 + 1 })).toThrow(RangeError);
    expect(() => book.rollback(0)).toThrow(RangeError);
    expect(pagesOf(book)).toEqual(pages);
  });

  test('never leaves the book other than it was, whatever is sent', () => {
    const anything = fc.oneof(
      fc.constantFrom<unknown>(...BAD, 0, -0, 1, 2, 9, 20, MIN, MAX),
      fc.double(),
      fc.anything(),
    );
    const request = fc.record({
      ...{ id: anything, owner: anything, tag: anything, side: fc.constantFrom(0, 1, 2, -0) },
      ...{ price: anything, size: anything, timeInForce: anything, postOnly: anything },
      ...{ stp: anything, market: anything, reduceOnlySize: anything, maxMatches: anything },
    });
    fc.assert(
      fc.property(request, (sent) => {
        const { book, reports, sink, pages } = scene();
        let outcome: t.Outcome = t.OUTCOME_REJECTED;
        try {
          outcome = book.place(sent as t.OrderRequest, sink);
        } catch {
          // What is no number at all may throw a TypeError.
        }
        if (outcome === t.OUTCOME_REJECTED) expect(pagesOf(book)).toEqual(pages);
        for (const report of reports) {
          expect(Object.values(report).every((value) => Number.isSafeInteger(value))).toBe(true);
          expect(Object.values(report).some((value) => Object.is(value, -0))).toBe(false);
        }
        expect(pagesOf(Book.load(bytesOf(book)))).toEqual(pagesOf(book));
      }),
      { numRuns: 300 },
    );
  });
});

function bytesOf(book: Book): [number, Uint8Array][] {
  return [...pagesOf(book)].map(([page, hex]) => [page, Buffer.from(hex, 'hex')]);
}

describe('the ends of the ranges', () => {
  test('hold orders at the lowest and the highest price, of the largest size and ids', () => {
    const { book, reports, sink } = scene();
    const largest = { ...SOUND, id: MAX, owner: MIN, tag: MIN, size: MAX - 4 };
    expect(book.place({ ...largest, price: MIN }, sink)).toBe(t.OUTCOME_RESTING);
    expect(book.place({ ...SOUND, id: 5, price: MIN }, sink)).toBe(t.OUTCOME_REJECTED);
    expect(reports.at(-1)!.code).toBe(t.REJECT_DEPTH_LIMIT);
    expect(book.place({ ...SOUND, id: MIN, side: t.SELL, price: MAX }, sink)).toBe(
      t.OUTCOME_RESTING,
    );
    expect([book.depthAt(t.BUY, MIN), book.depth(t.BUY)]).toEqual([MAX - 4, MAX]);
    expect([book.nextLevel(t.BUY, 9), book.nextLevel(t.BUY, MIN)]).toEqual([MIN, null]);
    expect([book.nextLevel(t.SELL, 21), book.nextLevel(t.SELL, MAX)]).toEqual([MAX, null]);
    const rebuilt = Book.load(bytesOf(book));
    expect(rebuilt.order(MAX)).toEqual(book.order(MAX));
    expect(rebuilt.order(MIN)).toEqual(book.order(MIN));
    book.replace(MAX, 8, MAX - 4, sink);
    expect(book.order(MAX)!.price).toBe(8);
  });

  test('do not let a post-only order slide beyond them', () => {
    const book = new Book({ minPrice: -2, maxPrice: 2 });
    const slide = { ...SOUND, postOnly: t.POST_ONLY_SLIDE } as const;
    book.place({ ...SOUND, price: -2, side: t.SELL }, ignore);
    expect(book.place({ ...slide, id: 2, price: 1 }, ignore)).toBe(t.OUTCOME_REJECTED);
    book.cancel(1, 1, ignore);
    book.place({ ...SOUND, price: -1, side: t.SELL }, ignore);
    expect(book.place({ ...slide, id: 2, price: 1 }, ignore)).toBe(t.OUTCOME_RESTING);
    expect(book.bestBid()).toBe(-2);
  });

  test('count −0 as 0 everywhere', () => {
    const { book, reports, sink } = scene();
    book.place({ ...SOUND, id: -0, owner: -0, tag: -0, price: -0 }, sink);
    expect(book.order(0)).toMatchObject({ id: 0, owner: 0, tag: 0, price: 0 });
    expect(book.depthAt(t.BUY, -0)).toBe(5);
    book.replace(-0, -0, 3, sink);
    book.cancel(-0, 1, sink);
    expect(reports.map((r) => [r.kind, r.id, r.price])).toEqual([
      [t.ACCEPTED, 0, 0],
      [t.REPLACED, 0, 0],
      [t.CANCELLED, 0, 0],
    ]);
  });

  test('reject what would be an order too many, and take it once there is room', () => {
    const { book, reports, sink } = scene({ maxOrders: 3 });
    expect(book.place(SOUND, sink)).toBe(t.OUTCOME_REJECTED);
    expect(reports[0]!.code).toBe(t.REJECT_BOOK_FULL);
    expect(book.place({ ...SOUND, price: 20, timeInForce: t.IOC }, sink)).toBe(t.OUTCOME_CANCELLED);
    expect(book.place(SOUND, sink)).toBe(t.OUTCOME_RESTING);
  });
});

describe('a report buffer', () => {
  test('takes reports until it is full, and then the message that overflows it is undone', () => {
    const { book, pages } = scene();
    const buffer = new ReportBuffer(new Float64Array(REPORT_WIDTH * 2 + 5));
    const taker = { ...SOUND, price: 21, size: 6 };
    expect(() => book.place(taker, buffer.sink)).toThrow('the report buffer is full');
    expect(pagesOf(book)).toEqual(pages);
    expect([buffer.length, buffer.capacity]).toEqual([2, 2]);
    buffer.truncate();
    expect(book.place({ ...taker, size: 3 }, buffer.sink)).toBe(t.OUTCOME_FILLED);
    const [accepted, trade] = [buffer.read(0), buffer.read(1)];
    expect([accepted.kind, accepted.size]).toEqual([t.ACCEPTED, 3]);
    expect([trade.kind, trade.makerId, trade.makerRemaining]).toEqual([t.TRADE, 101, 1]);
  });

  test('refuses what is not in it', () => {
    expect(() => new ReportBuffer(new Float64Array(REPORT_WIDTH - 1))).toThrow(RangeError);
    const buffer = new ReportBuffer(new Float64Array(REPORT_WIDTH));
    for (const bad of [0, -1, 0.5, NaN]) expect(() => buffer.read(bad)).toThrow(RangeError);
    for (const bad of [1, -1, 0.5, NaN]) expect(() => buffer.truncate(bad)).toThrow(RangeError);
  });
});
