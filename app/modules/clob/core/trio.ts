import { isDeepStrictEqual } from 'node:util';
import { expect } from '@jest/globals';
import { Book } from './book.ts';
import { BookState, Sequence } from './bookState.ts';
import { NaiveBook } from './naiveBook.ts';
import { REPORT_WIDTH, ReportBuffer } from './reportBuffer.ts';
import * as t from './types.ts';

/** Prices and sizes are places in the tables of a `Scale`; the first price is out of bounds. */
export type Message =
  | { act: 'place'; order: Required<t.OrderRequest>; throwAt?: number }
  | { act: 'cancel'; id: number; throwAt?: number }
  | {
      act: 'replace';
      id: number;
      price: number;
      size: number;
      maxMatches: number;
      throwAt?: number;
    }
  | { act: 'uncross'; reference: number; low: number; high: number; maxMatches: number }
  | { act: 'auction' | 'mark' | 'rollback' | 'commit' | 'reload' | 'flush' };

/** What the places of prices (0 to 14) and sizes (0 to 10) stand for. */
export interface Scale {
  readonly prices: readonly number[];
  readonly sizes: readonly number[];
  readonly limits: Required<t.BookOptions>;
}

const [MIN, MAX] = [Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER];
const upTo = (length: number, from = 0): number[] => Array.from({ length }, (_, i) => i + from);
const wide = { minPrice: MIN, maxPrice: MAX, maxSize: MAX, maxOrders: 24 };

export const SCALES: Readonly<Record<string, Scale>> = {
  small: {
    prices: upTo(15, -7),
    sizes: upTo(11),
    limits: { minPrice: -6, maxPrice: 6, maxSize: 9, maxOrders: 24 },
  },
  whole: {
    prices: [
      ...[-Infinity, MIN, MIN + 1, -0x10_0000_0000_0000, -0x1_0000_0001, -0x10_0000, -1, 0],
      ...[1, 0xf_ffff, 0x8000_0000, 0x1_0000_0000, 0x2000_0000_0000, MAX - 1, MAX],
    ],
    sizes: [
      ...[0, 1, 2, 3, 0x8000_0000, 0x1_0000_0001, 0x8_0000_0000_0000, 0x10_0000_0000_0000],
      ...[MAX - 2, MAX - 1, MAX],
    ],
    limits: wide,
  },
  lowest: { prices: upTo(15, MIN - 1), sizes: upTo(11), limits: wide },
  highest: { prices: [MIN - 1, ...upTo(14, MAX - 13)], sizes: upTo(11), limits: wide },
};

/** Vetoes a fill now and then, by nothing but what the fill is. */
const check: t.FillCheck = (trade) => {
  const draw = (trade.id * 7 + trade.makerId * 13 + (trade.size % 7) * 5 + trade.makerTag) % 11;
  if (draw === 0) return t.VETO_MAKER;
  return draw === 1 ? t.VETO_TAKER : t.FILL;
};

export function pagesOf(book: Book): Map<number, string> {
  const pages = new Map<number, string>();
  book.pages((page, bytes) => pages.set(page, Buffer.from(bytes).toString('hex')));
  return pages;
}

type Saved = Pick<NaiveBook, 'orders' | 'sequence' | 'phase'>;

const saved = ({ orders, sequence, phase }: NaiveBook): Saved =>
  structuredClone({ orders, sequence, phase });

class Stop extends Error {}

/** `expect` takes long even where all is well; it is asked only to tell a difference. */
export function same(found: unknown, expected: unknown): void {
  if (!isDeepStrictEqual(found, expected)) expect(found).toEqual(expected);
}

/**
 * The book, the model, and what a store would hold; each message goes to all and their answers are
 * compared.
 */
export class Trio {
  readonly scale: Scale;
  readonly sequence = new Sequence();
  book: Book;
  naive: NaiveBook;
  store = new Map<number, string>();
  marks: { mark: number; naive: Saved; pages: Map<number, string>; store: Map<number, string> }[] =
    [];
  reports: t.Report[] = [];
  buffer = new ReportBuffer(new Float64Array(REPORT_WIDTH * 250));
  check: t.FillCheck | null;
  /** The report at which the sink throws; 0 for none. */
  throwAt = 0;

  constructor(isChecked: boolean, scale: Scale) {
    this.scale = scale;
    this.book = new Book(scale.limits, new BookState(this.sequence));
    this.naive = new NaiveBook(scale.limits);
    this.check = isChecked ? check : null;
    this.naive.check = this.check;
    this.flush();
  }

  sink = (report: Readonly<t.Report>): void => {
    this.reports.push({ ...report });
    this.buffer.sink(report);
    if (this.reports.length === this.throwAt) throw new Stop();
  };

  run(m: Message): void {
    this.reports = [];
    this.naive.reports = [];
    this.buffer.truncate();
    if (m.act === 'place' || m.act === 'cancel' || m.act === 'replace') this.send(m);
    else if (m.act === 'uncross') this.uncross(m);
    else this[m.act]();
    same(this.reports, this.naive.reports);
    const buffered = this.reports.map((_, i) => ({ ...this.buffer.read(i) }));
    same(buffered, this.reports);
  }

  /** To the model first; where that makes enough reports the sink throws, and nothing happened. */
  send(m: Message & { act: 'place' | 'cancel' | 'replace' }): void {
    const before = saved(this.naive);
    const expected = this.toNaive(m);
    this.throwAt = m.throwAt ?? 0;
    if (this.throwAt === 0 || this.naive.reports.length < this.throwAt) {
      same(this.toBook(m), expected);
    } else {
      const pages = pagesOf(this.book);
      expect(() => this.toBook(m)).toThrow(Stop);
      same(pagesOf(this.book), pages);
      Object.assign(this.naive, before);
      this.naive.reports.splice(this.throwAt);
    }
    this.throwAt = 0;
  }

  scaled({ price, size, ...order }: Required<t.OrderRequest>): Required<t.OrderRequest> {
    return { ...order, price: this.scale.prices[price]!, size: this.scale.sizes[size]! };
  }

  toNaive(m: Message): t.Outcome | undefined {
    const { prices, sizes } = this.scale;
    if (m.act === 'place') return this.naive.place(this.scaled(m.order));
    if (m.act === 'cancel') return this.naive.cancel(m.id, 70);
    if (m.act !== 'replace') return undefined;
    return this.naive.replace(m.id, prices[m.price]!, sizes[m.size]!, m.maxMatches);
  }

  toBook(m: Message): t.Outcome | undefined {
    const { prices, sizes } = this.scale;
    const { sink, book } = this;
    if (m.act === 'place') return book.place(this.scaled(m.order), sink, this.check);
    if (m.act === 'cancel') return book.cancel(m.id, 70, sink);
    if (m.act !== 'replace') return undefined;
    const [price, size] = [prices[m.price]!, sizes[m.size]!];
    return book.replace(m.id, price, size, sink, this.check, m.maxMatches);
  }

  auction(): void {
    this.book.setPhase(t.AUCTION);
    this.naive.phase = t.AUCTION;
  }

  /** First inside a band, then over all prices, until nothing is crossed. */
  uncross(m: Message & { act: 'uncross' }): void {
    if (this.book.phase !== t.AUCTION) return;
    const at = (place: number): number => this.scale.prices[Math.max(1, place)]!;
    const ends = [at(m.low), at(m.high)].sort((a, b) => a - b);
    this.uncrossWithin(at(m.reference), ends[0]!, ends[1]!, m.maxMatches);
    if (this.book.isCrossed) expect(() => this.book.setPhase(t.CONTINUOUS)).toThrow(RangeError);
    const { minPrice, maxPrice } = this.scale.limits;
    this.uncrossWithin(at(m.reference), minPrice, maxPrice, m.maxMatches);
    this.book.setPhase(t.CONTINUOUS);
    this.naive.phase = t.CONTINUOUS;
  }

  uncrossWithin(reference: number, low: number, high: number, maxMatches: number): void {
    for (;;) {
      const clearing = this.book.clearing(reference, low, high);
      const expected = this.naive.clearing(reference, this.candidates(reference, low, high));
      same(clearing && { price: clearing.price, volume: clearing.volume }, expected);
      // What it leaves out goes, and changes nothing of it.
      this.dropSelfCrossed();
      same(this.book.clearing(reference, low, high), clearing);
      if (!clearing) return;
      for (let isDone = false; !isDone;) {
        isDone = this.book.uncross(clearing.price, maxMatches, this.sink, this.check);
        same(isDone, this.naive.uncross(clearing.price, maxMatches));
      }
    }
  }

  dropSelfCrossed(): void {
    const found = this.book.selfCrossed();
    same(found, this.naive.selfCrossed());
    for (const { id } of found) {
      this.book.cancel(id, t.CANCEL_SELF_TRADE, this.sink);
      this.naive.cancel(id, t.CANCEL_SELF_TRADE);
    }
  }

  /** Every price of a narrow range. Of a wide one those where demand or supply may change. */
  candidates(reference: number, low: number, high: number): number[] {
    if (high - low < 100) return upTo(high - low + 1, low);
    const edges = this.naive.orders.flatMap(({ price }) => [price - 1, price, price + 1]);
    return [...edges, low, high, reference].filter((price) => price >= low && price <= high);
  }

  mark(): void {
    const [pages, store] = [pagesOf(this.book), new Map(this.store)];
    this.marks.push({ mark: this.book.mark(), naive: saved(this.naive), pages, store });
  }

  rollback(): void {
    const marked = this.marks.pop();
    if (!marked) return;
    this.book.rollback(marked.mark);
    Object.assign(this.naive, marked.naive);
    this.store = marked.store;
    same(pagesOf(this.book), marked.pages);
  }

  commit(): void {
    this.book.commit();
    this.marks = [];
  }

  /** What the book says changed is written; the store then is the book, also after rollbacks. */
  flush(): void {
    this.book.dirtyPages((page, bytes) => {
      if (bytes === null) this.store.delete(page);
      else this.store.set(page, Buffer.from(bytes).toString('hex'));
    });
    const stored = [...this.store].sort(([a], [b]) => a - b);
    if (this.store.size > 0) same(stored, [...pagesOf(this.book)]);
  }

  reload(): void {
    this.flush();
    this.commit();
    const pages = [...pagesOf(this.book)].reverse();
    const bytes = pages.map(([page, hex]) => [page, Buffer.from(hex, 'hex')] as const);
    this.book = Book.load(bytes, this.scale.limits, this.sequence);
  }

  compareViews(): void {
    for (const side of [t.BUY, t.SELL] as const) {
      const expected = this.naive.queue(side);
      const orders: t.OrderView[] = [];
      this.book.orders(side, (o) => void orders.push({ ...o }));
      same(orders, expected);
      same(
        [this.book.ordersOf(side), this.book.worst(side)],
        [expected.length, expected.at(-1) ?? null],
      );
      const levels: number[][] = [];
      this.book.levels(side, 100, (...level) => void levels.push(level));
      const prices = [...new Set(expected.map((o) => o.price))];
      const at = (price: number) => expected.filter((o) => o.price === price);
      const depth = (price: number) => at(price).reduce((sum, o) => sum + o.size, 0);
      same(
        levels,
        prices.map((price) => [price, depth(price), at(price).length]),
      );
      for (const price of this.scale.prices.slice(1)) {
        same(this.book.depthAt(side, price), depth(price));
        const worse = prices.find((p) => (side === t.BUY ? p < price : p > price));
        same(this.book.nextLevel(side, price), worse ?? null);
      }
      for (const order of expected) same(this.book.order(order.id), order);
    }
  }
}

/** Sends messages to all three and compares what they say, and in the end what they show. */
export function agree(messages: Message[], isChecked: boolean, scale: Scale): void {
  const trio = new Trio(isChecked, scale);
  for (const each of messages) trio.run(each);
  trio.compareViews();
}
