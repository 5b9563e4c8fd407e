import {
  DOUBLES,
  FLAGS,
  ID,
  MAX_SLOTS,
  OWNER,
  POST_ONLY_SHIFT,
  PRICE,
  SIDE_FLAG,
  SIZE,
  STP_SHIFT,
  TAG,
  WORDS,
} from './arena.ts';
import { BookState } from './bookState.ts';
import { Matcher } from './matcher.ts';
import { rejectionOf } from './validate.ts';
import {
  ACCEPTED,
  AUCTION,
  BUY,
  CANCELLED,
  CANCEL_IOC_REMAINDER,
  CANCEL_MARKET_REMAINDER,
  FOK,
  GTC,
  IOC,
  OUTCOME_CANCELLED,
  OUTCOME_FILLED,
  OUTCOME_REJECTED,
  OUTCOME_RESTING,
  POST_ONLY_NONE,
  POST_ONLY_REJECT,
  REJECTED,
  REJECT_AUCTION_PHASE,
  REJECT_BOOK_FULL,
  REJECT_DEPTH_LIMIT,
  REJECT_DUPLICATE_ID,
  REJECT_FOK_UNFILLABLE,
  REJECT_FOK_VETOED,
  REJECT_POST_ONLY,
  REJECT_PRICE,
  REJECT_SIZE,
  REJECT_UNKNOWN_ORDER,
  REPLACED,
  SELL,
  STP_TAKER,
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

export const DEFAULT_MAX_MATCHES = 1000;
const ACCEPT = 0;

/** One order book: price-time priority, integer ticks and lots. The README of this folder tells its rules. */
export class Book {
  readonly minPrice: number;
  readonly maxPrice: number;
  readonly maxSize: number;
  readonly maxOrders: number;
  readonly #state = new BookState();
  readonly #matcher = new Matcher(this.#state);
  #isBusy = false;

  constructor(options: BookOptions = {}) {
    this.minPrice = options.minPrice ?? Number.MIN_SAFE_INTEGER;
    this.maxPrice = options.maxPrice ?? Number.MAX_SAFE_INTEGER;
    this.maxSize = options.maxSize ?? Number.MAX_SAFE_INTEGER;
    this.maxOrders = options.maxOrders ?? MAX_SLOTS;
    const { minPrice, maxPrice, maxSize, maxOrders } = this;
    if (![minPrice, maxPrice, maxSize, maxOrders].every(Number.isSafeInteger)) {
      throw new RangeError('clob: book options must be safe integers');
    }
    if (minPrice > maxPrice || maxSize < 1 || maxOrders < 1 || maxOrders > MAX_SLOTS) {
      throw new RangeError('clob: book options out of range');
    }
  }

  /** Takes a new order: trades what crosses, then rests or cancels the remainder. Reports go to `sink` in order. */
  place(order: OrderRequest, sink: ReportSink, check: FillCheck | null = null): Outcome {
    this.#enter();
    try {
      const code = this.#judge(order);
      if (code !== ACCEPT) return this.#reject(order.id, code, sink);
      const slot = this.#state.arena.nextFree();
      this.#write(slot, order);
      return this.#execute(slot, order, sink, check);
    } finally {
      this.#isBusy = false;
    }
  }

  /** Cancels a resting order, for a reason that is reported. */
  cancel(id: number, reason: number, sink: ReportSink): Outcome {
    this.#enter();
    try {
      const slot = this.#state.find(id);
      if (slot < 0) return this.#reject(id, REJECT_UNKNOWN_ORDER, sink);
      this.#matcher.cancel(slot, reason, sink);
      return OUTCOME_CANCELLED;
    } finally {
      this.#isBusy = false;
    }
  }

  /**
   * Gives a resting order a new price and open size. The same price and no larger a size keep its place in time; else
   * it goes to the end of its price, and where it crosses it trades as a new order would. A rejection leaves it alone.
   */
  replace(
    id: number,
    price: number,
    size: number,
    sink: ReportSink,
    check: FillCheck | null = null,
    maxMatches: number = DEFAULT_MAX_MATCHES,
  ): Outcome {
    this.#enter();
    try {
      const state = this.#state;
      const slot = state.find(id);
      if (slot < 0) return this.#reject(id, REJECT_UNKNOWN_ORDER, sink);
      const { doubles, words } = state.arena;
      const at = slot * DOUBLES;
      const flags = words[slot * WORDS + FLAGS]!;
      const side = (flags & SIDE_FLAG) as Side;
      if (!this.#isPrice(price)) return this.#reject(id, REJECT_PRICE, sink);
      if (!this.#isSize(size)) return this.#reject(id, REJECT_SIZE, sink);
      const limit = this.#postOnlyPrice(side, price + 0, (flags >>> POST_ONLY_SHIFT) as PostOnly);
      if (!this.#isPrice(limit)) return this.#reject(id, REJECT_POST_ONLY, sink);
      const old = doubles[at + SIZE]!;
      if (state.ladder(side).depth - old + size > Number.MAX_SAFE_INTEGER) {
        return this.#reject(id, REJECT_DEPTH_LIMIT, sink);
      }
      if (limit === doubles[at + PRICE] && size <= old) {
        state.resize(slot, size);
        this.#matcher.reportOrder(REPLACED, slot, 1, sink);
        return OUTCOME_RESTING;
      }
      state.remove(slot);
      doubles[at + PRICE] = limit;
      doubles[at + SIZE] = size;
      this.#matcher.reportOrder(REPLACED, slot, 0, sink);
      return this.#matchAndRest(slot, maxMatches, 0, sink, check);
    } finally {
      this.#isBusy = false;
    }
  }

  #enter(): void {
    if (this.#isBusy) throw new Error('clob: the book was changed from within its own report');
    this.#isBusy = true;
  }

  #isPrice(price: number): boolean {
    return Number.isSafeInteger(price) && price >= this.minPrice && price <= this.maxPrice;
  }

  #isSize(size: number): boolean {
    return Number.isSafeInteger(size) && size >= 1 && size <= this.maxSize;
  }

  /** The code to reject a new order with before it meets anyone, or 0. */
  #judge(order: OrderRequest): number {
    const code = rejectionOf(order);
    if (code !== ACCEPT) return code;
    if (!this.#isPrice(order.price)) return REJECT_PRICE;
    if (!this.#isSize(order.size)) return REJECT_SIZE;
    const state = this.#state;
    if (state.find(order.id) >= 0) return REJECT_DUPLICATE_ID;
    const timeInForce = order.timeInForce ?? (order.market === true ? IOC : GTC);
    if (timeInForce !== GTC) return state.phase === AUCTION ? REJECT_AUCTION_PHASE : ACCEPT;
    if (state.orderCount >= this.maxOrders) return REJECT_BOOK_FULL;
    if (state.ladder(order.side).depth + order.size > Number.MAX_SAFE_INTEGER) {
      return REJECT_DEPTH_LIMIT;
    }
    const price = this.#postOnlyPrice(order.side, order.price, order.postOnly ?? POST_ONLY_NONE);
    return this.#isPrice(price) ? ACCEPT : REJECT_POST_ONLY;
  }

  /** The price at which the order may rest: its own, the slid one, or infinite where it must be rejected. */
  #postOnlyPrice(side: Side, price: number, postOnly: PostOnly): number {
    if (postOnly === POST_ONLY_NONE || this.#state.phase === AUCTION) return price;
    const opposite = side === BUY ? this.#state.asks : this.#state.bids;
    if (opposite.best < 0) return price;
    const key = opposite.key(opposite.best);
    const best = side === BUY ? 0 - key : key;
    if (side === BUY ? price < best : price > best) return price;
    if (postOnly === POST_ONLY_REJECT) return Number.POSITIVE_INFINITY;
    return side === BUY ? best - 1 : best + 1;
  }

  #write(slot: number, order: OrderRequest): void {
    const { doubles, words } = this.#state.arena;
    const at = slot * DOUBLES;
    const postOnly = order.postOnly ?? POST_ONLY_NONE;
    const cap = order.reduceOnlySize ?? order.size;
    doubles[at + ID] = order.id + 0;
    doubles[at + OWNER] = order.owner + 0;
    doubles[at + TAG] = order.tag + 0;
    doubles[at + PRICE] = this.#postOnlyPrice(order.side, order.price + 0, postOnly);
    doubles[at + SIZE] = cap < order.size ? cap : order.size;
    words[slot * WORDS + FLAGS] =
      order.side | ((order.stp ?? STP_TAKER) << STP_SHIFT) | (postOnly << POST_ONLY_SHIFT);
  }

  #execute(slot: number, order: OrderRequest, sink: ReportSink, check: FillCheck | null): Outcome {
    const maxMatches = order.maxMatches ?? DEFAULT_MAX_MATCHES;
    const isMarket = order.market === true;
    const timeInForce = order.timeInForce ?? (isMarket ? IOC : GTC);
    if (timeInForce === FOK) return this.#fillOrKill(slot, maxMatches, sink, check);
    this.#matcher.reportOrder(ACCEPTED, slot, 0, sink);
    const immediate = isMarket ? CANCEL_MARKET_REMAINDER : CANCEL_IOC_REMAINDER;
    const remainder = timeInForce === GTC ? 0 : immediate;
    return this.#matchAndRest(slot, maxMatches, remainder, sink, check);
  }

  /** Trades what crosses; the rest is cancelled for `remainder` unless that is 0, and then it rests. */
  #matchAndRest(
    slot: number,
    maxMatches: number,
    remainder: number,
    sink: ReportSink,
    check: FillCheck | null,
  ): Outcome {
    const state = this.#state;
    let reason = remainder;
    if (state.phase !== AUCTION) {
      reason = this.#matcher.match(slot, maxMatches, check, sink);
      if (state.arena.doubles[slot * DOUBLES + SIZE] === 0) return OUTCOME_FILLED;
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
    const { arena, journal } = this.#state;
    const id = arena.doubles[slot * DOUBLES + ID]!;
    if (!this.#matcher.canFill(slot, maxMatches)) {
      return this.#reject(id, REJECT_FOK_UNFILLABLE, sink);
    }
    const wasOn = journal.isOn;
    const mark = journal.mark();
    this.#matcher.reportOrder(ACCEPTED, slot, 0, sink);
    this.#matcher.match(slot, maxMatches, check, sink);
    const isFilled = arena.doubles[slot * DOUBLES + SIZE] === 0;
    if (!isFilled) this.#state.rollback(mark);
    if (!wasOn) journal.clear();
    return isFilled ? OUTCOME_FILLED : this.#reject(id, REJECT_FOK_VETOED, sink);
  }

  #reject(id: number, code: number, sink: ReportSink): Outcome {
    const report = this.#matcher.report;
    report.kind = REJECTED;
    report.id = Number.isSafeInteger(id) ? id + 0 : 0;
    report.owner = 0;
    report.tag = 0;
    report.side = 0;
    report.price = 0;
    report.size = 0;
    report.remaining = 0;
    report.code = code;
    report.makerId = 0;
    report.makerOwner = 0;
    report.makerTag = 0;
    report.makerRemaining = 0;
    sink(report);
    return OUTCOME_REJECTED;
  }

  /** Resting orders. */
  get orderCount(): number {
    return this.#state.orderCount;
  }

  get phase(): Phase {
    return this.#state.phase;
  }

  /** The best price of a side in ticks, or null. */
  best(side: Side): number | null {
    const ladder = this.#state.ladder(side);
    return this.#priceOf(side, ladder.best);
  }

  bestBid(): number | null {
    return this.best(BUY);
  }

  bestAsk(): number | null {
    return this.best(SELL);
  }

  /** The best price of a side that is worse than `price`, or null. */
  nextLevel(side: Side, price: number): number | null {
    const ladder = this.#state.ladder(side);
    return this.#priceOf(side, ladder.firstBelow(side === BUY ? price : 0 - price));
  }

  /** Open lots at a price of a side. */
  depthAt(side: Side, price: number): number {
    const ladder = this.#state.ladder(side);
    const level = ladder.find(side === BUY ? price : 0 - price);
    return level < 0 ? 0 : ladder.depthAt(level);
  }

  #priceOf(side: Side, level: number): number | null {
    if (level < 0) return null;
    const key = this.#state.ladder(side).key(level);
    return side === BUY ? key : 0 - key;
  }

  has(id: number): boolean {
    return this.#state.find(id) >= 0;
  }

  /** A copy of a resting order, or null. */
  order(id: number): OrderView | null {
    const slot = this.#state.find(id);
    return slot < 0 ? null : this.#state.view(slot);
  }

  /** A position to roll back to. Recording begins with the first mark and ends with `commit`. */
  mark(): number {
    return this.#state.journal.mark();
  }

  /** Undoes everything since the mark, which stays valid; later marks do not. */
  rollback(mark: number): void {
    if (!Number.isSafeInteger(mark) || mark < 0 || mark > this.#state.journal.length) {
      throw new RangeError('clob: not a mark of this book');
    }
    this.#state.rollback(mark);
  }

  /** Makes what happened final: all marks end. */
  commit(): void {
    this.#state.journal.clear();
  }

  /** For the parts of the core that share the state: pages, auction, views. */
  get state(): BookState {
    return this.#state;
  }
  get matcher(): Matcher {
    return this.#matcher;
  }
}
