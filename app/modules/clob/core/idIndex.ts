import type { Arena } from './arena.ts';

const INITIAL_BUCKETS = 64;
const INITIAL_SHIFT = 26;

/** Both halves of an id of up to 53 bits in 32. */
function mixed(id: number): number {
  return (id | 0) ^ Math.imul(Math.floor(id / 4294967296), 0x85ebca6b);
}

/**
 * Order id → slot: buckets of slots chained through their records, at most half as many orders as
 * buckets. Removal leaves no tombstones, and nothing but a bucket's own orders is touched.
 */
export class IdIndex {
  readonly #arena: Arena;
  #heads = new Int32Array(INITIAL_BUCKETS).fill(-1);
  /** 32 less the logarithm of the number of buckets. */
  #shift = INITIAL_SHIFT;
  #count = 0;

  constructor(arena: Arena) {
    this.#arena = arena;
  }

  /**
   * Fibonacci hashing: consecutive ids, which are usual, land evenly. Beyond 32 bits the upper half
   * is mixed in.
   */
  #bucket(id: number): number {
    const low = id <= 4294967295 && id >= 0 ? id : mixed(id);
    return Math.imul(low, 0x9e3779b1) >>> this.#shift;
  }

  /** The slot of an id, or -1. */
  find(id: number): number {
    const arena = this.#arena;
    let slot = this.#heads[this.#bucket(id)]!;
    while (slot >= 0 && arena.id(slot) !== id) slot = arena.chain(slot);
    return slot;
  }

  /** Adds the order in a slot, whose id is not there. */
  add(slot: number): void {
    if (this.#count * 2 >= this.#heads.length) this.#grow();
    this.#count++;
    this.#push(slot);
  }

  #push(slot: number): void {
    const bucket = this.#bucket(this.#arena.id(slot));
    this.#arena.setChain(slot, this.#heads[bucket]!);
    this.#heads[bucket] = slot;
  }

  /** Removes the order in a slot, which is there. */
  delete(slot: number): void {
    const arena = this.#arena;
    const bucket = this.#bucket(arena.id(slot));
    const next = arena.chain(slot);
    let before = this.#heads[bucket]!;
    if (before === slot) this.#heads[bucket] = next;
    else {
      while (arena.chain(before) !== slot) before = arena.chain(before);
      arena.setChain(before, next);
    }
    this.#count--;
  }

  #grow(): void {
    const old = this.#heads;
    this.#shift--;
    this.#heads = new Int32Array(old.length * 2).fill(-1);
    for (const head of old) {
      for (let slot = head; slot >= 0;) {
        const next = this.#arena.chain(slot);
        this.#push(slot);
        slot = next;
      }
    }
  }
}
