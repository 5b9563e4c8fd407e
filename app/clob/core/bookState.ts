import {
  Arena,
  DOUBLES,
  FLAGS,
  ID,
  LEVEL,
  NEXT,
  OWNER,
  POST_ONLY_SHIFT,
  PREVIOUS,
  PRICE,
  SEQUENCE,
  SIDE_FLAG,
  SIZE,
  STP_SHIFT,
  TAG,
  WORDS,
} from './arena.ts';
import { BitTree } from './bitTree.ts';
import { IdIndex } from './idIndex.ts';
import {
  Journal,
  UNDO_CLEAN,
  UNDO_DIRTY,
  UNDO_INSERT,
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
 * What a book is: records, and what is derived from them (levels, id index, free slots). Everything that happens to it
 * is one of insert, remove, resize and a change of phase, each with its undo, so that a rollback is these four reversed.
 */
export class BookState {
  readonly arena = new Arena();
  readonly ids = new IdIndex();
  readonly bids = new Ladder();
  readonly asks = new Ladder();
  readonly dirty = new BitTree(1024);
  readonly journal = new Journal();
  nextSequence = 1;
  orderCount = 0;
  phase: Phase = CONTINUOUS;

  ladder(side: number): Ladder {
    return side === BUY ? this.bids : this.asks;
  }

  /** The slot of an order, or -1. */
  find(id: number): number {
    return this.ids.find(id, this.arena.doubles, DOUBLES);
  }

  /** Rests the record written in a free slot, last in time at its price. */
  insert(slot: number): void {
    this.arena.doubles[slot * DOUBLES + SEQUENCE] = this.nextSequence++;
    this.link(slot, -1);
    this.#touch(slot);
    this.#touchHeader();
    if (this.journal.isOn) this.journal.push(slot * 8 + UNDO_INSERT);
  }

  /** Takes an order out; its record stays readable until the slot is used again. */
  remove(slot: number): void {
    this.#touch(slot);
    this.#touchHeader();
    if (this.journal.isOn) this.#recordRemoval(slot);
    this.#unlink(slot);
  }

  /** Changes the open size of an order in place. */
  resize(slot: number, size: number): void {
    const doubles = this.arena.doubles;
    const old = doubles[slot * DOUBLES + SIZE]!;
    this.#touch(slot);
    if (this.journal.isOn) {
      this.journal.push(old);
      this.journal.push(slot * 8 + UNDO_RESIZE);
    }
    this.#setSize(slot, old, size);
  }

  setPhase(phase: Phase): void {
    this.#touchHeader();
    if (this.journal.isOn) this.journal.push(this.phase * 8 + UNDO_PHASE);
    this.phase = phase;
  }

  /** Whether some bid is at or above some ask. */
  isCrossed(): boolean {
    const { bids, asks } = this;
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
    const { doubles, words } = this.arena;
    const at = slot * DOUBLES;
    const flags = words[slot * WORDS + FLAGS]!;
    view.id = doubles[at + ID]!;
    view.owner = doubles[at + OWNER]!;
    view.tag = doubles[at + TAG]!;
    view.side = (flags & SIDE_FLAG) as Side;
    view.price = doubles[at + PRICE]!;
    view.size = doubles[at + SIZE]!;
    view.sequence = doubles[at + SEQUENCE]!;
    view.postOnly = (flags >>> POST_ONLY_SHIFT) as PostOnly;
    view.stp = ((flags >>> STP_SHIFT) & 3) as SelfTradePrevention;
    return view;
  }

  /** Puts a record into its level before the order `next`, or last with -1, and into the indices. */
  link(slot: number, next: number): void {
    const { doubles, words, free } = this.arena;
    const at = slot * DOUBLES;
    const word = slot * WORDS;
    const side = words[word + FLAGS]! & SIDE_FLAG;
    const price = doubles[at + PRICE]!;
    const ladder = side === BUY ? this.bids : this.asks;
    const level = ladder.obtain(side === BUY ? price : 0 - price);
    const previous = next < 0 ? ladder.tail(level) : words[next * WORDS + PREVIOUS]!;
    words[word + LEVEL] = level;
    words[word + NEXT] = next;
    words[word + PREVIOUS] = previous;
    if (previous < 0) ladder.setHead(level, slot);
    else words[previous * WORDS + NEXT] = slot;
    if (next < 0) ladder.setTail(level, slot);
    else words[next * WORDS + PREVIOUS] = slot;
    ladder.book(level, 1, doubles[at + SIZE]!);
    this.ids.add(doubles[at + ID]!, slot);
    free.delete(slot);
    this.orderCount++;
  }

  #unlink(slot: number): void {
    const { doubles, words, free } = this.arena;
    const at = slot * DOUBLES;
    const word = slot * WORDS;
    const ladder = (words[word + FLAGS]! & SIDE_FLAG) === BUY ? this.bids : this.asks;
    const level = words[word + LEVEL]!;
    const next = words[word + NEXT]!;
    const previous = words[word + PREVIOUS]!;
    if (previous < 0) ladder.setHead(level, next);
    else words[previous * WORDS + NEXT] = next;
    if (next < 0) ladder.setTail(level, previous);
    else words[next * WORDS + PREVIOUS] = previous;
    ladder.book(level, -1, 0 - doubles[at + SIZE]!);
    if (next < 0 && previous < 0) ladder.drop(level);
    this.ids.delete(doubles[at + ID]!, slot);
    free.add(slot);
    this.orderCount--;
  }

  #setSize(slot: number, old: number, size: number): void {
    const { doubles, words } = this.arena;
    const side = words[slot * WORDS + FLAGS]! & SIDE_FLAG;
    this.ladder(side).book(words[slot * WORDS + LEVEL]!, 0, size - old);
    doubles[slot * DOUBLES + SIZE] = size;
  }

  #touch(slot: number): void {
    const page = (slot >>> PAGE_SHIFT) + 1;
    if (page < this.dirty.capacity && this.dirty.has(page)) return;
    this.#markDirty(page);
  }

  #touchHeader(): void {
    if (!this.dirty.has(HEADER_PAGE)) this.#markDirty(HEADER_PAGE);
  }

  #markDirty(page: number): void {
    if (page >= this.dirty.capacity) this.dirty.grow(this.dirty.capacity * 2);
    this.dirty.add(page);
    if (this.journal.isOn) this.journal.push(page * 8 + UNDO_DIRTY);
  }

  /** Notes that the store has the page as it is. */
  clean(page: number): void {
    this.dirty.delete(page);
    if (this.journal.isOn) this.journal.push(page * 8 + UNDO_CLEAN);
  }

  #recordRemoval(slot: number): void {
    const { doubles, words } = this.arena;
    const journal = this.journal;
    const at = slot * DOUBLES;
    journal.push(doubles[at + ID]!);
    journal.push(doubles[at + OWNER]!);
    journal.push(doubles[at + TAG]!);
    journal.push(doubles[at + PRICE]!);
    journal.push(doubles[at + SIZE]!);
    journal.push(doubles[at + SEQUENCE]!);
    journal.push(words[slot * WORDS + FLAGS]!);
    journal.push(words[slot * WORDS + NEXT]!);
    journal.push(slot * 8 + UNDO_REMOVE);
  }

  /** Puts back the order whose removal is on top of the journal. Its successor then is its successor again. */
  #restore(slot: number): void {
    const { doubles, words } = this.arena;
    const journal = this.journal;
    const at = slot * DOUBLES;
    const next = journal.pop();
    words[slot * WORDS + FLAGS] = journal.pop();
    doubles[at + SEQUENCE] = journal.pop();
    doubles[at + SIZE] = journal.pop();
    doubles[at + PRICE] = journal.pop();
    doubles[at + TAG] = journal.pop();
    doubles[at + OWNER] = journal.pop();
    doubles[at + ID] = journal.pop();
    this.link(slot, next);
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
          this.nextSequence--;
          break;
        case UNDO_REMOVE:
          this.#restore(target);
          break;
        case UNDO_RESIZE: {
          const size = journal.pop();
          this.#setSize(target, this.arena.doubles[target * DOUBLES + SIZE]!, size);
          break;
        }
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
