import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Book } from './book.ts';
import { BookState, Sequence } from './bookState.ts';
import { PageError } from './pages.ts';
import { pagesOf } from './trio.ts';
import * as t from './types.ts';

type Page = [number, Buffer];

const stored = (book: Book): Page[] =>
  [...pagesOf(book)].map(([page, hex]) => [page, Buffer.from(hex, 'hex')]);

const hexOf = (pages: Page[]): string[] => pages.map(([page, b]) => `${page}:${b.toString('hex')}`);

/** Pages of a book with orders in some forty slots, free ones between. */
function somePages(): Page[] {
  const book = new Book();
  for (let id = 1; id <= 60; id++) {
    const side = (id % 2) as t.Side;
    const price = side === t.BUY ? -id : id;
    book.place({ id, owner: id, tag: id, side, price, size: id }, () => undefined);
  }
  for (let id = 1; id <= 60; id += 3) book.cancel(id, 1, () => undefined);
  return stored(book);
}

describe('the pages of a book', () => {
  test('are refused by name when they are damaged, or are those of another sound book', () => {
    const damage = fc.record({
      ...{ at: fc.nat(), bit: fc.nat(7), page: fc.nat() },
      how: fc.constantFrom('flip', 'flip', 'flip', 'flip', 'cut', 'drop', 'twice', 'move', 'zero'),
    });
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 3 }), (damages) => {
        const pages = somePages();
        for (const { at, bit, page, how } of damages) {
          const i = page % pages.length;
          const [number, bytes] = pages[i]!;
          if (how === 'flip') bytes[at % bytes.length]! ^= 1 << bit;
          else if (how === 'cut') pages[i] = [number, bytes.subarray(0, at % bytes.length)];
          else if (how === 'drop') pages.splice(i, 1);
          else if (how === 'twice') pages.push([number, bytes]);
          else if (how === 'move') pages[i] = [number + 1 + (at % 3), bytes];
          else pages.push([50, Buffer.alloc(768)]);
          if (pages.length === 0) return;
        }
        let book: Book;
        try {
          book = Book.load(pages);
        } catch (error) {
          expect(error).toBeInstanceOf(PageError);
          return;
        }
        const sorted = pages.sort(([a], [b]) => a - b);
        expect(hexOf(stored(book))).toEqual(hexOf(sorted));
      }),
      { numRuns: 500 },
    );
  });

  test('do not depend on how the book came to be: a free slot leaves no trace', () => {
    const book = new Book();
    const order = { owner: 1, tag: 2, side: t.BUY, price: 3, size: 4 } as const;
    for (const id of [1, 2, 3]) book.place({ ...order, id }, () => undefined);
    const pages = pagesOf(book);
    const mark = book.mark();
    for (let id = 10; id < 400; id++) book.place({ ...order, id }, () => undefined);
    book.cancel(2, 1, () => undefined);
    book.rollback(mark);
    expect(pagesOf(book)).toEqual(pages);
  });

  test('end with their last order, and say nothing of how many were before', () => {
    const book = new Book();
    const order = { owner: 1, tag: 2, side: t.BUY, price: 3, size: 4 } as const;
    for (const id of [1, 2, 3, 4]) book.place({ ...order, id }, () => undefined);
    book.cancel(2, 1, () => undefined);
    book.cancel(4, 1, () => undefined);
    const lengths = () => stored(book).map(([page, { length }]) => [page, length]);
    const record = 48;
    expect(lengths()).toEqual([
      [0, 16],
      [1, 3 * record],
    ]);
    const [[, header]] = stored(book) as [Page];
    book.replace(1, 2, 9, () => undefined);
    expect(stored(book)[0]![1].equals(header)).toBe(true);
  });

  test('of a book that goes on hold no order that is later than the next', () => {
    const [sequence, last] = [new Sequence(7), new Sequence(6)];
    const book = new Book({}, new BookState(new Sequence(6)));
    book.place({ id: 1, owner: 1, tag: 1, side: t.BUY, price: 1, size: 1 }, () => undefined);
    expect(() => Book.load(stored(book), {}, last)).toThrow('has a sequence out of range, 6');
    const loaded = Book.load(stored(book), {}, sequence);
    loaded.replace(1, 2, 1, () => undefined);
    expect([loaded.order(1)!.sequence, sequence.next]).toEqual([7, 8]);
  });

  test('of nothing are an empty book', () => {
    expect(Book.load([]).orderCount).toBe(0);
  });
});
