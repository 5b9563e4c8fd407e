import { Arena, POST_ONLY_SHIFT, STP_SHIFT } from './arena.ts';
import { BitTree } from './bitTree.ts';
import { IdIndex } from './idIndex.ts';
import {
  Journal,
  UNDO_CLEAN,
  UNDO_DIRTY,
  UNDO_INSERT,
  UNDO_MOVE,
  UNDO_PHASE,
  UNDO_REMOVE,
  UNDO_RESIZE,
} from './journal.ts';
import { Ladder } from './ladder.ts';
import {
  BUY,
  CONTINUOUS,
  POST_ONLY_NONE,
  STP_TAKER,
  type OrderView,
  type Phase,
  type PostOnly,
  type SelfTradePrevention,
  type Side,
} from './types.ts';

/** Orders a page holds. Page 0 is the header; page p holds the slots from (p − 1) · 16. */
export const SLOTS_PER_PAGE = 16;
const PAGE_SHIFT = 4;
export const HEADER_PAGE = 0;

/**
 * The ladder key of a price, or the price of a key: itself for bids, its negative for asks, and
 * never −0.
 */
export function keyOf(side: number, price: number): number {
  return price * (1 - 2 * side) + 0;
}

/** The next place in time. Books that are stored together share one, which is stored once. */
export class Sequence {
  next: number;

  constructor(next = 1) {
    this.next = next;
  }
}

/**
 * What a book is: records, and what is derived from them (levels, id index, free slots). Everything
 * that happens to it is one of insert, remove, move, resize and a change of phase, each with its
 * undo, so that a rollback is these five reversed.
 */
export class BookState {
  readonly arena = new Arena();
  readonly ids = new IdIndex(this.arena);
  /** By side: indexed rather than branched on, because which side comes next is a coin's toss. */
  readonly ladders = [new Ladder(), new Ladder()] as const;
  readonly dirty = new BitTree(32);
  readonly journal = new Journal();
  readonly sequence: Sequence;
  orderCount = 0;
  phase: Phase = CONTINUOUS;

  constructor(sequence = new Sequence()) {
    this.sequence = sequence;
  }

  ladder(side: number): Ladder {
    return this.ladders[side]!;
  }

  /** The slot of an order, or -1. */
  find(id: number): number {
    return this.ids.find(id);
  }

  /** Rests the record written in a free slot, last in time at its price. */
  insert(slot: number): void {
    this.arena.setSequence(slot, this.sequence.next++);
    this.link(slot, -1);
    this.#touch(slot);
    this.#touchHeader();
    this.journal.push(slot * 8 + UNDO_INSERT);
  }

  /** Takes an order out; its record stays readable until the slot is used again. */
  remove(slot: number): void {
    this.#touch(slot);
    this.#touchHeader();
    this.#record(slot, UNDO_REMOVE);
    this.#unlink(slot);
  }

  /** Gives an order another price and size, last in time there. It keeps its slot. */
  move(slot: number, price: number, size: number): void {
    this.#touch(slot);
    this.#record(slot, UNDO_MOVE);
    this.#leaveLevel(slot);
    this.arena.setPrice(slot, price);
    this.arena.setSize(slot, size);
    this.arena.setSequence(slot, this.sequence.next++);
    this.#joinLevel(slot, -1);
  }

  /** Changes the open size of an order in place. */
  resize(slot: number, size: number): void {
    this.#touch(slot);
    this.journal.push2(this.arena.size(slot), slot * 8 + UNDO_RESIZE);
    this.#setSize(slot, size);
  }

  setPhase(phase: Phase): void {
    this.#touchHeader();
    this.journal.push(this.phase * 8 + UNDO_PHASE);
    this.phase = phase;
  }

  /** Whether a limit of a side is at or beyond the best price of the other. */
  reaches(side: number, price: number): boolean {
    const opposite = this.ladders[1 - side]!;
    return opposite.best >= 0 && keyOf(side, price) >= 0 - opposite.key(opposite.best);
  }

  /** Whether some bid is at or above some ask. */
  isCrossed(): boolean {
    const [bids, asks] = this.ladders;
    return bids.best >= 0 && asks.best >= 0 && bids.key(bids.best) >= 0 - asks.key(asks.best);
  }

  /** The order in an occupied slot, as a new object. */
  view(slot: number): OrderView {
    return this.viewInto(slot, {
      id: 0,
      owner: 0,
      tag: 0,
      side: BUY,
      price: 0,
      size: 0,
      sequence: 0,
      postOnly: POST_ONLY_NONE,
      stp: STP_TAKER,
    });
  }

  viewInto(slot: number, view: OrderView): OrderView {
    const { arena } = this;
    const flags = arena.flags(slot);
    view.id = arena.id(slot);
    view.owner = arena.owner(slot);
    view.tag = arena.tag(slot);
    view.side = (flags & 1) as Side;
    view.price = arena.price(slot);
    view.size = arena.size(slot);
    view.sequence = arena.sequence(slot);
    view.postOnly = (flags >>> POST_ONLY_SHIFT) as PostOnly;
    view.stp = ((flags >>> STP_SHIFT) & 3) as SelfTradePrevention;
    return view;
  }

  /**
   * Puts a record into its level before the order `next`, or last with -1, and into the indices.
   */
  link(slot: number, next: number): void {
    this.#joinLevel(slot, next);
    this.ids.add(slot);
    this.arena.free.delete(slot);
    this.orderCount++;
  }

  #unlink(slot: number): void {
    this.#leaveLevel(slot);
    this.ids.delete(slot);
    this.arena.free.add(slot);
    this.orderCount--;
  }

  #joinLevel(slot: number, next: number): void {
    const { arena } = this;
    const side = arena.side(slot);
    const ladder = this.ladders[side]!;
    const level = ladder.obtain(keyOf(side, arena.price(slot)));
    const previous = next < 0 ? ladder.tail(level) : arena.previous(next);
    arena.setLevel(slot, level);
    arena.setNext(slot, next);
    arena.setPrevious(slot, previous);
    if (previous < 0) ladder.setHead(level, slot);
    else arena.setNext(previous, slot);
    if (next < 0) ladder.setTail(level, slot);
    else arena.setPrevious(next, slot);
    ladder.book(level, 1, arena.size(slot));
  }

  #leaveLevel(slot: number): void {
    const { arena } = this;
    const ladder = this.ladders[arena.side(slot)]!;
    const level = arena.level(slot);
    const next = arena.next(slot);
    const previous = arena.previous(slot);
    if (previous < 0) ladder.setHead(level, next);
    else arena.setNext(previous, next);
    if (next < 0) ladder.setTail(level, previous);
    else arena.setPrevious(next, previous);
    ladder.book(level, -1, 0 - arena.size(slot));
    if (next < 0 && previous < 0) ladder.drop(level);
  }

  #setSize(slot: number, size: number): void {
    const { arena } = this;
    this.ladder(arena.side(slot)).book(arena.level(slot), 0, size - arena.size(slot));
    arena.setSize(slot, size);
  }

  #touch(slot: number): void {
    const page = (slot >>> PAGE_SHIFT) + 1;
    if (page >= this.dirty.capacity || !this.dirty.has(page)) this.#markDirty(page);
  }

  #touchHeader(): void {
    if (!this.dirty.has(HEADER_PAGE)) this.#markDirty(HEADER_PAGE);
  }

  #markDirty(page: number): void {
    if (page >= this.dirty.capacity) this.dirty.grow(this.dirty.capacity * 2);
    this.dirty.add(page);
    this.journal.push(page * 8 + UNDO_DIRTY);
  }

  /** Notes that the store has the page as it is. */
  clean(page: number): void {
    this.dirty.delete(page);
    this.journal.push(page * 8 + UNDO_CLEAN);
  }

  /** Eight words of the record and one that says so: literals, as in `Arena`. */
  #record(slot: number, undo: number): void {
    const { journal } = this;
    const words = journal.room(9);
    const at = journal.length;
    this.arena.copyTo(words, at, slot);
    words[at + 8] = slot * 8 + undo;
    journal.length = at + 9;
  }

  /**
   * Gives a slot the record that is on top of the journal. Returns its successor then, which is its
   * successor again.
   */
  #recall(slot: number): number {
    const { arena, journal } = this;
    journal.length -= 8;
    const words = journal.room(8);
    arena.copyFrom(words, journal.length, slot);
    return words[journal.length + 7]!;
  }

  /** Undoes what was recorded since the journal had the length `mark`. */
  rollback(mark: number): void {
    const journal = this.journal;
    while (journal.length > mark) {
      const word = journal.pop();
      const target = Math.floor(word / 8);
      switch (word - target * 8) {
        case UNDO_INSERT:
          this.#unlink(target);
          this.sequence.next--;
          break;
        case UNDO_REMOVE:
          this.link(target, this.#recall(target));
          break;
        case UNDO_MOVE:
          this.#leaveLevel(target);
          this.#joinLevel(target, this.#recall(target));
          this.sequence.next--;
          break;
        case UNDO_RESIZE:
          this.#setSize(target, journal.pop());
          break;
        case UNDO_DIRTY:
          this.dirty.delete(target);
          break;
        case UNDO_CLEAN:
          this.dirty.add(target);
          break;
        case UNDO_PHASE:
          this.phase = target as Phase;
          break;
        default:
          throw new Error('clob: broken journal');
      }
    }
  }
}
