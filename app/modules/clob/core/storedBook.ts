import { BookReader } from './bookReader.ts';
import { HEADER_PAGE, SLOTS_PER_PAGE } from './bookState.ts';
import { HEADER_BYTES, PAGE_BYTES, encodeHeader, encodePage } from './pages.ts';
import type { PageVisitor } from './pages.ts';

/**
 * A book as the store and its overlays see it: marks to roll back to, and pages. What changes it
 * does so between `begin` and `end`, all or nothing.
 */
export class StoredBook extends BookReader {
  readonly #page = new Uint8Array(PAGE_BYTES);
  readonly #view = new DataView(this.#page.buffer);
  #isBusy = false;

  /** Begins a change, which must not be begun within another. Returns where to undo it to. */
  protected begin(): number {
    if (this.#isBusy || this.visitors > 0) this.#assertIdle();
    this.#isBusy = true;
    return this.state.journal.length;
  }

  /** Undoes the change that was begun there: something was thrown on the way. */
  protected undo(start: number): void {
    this.state.rollback(start);
  }

  protected end(): void {
    this.#isBusy = false;
    this.state.journal.settle();
  }

  #assertIdle(): void {
    if (this.#isBusy || this.visitors > 0) {
      throw new Error('clob: a book must not be changed from within its own callbacks');
    }
  }

  /** A position to roll back to. What happens is kept from the first mark until `commit`. */
  mark(): number {
    this.#assertIdle();
    return this.state.journal.mark();
  }

  /**
   * Undoes everything since a mark, which stays valid; later marks do not. Throws RangeError where
   * the mark cannot be one of this book's.
   */
  rollback(mark: number): void {
    this.#assertIdle();
    const { journal } = this.state;
    if (!journal.isKept || !Number.isSafeInteger(mark) || mark < 0 || mark > journal.length) {
      throw new RangeError('clob: not a mark of this book');
    }
    this.state.rollback(mark);
  }

  /** Makes what happened final: all marks end. */
  commit(): void {
    this.#assertIdle();
    this.state.journal.clear();
  }

  /**
   * Visits the pages that changed since the last call, in order; they count as stored from then on,
   * unless the visitor throws: then they all still count as changed.
   */
  dirtyPages(visit: PageVisitor): void {
    const start = this.begin();
    const { dirty } = this.state;
    try {
      for (let page = dirty.first(); page >= 0; page = dirty.first()) {
        visit(page, this.#encode(page));
        this.state.clean(page);
      }
    } catch (error) {
      this.undo(start);
      throw error;
    } finally {
      this.end();
    }
  }

  /** Visits all stored pages of the book, in order, whether or not they changed. */
  pages(visit: (page: number, bytes: Uint8Array) => unknown): void {
    const last = this.state.arena.slots / SLOTS_PER_PAGE;
    for (let page = HEADER_PAGE; page <= last; page++) {
      const bytes = this.#encode(page);
      if (bytes !== null) visit(page, bytes);
    }
  }

  #encode(page: number): Uint8Array | null {
    if (page === HEADER_PAGE) {
      encodeHeader(this.state, this.#view);
      return this.#page.subarray(0, HEADER_BYTES);
    }
    const length = encodePage(this.state, page, this.#view);
    return length === 0 ? null : this.#page.subarray(0, length);
  }
}
