import { describe, expect, test } from '@jest/globals';
import * as fc from 'fast-check';
import { Book } from './book.ts';
import { NaiveBook } from './naiveBook.ts';
import * as t from './types.ts';

/** Small numbers, so that orders meet, ids collide and owners trade with themselves. */
const LIMITS = { minPrice: -6, maxPrice: 6, maxSize: 9, maxOrders: 24 };
const LONG_RUN_MESSAGES = Number(process.env['CLOB_AGREEMENT_MESSAGES'] ?? 0);

type Message =
  | { act: 'place'; order: Required<t.OrderRequest> }
  | { act: 'cancel'; id: number }
  | { act: 'replace'; id: number; price: number; size: number; maxMatches: number }
  | { act: 'uncross'; reference: number; maxMatches: number }
  | { act: 'auction' | 'mark' | 'rollback' | 'commit' | 'reload' | 'flush' };

const id = fc.integer({ min: 1, max: 30 });
const price = fc.integer({ min: -7, max: 7 });
const size = fc.integer({ min: 0, max: 10 });
const maxMatches = fc.constantFrom(1, 2, 3, 100);
const order: fc.Arbitrary<Required<t.OrderRequest>> = fc.record({
  id,
  owner: fc.integer({ min: 1, max: 4 }),
  tag: fc.integer({ min: -2, max: 2 }),
  side: fc.constantFrom<t.Side>(t.BUY, t.SELL),
  price,
  size,
  timeInForce: fc.constantFrom<t.TimeInForce>(t.GTC, t.GTC, t.GTC, t.IOC, t.FOK),
  postOnly: fc.constantFrom<t.PostOnly>(0, 0, 0, t.POST_ONLY_REJECT, t.POST_ONLY_SLIDE),
  stp: fc.constantFrom<t.SelfTradePrevention>(t.STP_TAKER, t.STP_MAKER, t.STP_BOTH),
  market: fc.constantFrom(false, false, false, true),
  reduceOnlySize: fc.constantFrom(100, 100, 100, 5, 1, 0),
  maxMatches,
});
const message: fc.Arbitrary<Message> = fc.oneof(
  { weight: 12, arbitrary: fc.record({ act: fc.constant('place' as const), order }) },
  { weight: 3, arbitrary: fc.record({ act: fc.constant('cancel' as const), id }) },
  {
    weight: 4,
    arbitrary: fc.record({ act: fc.constant('replace' as const), id, price, size, maxMatches }),
  },
  {
    weight: 1,
    arbitrary: fc.record({ act: fc.constant('uncross' as const), reference: price, maxMatches }),
  },
  {
    weight: 3,
    arbitrary: fc.record({
      act: fc.constantFrom('auction', 'mark', 'rollback', 'commit', 'reload', 'flush'),
    }),
  },
);

/** Vetoes a fill now and then, by nothing but what the fill is. */
const check: t.FillCheck = (trade) => {
  const draw = (trade.id * 7 + trade.makerId * 13 + trade.size * 5 + trade.remaining) % 11;
  if (draw === 0) return t.VETO_MAKER;
  return draw === 1 ? t.VETO_TAKER : t.FILL;
};

function pagesOf(book: Book): Map<number, string> {
  const pages = new Map<number, string>();
  book.pages((page, bytes) => pages.set(page, Buffer.from(bytes).toString('hex')));
  return pages;
}

/**
 * The book, the model, and what a store would hold; each message goes to all and their answers are
 * compared.
 */
class Trio {
  book = new Book(LIMITS);
  naive = new NaiveBook(LIMITS);
  store = new Map<number, string>();
  marks: { mark: number; orders: string; seq: number; phase: t.Phase; pages: string }[] = [];
  storeAtMarks: Map<number, string>[] = [];
  reports: t.Report[] = [];
  check: t.FillCheck | null;
  sink = (report: Readonly<t.Report>): void => void this.reports.push({ ...report });

  constructor(isChecked: boolean) {
    this.check = isChecked ? check : null;
    this.naive.check = this.check;
    this.flush();
  }

  run(m: Message): void {
    this.reports = [];
    this.naive.reports = [];
    if (m.act === 'place') {
      const outcome = this.book.place(m.order, this.sink, this.check);
      expect(outcome).toBe(this.naive.place(m.order));
    } else if (m.act === 'cancel') {
      expect(this.book.cancel(m.id, 70, this.sink)).toBe(this.naive.cancel(m.id, 70));
    } else if (m.act === 'replace') {
      const { price, size, maxMatches } = m;
      const outcome = this.book.replace(m.id, price, size, this.sink, this.check, maxMatches);
      expect(outcome).toBe(this.naive.replace(m.id, price, size, maxMatches));
    } else if (m.act === 'uncross') this.uncross(m.reference, m.maxMatches);
    else this[m.act]();
    expect(this.reports).toEqual(this.naive.reports);
  }

  auction(): void {
    this.book.setPhase(t.AUCTION);
    this.naive.phase = t.AUCTION;
  }

  uncross(reference: number, maxMatches: number): void {
    if (this.book.phase !== t.AUCTION) return;
    for (;;) {
      const clearing = this.book.clearing(reference, -6, 6);
      const expected = this.naive.clearing(reference, -6, 6);
      expect(clearing && { price: clearing.price, volume: clearing.volume }).toEqual(expected);
      if (!clearing) break;
      for (let isDone = false; !isDone;) {
        isDone = this.book.uncross(clearing.price, maxMatches, this.sink, this.check);
        expect(isDone).toBe(this.naive.uncross(clearing.price, maxMatches));
      }
    }
    this.book.setPhase(t.CONTINUOUS);
    this.naive.phase = t.CONTINUOUS;
  }

  mark(): void {
    const { orders, seq, phase } = this.naive;
    const pages = JSON.stringify([...pagesOf(this.book)]);
    this.marks.push({ mark: this.book.mark(), orders: JSON.stringify(orders), seq, phase, pages });
    this.storeAtMarks.push(new Map(this.store));
  }

  rollback(): void {
    const marked = this.marks.pop();
    if (!marked) return;
    this.book.rollback(marked.mark);
    this.naive.orders = JSON.parse(marked.orders) as NaiveBook['orders'];
    this.naive.seq = marked.seq;
    this.naive.phase = marked.phase;
    this.store = this.storeAtMarks.pop()!;
    expect(JSON.stringify([...pagesOf(this.book)])).toBe(marked.pages);
  }

  commit(): void {
    this.book.commit();
    this.marks = [];
    this.storeAtMarks = [];
  }

  /**
   * Writes what the book says changed; the store then must be the book, also after a rollback of
   * both.
   */
  flush(): void {
    this.book.dirtyPages((page, bytes) => {
      if (bytes === null) this.store.delete(page);
      else this.store.set(page, Buffer.from(bytes).toString('hex'));
    });
    const stored = [...this.store].sort(([a], [b]) => a - b);
    if (this.store.size > 0) expect(stored).toEqual([...pagesOf(this.book)]);
  }

  reload(): void {
    this.flush();
    this.commit();
    const pages = [...this.store].map(([p, hex]) => [p, Buffer.from(hex, 'hex')] as const);
    const empty: [number, Buffer][] = [];
    this.book.pages((p, bytes) => empty.push([p, Buffer.from(bytes)]));
    this.book = Book.load(this.store.size > 0 ? pages.reverse() : empty, LIMITS);
  }

  compareViews(): void {
    for (const side of [t.BUY, t.SELL] as const) {
      const expected = this.naive.side(side);
      const orders: object[] = [];
      this.book.orders(side, (o) => void orders.push({ ...o, sequence: undefined }));
      expect(orders).toEqual(expected.map((o) => ({ ...o, seq: undefined })));
      const levels: number[][] = [];
      this.book.levels(side, 100, (...level) => void levels.push(level));
      const prices = [...new Set(expected.map((o) => o.price))];
      const at = (price: number) => expected.filter((o) => o.price === price);
      const depth = (price: number) => at(price).reduce((sum, o) => sum + o.size, 0);
      expect(levels).toEqual(prices.map((price) => [price, depth(price), at(price).length]));
      for (let price = -7; price <= 7; price++) {
        expect(this.book.depthAt(side, price)).toBe(depth(price));
        const worse = prices.find((p) => (side === t.BUY ? p < price : p > price));
        expect(this.book.nextLevel(side, price)).toBe(worse ?? null);
      }
    }
  }
}

function agree(messages: Message[], isChecked: boolean): void {
  const trio = new Trio(isChecked);
  for (const each of messages) trio.run(each);
  trio.compareViews();
}

describe('the book and its naive model', () => {
  test('agree report by report through places, replaces, rollbacks, auctions and reloads', () => {
    fc.assert(
      fc.property(
        fc.array(message, { minLength: 1, maxLength: 120, size: 'max' }),
        fc.boolean(),
        agree,
      ),
      { numRuns: 200 },
    );
  });

  (LONG_RUN_MESSAGES > 0 ? test : test.skip)('agree over a long run', () => {
    fc.assert(
      fc.property(
        fc.array(message, { minLength: 400, maxLength: 600, size: 'max' }),
        fc.boolean(),
        agree,
      ),
      { numRuns: Math.ceil(LONG_RUN_MESSAGES / 500) },
    );
  });
});
