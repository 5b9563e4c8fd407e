import { defined } from '../../../lib/assert.ts';
import { equalBytes } from '../../../lib/bytes.ts';
import { GasMeter } from '../../../lib/gas.ts';
import type { Reader, Writer } from '../../../store/collection.ts';
import { u64 } from '../../../lib/keys.ts';
import type { Attachment, Joined, State } from '../../../store/state.ts';
import { Book, Sequence } from '../core/index.ts';
import { infos, nextSequence, pages } from '../state.ts';
import { toNumber } from '../units.ts';

interface Entry {
  readonly seriesId: bigint;
  readonly book: Book;
  /** Whether it has pages: a book in which nothing ever happened has one, too. */
  isStored: boolean;
  /** The books' epoch in which this one was last marked. */
  epoch: number;
}

/** What a book was before it was touched in an epoch. */
interface Undo {
  readonly book: Book;
  readonly mark: number;
}

/**
 * The order books of a state, loaded from their pages when first asked for. A mark costs the same
 * however many books there are: a book is marked itself only when it is first written to after it.
 * A book is stored as long as its series has an info.
 */
export class Books implements Joined {
  readonly #io: Writer;
  readonly #entries = new Map<bigint, Entry>();
  /** Written to since the last flush. */
  readonly #touched = new Map<bigint, Entry>();
  /** Of the orders of all books: a mark's books go back together, and with them what it counted. */
  readonly #sequence: Sequence;
  #undos: Undo[] = [];
  #epoch = 0;

  constructor(state: State) {
    this.#io = { state, gas: new GasMeter(Infinity), writable: true };
    this.#sequence = new Sequence(toNumber(nextSequence.get(this.#io) ?? 1n));
  }

  /** The book of a series to look at; undefined while nothing has rested in it. */
  peek(seriesId: bigint): Book | undefined {
    const entry = this.#entries.get(seriesId);
    if (entry !== undefined) return entry.book;
    return infos.has(this.#io, seriesId) ? this.#load(seriesId).book : undefined;
  }

  /** The book of a series whose info exists. */
  must(seriesId: bigint): Book {
    return defined(this.peek(seriesId), `the book of series ${seriesId}`);
  }

  /** The book of a series to write to. */
  touch(seriesId: bigint): Book {
    const entry = this.#entries.get(seriesId) ?? this.#load(seriesId);
    if (entry.epoch !== this.#epoch) {
      entry.epoch = this.#epoch;
      this.#undos.push({ book: entry.book, mark: entry.book.mark() });
      this.#touched.set(seriesId, entry);
    }
    return entry.book;
  }

  isTouched(seriesId: bigint): boolean {
    return this.#touched.has(seriesId);
  }

  #load(seriesId: bigint): Entry {
    const stored = [...storedPages(this.#io, seriesId)];
    const book = Book.load(stored, {}, this.#sequence);
    const entry = { seriesId, book, isStored: stored.length > 0, epoch: -1 };
    this.#entries.set(seriesId, entry);
    return entry;
  }

  mark(): number {
    this.#epoch++;
    return this.#undos.length;
  }

  rollback(mark: number): void {
    this.#epoch++;
    while (this.#undos.length > mark) {
      const { book, mark: before } = this.#undos.pop()!;
      book.rollback(before);
    }
  }

  flush(): void {
    for (const entry of this.#touched.values()) {
      if (infos.has(this.#io, entry.seriesId)) this.#store(entry);
      else this.#drop(entry);
    }
    const next = BigInt(this.#sequence.next);
    if (next !== (nextSequence.get(this.#io) ?? 1n)) nextSequence.set(this.#io, next);
    this.#touched.clear();
    this.#undos = [];
    this.#epoch++;
  }

  #store(entry: Entry): void {
    const { seriesId, book } = entry;
    const store = (page: number, bytes: Uint8Array | null) => {
      this.#storePage([seriesId, page], bytes);
    };
    book.dirtyPages(store);
    if (!entry.isStored) book.pages(store);
    entry.isStored = true;
    book.commit();
  }

  #storePage(key: readonly [bigint, number], bytes: Uint8Array | null): void {
    if (bytes === null) {
      pages.delete(this.#io, key);
      return;
    }
    const stored = pages.get(this.#io, key);
    // A page that is as it was needs no new leaf, although something happened in between.
    if (stored === undefined || !equalBytes(stored, bytes)) {
      // Copied into a slab of many: an array of its own takes ten times as long.
      pages.set(this.#io, key, Buffer.from(bytes));
    }
  }

  /** The series was purged, or nothing came to rest in its book. */
  #drop({ seriesId }: Entry): void {
    for (const [key] of pages.under(this.#io, u64.write(seriesId))) pages.delete(this.#io, key);
    this.#entries.delete(seriesId);
  }
}

/** The pages of a book as they were at the end of the last block. */
export function* storedPages(
  reader: Reader,
  seriesId: bigint,
): Generator<readonly [number, Uint8Array]> {
  for (const [[, page], bytes] of pages.under(reader, u64.write(seriesId))) yield [page, bytes];
}

const attachment: Attachment<Books> = { name: 'clob/books', create: (state) => new Books(state) };

export function booksOf({ state }: Reader): Books {
  return state.attach(attachment);
}
