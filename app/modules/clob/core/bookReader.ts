import { keyOf, type BookState } from './bookState.ts';
import type { Ladder } from './ladder.ts';
import { BUY, SELL, type OrderView, type Phase, type Side } from './types.ts';

/** Stops an iteration when it returns false. */
export type LevelVisitor = (price: number, depth: number, orders: number) => unknown;
export type OrderVisitor = (order: Readonly<OrderView>) => unknown;

/**
 * What can be seen of a book. Best prices, the next level, a depth and an order by id are loads or
 * one search.
 */
export class BookReader {
  protected readonly state: BookState;
  /** Iterations under way: until they end the book must not change. */
  protected visitors = 0;

  constructor(state: BookState) {
    this.state = state;
  }

  /** Resting orders. */
  get orderCount(): number {
    return this.state.orderCount;
  }

  /** Resting orders of a side. */
  ordersOf(side: Side): number {
    return this.#ladder(side).orders;
  }

  /** The last order of a side in price-time order, as a new object, or null. */
  worst(side: Side): OrderView | null {
    const ladder = this.#ladder(side);
    const level = ladder.worst;
    return level < 0 ? null : this.state.view(ladder.tail(level));
  }

  get phase(): Phase {
    return this.state.phase;
  }

  /** Whether the best bid is at or above the best ask; possible in the auction phase only. */
  get isCrossed(): boolean {
    return this.state.isCrossed();
  }

  /** The highest bid in ticks, or null. */
  bestBid(): number | null {
    return this.#priceOf(BUY, this.#ladder(BUY).best);
  }

  /** The lowest ask in ticks, or null. */
  bestAsk(): number | null {
    return this.#priceOf(SELL, this.#ladder(SELL).best);
  }

  /** The best price of a side that is worse than `price`, or null. */
  nextLevel(side: Side, price: number): number | null {
    return this.#priceOf(side, this.#ladder(side).firstBelow(keyOf(side, price)));
  }

  /** Open lots at a price of a side. */
  depthAt(side: Side, price: number): number {
    const ladder = this.#ladder(side);
    const level = ladder.find(keyOf(side, price));
    return level < 0 ? 0 : ladder.depthAt(level);
  }

  /** Open lots of a side. */
  depth(side: Side): number {
    return this.#ladder(side).depth;
  }

  /** Price levels of a side. */
  levelCount(side: Side): number {
    return this.#ladder(side).levelCount;
  }

  has(id: number): boolean {
    return this.state.find(id) >= 0;
  }

  /** Whether an order rests at just that price and size. */
  rests(id: number, price: number, size: number): boolean {
    const { arena } = this.state;
    const slot = this.state.find(id);
    return slot >= 0 && arena.price(slot) === price && arena.size(slot) === size;
  }

  /** A resting order as a new object, or null. */
  order(id: number): OrderView | null {
    const slot = this.state.find(id);
    return slot < 0 ? null : this.state.view(slot);
  }

  /** The first order in time at a price of a side, or null. */
  firstAt(side: Side, price: number): OrderView | null {
    const ladder = this.#ladder(side);
    const level = ladder.find(keyOf(side, price));
    return level < 0 ? null : this.state.view(ladder.head(level));
  }

  /** Visits at most `limit` levels of a side from the best on. */
  levels(side: Side, limit: number, visit: LevelVisitor): void {
    const ladder = this.#ladder(side);
    this.visitors++;
    try {
      let level = ladder.best;
      for (let i = 0; i < limit && level >= 0; i++) {
        const price = keyOf(side, ladder.key(level));
        if (visit(price, ladder.depthAt(level), ladder.count(level)) === false) return;
        level = ladder.worse(level);
      }
    } finally {
      this.visitors--;
    }
  }

  /** Visits the orders of a side in price-time order. The view is reused: copy what must last. */
  orders(side: Side, visit: OrderVisitor): void {
    const ladder = this.#ladder(side);
    if (ladder.best < 0) return;
    const view = this.state.view(ladder.head(ladder.best));
    this.visitors++;
    try {
      for (let level = ladder.best; level >= 0; level = ladder.worse(level)) {
        if (!this.#visitLevel(ladder.head(level), view, visit)) return;
      }
    } finally {
      this.visitors--;
    }
  }

  #visitLevel(head: number, view: OrderView, visit: OrderVisitor): boolean {
    const { arena } = this.state;
    for (let slot = head; slot >= 0; slot = arena.next(slot)) {
      if (visit(this.state.viewInto(slot, view)) === false) return false;
    }
    return true;
  }

  #ladder(side: Side): Ladder {
    return this.state.ladder(side);
  }

  #priceOf(side: Side, level: number): number | null {
    if (level < 0) return null;
    return keyOf(side, this.#ladder(side).key(level));
  }
}
