import { BitTree } from './bitTree.ts';

export const STP_SHIFT = 1;
export const POST_ONLY_SHIFT = 3;
export const MAX_FLAGS = 31;
export const MAX_SLOTS = 1 << 24;
const INITIAL_SLOTS = 16;

/**
 * The records of orders by slot. A record is 64 bytes, a cache line: the doubles id, owner, tag,
 * price, size and sequence, then the 32-bit words next, previous, level and flags, chain. The
 * layout is in the accessors, as literals, because a bundler turns a module's constants into
 * variables, which the engine then loads and checks on every access.
 *
 * Flags: bit 0 the side, bits 1–2 the self-trade prevention, bits 3–4 post-only.
 *
 * A new order takes the lowest free slot: a rule that needs nothing but the set of occupied ones,
 * so that it survives being rebuilt, and keeps pages dense.
 */
export class Arena {
  #doubles = new Float64Array(INITIAL_SLOTS * 8);
  #words = new Int32Array(this.#doubles.buffer);
  readonly free = new BitTree(INITIAL_SLOTS);
  slots = 0;

  constructor() {
    this.#addSlots(INITIAL_SLOTS);
  }

  id(slot: number): number {
    return this.#doubles[slot << 3]!;
  }
  setId(slot: number, id: number): void {
    this.#doubles[slot << 3] = id;
  }

  owner(slot: number): number {
    return this.#doubles[(slot << 3) | 1]!;
  }
  setOwner(slot: number, owner: number): void {
    this.#doubles[(slot << 3) | 1] = owner;
  }

  tag(slot: number): number {
    return this.#doubles[(slot << 3) | 2]!;
  }
  setTag(slot: number, tag: number): void {
    this.#doubles[(slot << 3) | 2] = tag;
  }

  price(slot: number): number {
    return this.#doubles[(slot << 3) | 3]!;
  }
  setPrice(slot: number, price: number): void {
    this.#doubles[(slot << 3) | 3] = price;
  }

  size(slot: number): number {
    return this.#doubles[(slot << 3) | 4]!;
  }
  setSize(slot: number, size: number): void {
    this.#doubles[(slot << 3) | 4] = size;
  }

  sequence(slot: number): number {
    return this.#doubles[(slot << 3) | 5]!;
  }
  setSequence(slot: number, sequence: number): void {
    this.#doubles[(slot << 3) | 5] = sequence;
  }

  /** The order after this one at its price, or -1. */
  next(slot: number): number {
    return this.#words[(slot << 4) | 12]!;
  }
  setNext(slot: number, next: number): void {
    this.#words[(slot << 4) | 12] = next;
  }

  /** The order before this one at its price, or -1. */
  previous(slot: number): number {
    return this.#words[(slot << 4) | 13]!;
  }
  setPrevious(slot: number, previous: number): void {
    this.#words[(slot << 4) | 13] = previous;
  }

  /** The level's index in its side's ladder. */
  level(slot: number): number {
    return this.#words[(slot << 4) | 14]! >>> 5;
  }
  setLevel(slot: number, level: number): void {
    const flags = this.#words[(slot << 4) | 14]! & 31;
    this.#words[(slot << 4) | 14] = (level << 5) | flags;
  }

  side(slot: number): number {
    return this.#words[(slot << 4) | 14]! & 1;
  }
  flags(slot: number): number {
    return this.#words[(slot << 4) | 14]! & 31;
  }
  setFlags(slot: number, flags: number): void {
    this.#words[(slot << 4) | 14] = flags;
  }

  /** The next order in the same bucket of the id index, or -1. */
  chain(slot: number): number {
    return this.#words[(slot << 4) | 15]!;
  }
  setChain(slot: number, chain: number): void {
    this.#words[(slot << 4) | 15] = chain;
  }

  /** Copies what cannot be derived of a record to eight doubles: six, the flags, the next order. */
  copyTo(target: Float64Array, at: number, slot: number): void {
    const doubles = this.#doubles;
    const from = slot << 3;
    target[at] = doubles[from]!;
    target[at + 1] = doubles[from | 1]!;
    target[at + 2] = doubles[from | 2]!;
    target[at + 3] = doubles[from | 3]!;
    target[at + 4] = doubles[from | 4]!;
    target[at + 5] = doubles[from | 5]!;
    target[at + 6] = this.#words[(slot << 4) | 14]! & 31;
    target[at + 7] = this.#words[(slot << 4) | 12]!;
  }

  /** Takes back what `copyTo` made, all but the next order: that is for who links it. */
  copyFrom(source: Float64Array, at: number, slot: number): void {
    this.#doubles.set(source.subarray(at, at + 6), slot << 3);
    this.setFlags(slot, source[at + 6]!);
  }

  /** The lowest free slot, not taken yet. */
  nextFree(): number {
    const slot = this.free.first();
    return slot >= 0 ? slot : this.#firstBeyond();
  }

  #firstBeyond(): number {
    const next = this.slots;
    this.reserve(next + 1);
    return next;
  }

  /** Makes room for at least `slots` slots. */
  reserve(slots: number): void {
    let capacity = this.slots;
    while (capacity < slots) capacity *= 2;
    if (capacity === this.slots) return;
    const doubles = new Float64Array(capacity * 8);
    doubles.set(this.#doubles);
    this.#doubles = doubles;
    this.#words = new Int32Array(doubles.buffer);
    this.#addSlots(capacity);
  }

  #addSlots(capacity: number): void {
    this.free.grow(capacity);
    for (let slot = this.slots; slot < capacity; slot++) this.free.add(slot);
    this.slots = capacity;
  }
}
