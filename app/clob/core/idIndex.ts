const INITIAL_ENTRIES = 1024;

/** Spreads a safe integer over 32 bits; consecutive ids land far apart. */
function hash(id: number): number {
  const high = Math.floor(id / 4294967296);
  let h = Math.imul((id | 0) ^ Math.imul(high, 0x85ebca6b), 0x9e3779b1);
  h ^= h >>> 15;
  return h;
}

/**
 * Order id → arena slot: open addressing with linear probing, at most half full. An entry is the id's hash and the
 * slot + 1, so that a probe compares hashes and only a match reads the order's record.
 */
export class IdIndex {
  #table = new Int32Array(INITIAL_ENTRIES * 2);
  #mask = INITIAL_ENTRIES - 1;
  #count = 0;

  /** The slot of `id`, or -1. `words` and `stride` say where the records keep their ids. */
  find(id: number, words: Float64Array, stride: number): number {
    const h = hash(id);
    const table = this.#table;
    const mask = this.#mask;
    for (let entry = h & mask; ; entry = (entry + 1) & mask) {
      const slot = table[entry * 2 + 1]! - 1;
      if (slot < 0) return -1;
      if (table[entry * 2] === h && words[slot * stride] === id) return slot;
    }
  }

  /** Adds an id that is not there. */
  add(id: number, slot: number): void {
    if (this.#count * 2 > this.#mask) this.#grow();
    this.#count++;
    this.#put(hash(id), slot + 1);
  }

  #put(h: number, value: number): void {
    const table = this.#table;
    const mask = this.#mask;
    let entry = h & mask;
    while (table[entry * 2 + 1] !== 0) entry = (entry + 1) & mask;
    table[entry * 2] = h;
    table[entry * 2 + 1] = value;
  }

  /** Removes an id that is there, closing the gap so that no tombstones build up. */
  delete(id: number, slot: number): void {
    const table = this.#table;
    const mask = this.#mask;
    let gap = hash(id) & mask;
    while (table[gap * 2 + 1] !== slot + 1) gap = (gap + 1) & mask;
    for (let entry = (gap + 1) & mask; table[entry * 2 + 1] !== 0; entry = (entry + 1) & mask) {
      const home = table[entry * 2]! & mask;
      if (((entry - home) & mask) < ((entry - gap) & mask)) continue;
      table[gap * 2] = table[entry * 2]!;
      table[gap * 2 + 1] = table[entry * 2 + 1]!;
      gap = entry;
    }
    table[gap * 2 + 1] = 0;
    this.#count--;
  }

  #grow(): void {
    const old = this.#table;
    this.#mask = this.#mask * 2 + 1;
    this.#table = new Int32Array((this.#mask + 1) * 2);
    for (let i = 0; i < old.length; i += 2) {
      if (old[i + 1] !== 0) this.#put(old[i]!, old[i + 1]!);
    }
  }
}
