import { isCount, isPrice, isSize, postOnlyPrice, rejectionOf } from './admission.ts';
import { timeInForceOf, writeRecord } from './admission.ts';
import { POST_ONLY_SHIFT } from './arena.ts';
import { DEFAULT_MAX_MATCHES, limitsOf } from './bookLimits.ts';
import { BookState } from './bookState.ts';
import type { Sequence } from './bookState.ts';
import { findClearing, type Clearing } from './clearing.ts';
import { Matcher } from './matcher.ts';
import { selfCrossed } from './selfCrossed.ts';
import { decodeState } from './pages.ts';
import { StoredBook } from './storedBook.ts';
import {
  ACCEPTED,
  AUCTION,
  CANCELLED,
  CANCEL_IOC_REMAINDER,
  CANCEL_MARKET_REMAINDER,
  CONTINUOUS,
  FOK,
  GTC,
  OUTCOME_CANCELLED,
  OUTCOME_FILLED,
  OUTCOME_REJECTED,
  OUTCOME_RESTING,
  REJECT_DEPTH_LIMIT,
  REJECT_FOK_UNFILLABLE,
  REJECT_FOK_VETOED,
  REJECT_OPTIONS,
  REJECT_POST_ONLY,
  REJECT_PRICE,
  REJECT_SIZE,
  REJECT_UNKNOWN_ORDER,
  REPLACED,
  type BookOptions,
  type FillCheck,
  type OrderRequest,
  type OrderView,
  type Outcome,
  type Phase,
  type PostOnly,
  type ReportSink,
  type Side,
} from './types.ts';

const ACCEPT = 0;

/** One order book: price-time priority, integer ticks and lots. The README tells its rules. */
export class Book extends StoredBook {
  readonly limits: Required<BookOptions>;
  readonly #matcher: Matcher;

  constructor(options: BookOptions = {}, state: BookState = new BookState()) {
    super(state);
    this.limits = limitsOf(options);
    this.#matcher = new Matcher(state);
  }

  /**
   * The book whose pages these are; throws `PageError` where they are not a book's. One that is to
   * go on needs the sequence that it went by, which no page holds.
   */
  static load(
    pages: Iterable<readonly [number, Uint8Array]>,
    options: BookOptions = {},
    sequence?: Sequence,
  ): Book {
    return new Book(options, decodeState(pages, sequence));
  }

  /**
   * Takes a new order: trades what crosses, then rests or cancels the remainder. Reports go to
   * `sink` in order.
   */
  place(order: OrderRequest, sink: ReportSink, check: FillCheck | null = null): Outcome {
    const start = this.begin();
    try {
      const code = rejectionOf(this.state, this.limits, order);
      if (code !== ACCEPT) return this.#reject(order.id, code, sink);
      const slot = this.state.arena.nextFree();
      writeRecord(this.state, slot, order);
      return this.#execute(slot, order, sink, check);
    } catch (error) {
      this.undo(start);
      throw error;
    } finally {
      this.end();
    }
  }

  /** Cancels a resting order, for a reason that is reported. */
  cancel(id: number, reason: number, sink: ReportSink): Outcome {
    const start = this.begin();
    try {
      const slot = this.state.find(id);
      if (slot < 0) return this.#reject(id, REJECT_UNKNOWN_ORDER, sink);
      if (!isCount(reason)) return this.#reject(id, REJECT_OPTIONS, sink);
      this.#matcher.cancel(slot, reason, sink);
      return OUTCOME_CANCELLED;
    } catch (error) {
      this.undo(start);
      throw error;
    } finally {
      this.end();
    }
  }

  /**
   * Gives a resting order a new price and open size. The same price and no larger a size keep its
   * place in time; else it goes to the end of its price, and where it crosses it trades as a new
   * order would. A rejection leaves it alone.
   */
  replace(
    id: number,
    price: number,
    size: number,
    sink: ReportSink,
    check: FillCheck | null = null,
    maxMatches: number = DEFAULT_MAX_MATCHES,
  ): Outcome {
    const start = this.begin();
    try {
      const slot = this.state.find(id);
      if (slot < 0) return this.#reject(id, REJECT_UNKNOWN_ORDER, sink);
      if (!isPrice(this.limits, price)) return this.#reject(id, REJECT_PRICE, sink);
      if (!isSize(this.limits, size)) return this.#reject(id, REJECT_SIZE, sink);
      if (!isCount(maxMatches)) return this.#reject(id, REJECT_OPTIONS, sink);
      return this.#replaceAt(slot, price + 0, size, sink, check, maxMatches);
    } catch (error) {
      this.undo(start);
      throw error;
    } finally {
      this.end();
    }
  }

  #replaceAt(
    slot: number,
    price: number,
    size: number,
    sink: ReportSink,
    check: FillCheck | null,
    maxMatches: number,
  ): Outcome {
    const { state } = this;
    const { arena } = state;
    const id = arena.id(slot);
    const side = arena.side(slot) as Side;
    const postOnly = (arena.flags(slot) >>> POST_ONLY_SHIFT) as PostOnly;
    const old = arena.size(slot);
    if (state.ladder(side).depth - old > Number.MAX_SAFE_INTEGER - size) {
      return this.#reject(id, REJECT_DEPTH_LIMIT, sink);
    }
    const limit = postOnlyPrice(state, side, price, postOnly);
    if (!isPrice(this.limits, limit)) return this.#reject(id, REJECT_POST_ONLY, sink);
    if (limit === arena.price(slot) && size <= old) {
      if (size < old) state.resize(slot, size);
      this.#matcher.reportOrder(REPLACED, slot, 1, sink);
      return OUTCOME_RESTING;
    }
    if (state.phase === AUCTION || !state.reaches(side, limit)) {
      state.move(slot, limit, size);
      this.#matcher.reportOrder(REPLACED, slot, 0, sink);
      return OUTCOME_RESTING;
    }
    state.remove(slot);
    arena.setPrice(slot, limit);
    arena.setSize(slot, size);
    this.#matcher.reportOrder(REPLACED, slot, 0, sink);
    return this.#matchAndRest(slot, maxMatches, 0, sink, check);
  }

  #execute(slot: number, order: OrderRequest, sink: ReportSink, check: FillCheck | null): Outcome {
    // Read before the first report: the caller may fill the request for its next message in it.
    const maxMatches = order.maxMatches ?? DEFAULT_MAX_MATCHES;
    const timeInForce = timeInForceOf(order);
    const immediate = order.market === true ? CANCEL_MARKET_REMAINDER : CANCEL_IOC_REMAINDER;
    if (timeInForce === FOK) return this.#fillOrKill(slot, maxMatches, sink, check);
    this.#matcher.reportOrder(ACCEPTED, slot, 0, sink);
    const remainder = timeInForce === GTC ? 0 : immediate;
    return this.#matchAndRest(slot, maxMatches, remainder, sink, check);
  }

  /**
   * Trades what crosses; the rest is cancelled for `remainder` unless that is 0, and then it rests.
   */
  #matchAndRest(
    slot: number,
    maxMatches: number,
    remainder: number,
    sink: ReportSink,
    check: FillCheck | null,
  ): Outcome {
    const { state } = this;
    let reason = remainder;
    if (state.phase !== AUCTION) {
      reason = this.#matcher.match(slot, maxMatches, check, sink);
      if (state.arena.size(slot) === 0) return OUTCOME_FILLED;
      if (reason === 0) reason = remainder;
    }
    if (reason === 0) {
      state.insert(slot);
      return OUTCOME_RESTING;
    }
    this.#matcher.reportOrder(CANCELLED, slot, reason, sink);
    return OUTCOME_CANCELLED;
  }

  #fillOrKill(
    slot: number,
    maxMatches: number,
    sink: ReportSink,
    check: FillCheck | null,
  ): Outcome {
    const { arena, journal } = this.state;
    const id = arena.id(slot);
    const start = journal.length;
    if (!this.#matcher.canFill(slot, maxMatches)) {
      return this.#reject(id, REJECT_FOK_UNFILLABLE, sink);
    }
    this.#matcher.reportOrder(ACCEPTED, slot, 0, sink);
    this.#matcher.match(slot, maxMatches, check, sink);
    if (arena.size(slot) === 0) return OUTCOME_FILLED;
    this.state.rollback(start);
    return this.#reject(id, REJECT_FOK_VETOED, sink);
  }

  #reject(id: number, code: number, sink: ReportSink): Outcome {
    this.#matcher.reportRejection(Number.isSafeInteger(id) ? id + 0 : 0, code, sink);
    return OUTCOME_REJECTED;
  }

  /** Begins or ends an auction. A crossed book must be uncrossed before trading goes on. */
  setPhase(phase: Phase): void {
    const known: number = phase;
    if (known !== CONTINUOUS && known !== AUCTION) throw new RangeError('clob: no such phase');
    this.begin();
    try {
      if (phase === this.phase) return;
      if (phase === CONTINUOUS && this.isCrossed) throw new RangeError('clob: the book is crossed');
      this.state.setPhase(phase);
    } finally {
      this.end();
    }
  }

  /**
   * The price from `min` to `max` at which an auction would clear now, or null when nothing crosses
   * there.
   */
  clearing(reference: number, min: number, max: number): Clearing | null {
    if (![reference, min, max].every(Number.isSafeInteger)) {
      throw new RangeError('clob: auction prices must be safe integers');
    }
    return findClearing(this.state, reference, min, max);
  }

  /** Orders of an auction that cross an earlier one of their owner: its price leaves them out. */
  selfCrossed(): OrderView[] {
    return selfCrossed(this.state).map((slot) => this.state.view(slot));
  }

  /**
   * Trades an auction's orders at one price; of two orders the later is reported as taker. Returns
   * whether it is done: after `maxMatches` meetings it stops, and goes on when called again with
   * the same price.
   */
  uncross(
    price: number,
    maxMatches: number,
    sink: ReportSink,
    check: FillCheck | null = null,
  ): boolean {
    if (this.phase !== AUCTION) throw new RangeError('clob: only an auction can be uncrossed');
    if (!Number.isSafeInteger(price) || !isCount(maxMatches)) {
      throw new RangeError('clob: an auction needs a safe integer price and a match limit from 1');
    }
    const start = this.begin();
    try {
      return this.#matcher.uncross(price, maxMatches, check, sink);
    } catch (error) {
      this.undo(start);
      throw error;
    } finally {
      this.end();
    }
  }
}
