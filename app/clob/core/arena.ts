import { BitTree } from './bitTree.ts';

/** A record is 64 bytes: six doubles, then four 32-bit words, in one buffer so that it shares a cache line. */
export const DOUBLES = 8;
export const ID = 0;
export const OWNER = 1;
export const TAG = 2;
export const PRICE = 3;
export const SIZE = 4;
export const SEQUENCE = 5;

export const WORDS = 16;
export const NEXT = 12;
export const PREVIOUS = 13;
export const LEVEL = 14;
/** Bit 0 the side, bits 1–2 the self-trade prevention, bits 3–4 post-only. */
export const FLAGS = 15;

export const SIDE_FLAG = 1;
export const STP_SHIFT = 1;
export const POST_ONLY_SHIFT = 3;
export const MAX_FLAGS = 31;

export const MAX_SLOTS = 1 << 24;
const INITIAL_SLOTS = 64;

/**
 * The records of orders by slot. A new order takes the lowest free slot: a rule that needs nothing but the set of
 * occupied ones, so that it survives being rebuilt, and keeps pages dense.
 */
export class Arena {
  doubles = new Float64Array(INITIAL_SLOTS * DOUBLES);
  words = new Int32Array(this.doubles.buffer);
  free = new BitTree(INITIAL_SLOTS);
  slots = 0;

  constructor() {
    this.#addSlots(INITIAL_SLOTS);
  }

  /** The lowest free slot, not taken yet. */
  nextFree(): number {
    const slot = this.free.first();
    if (slot >= 0) return slot;
    const next = this.slots;
    this.reserve(next + 1);
    return next;
  }

  /** Makes room for at least `slots` slots. */
  reserve(slots: number): void {
    let capacity = this.slots;
    while (capacity < slots) capacity *= 2;
    if (capacity === this.slots) return;
    const doubles = new Float64Array(capacity * DOUBLES);
    doubles.set(this.doubles);
    this.doubles = doubles;
    this.words = new Int32Array(doubles.buffer);
    this.#addSlots(capacity);
  }

  #addSlots(capacity: number): void {
    this.free.grow(capacity);
    for (let slot = this.slots; slot < capacity; slot++) this.free.add(slot);
    this.slots = capacity;
  }
}
