/**
 * A set of small integers as a tree of 32-bit words: a bit above says whether the word below has a member. Membership
 * is one load; the lowest member costs a step per factor of 32 in capacity.
 */
export class BitTree {
  #levels: Int32Array[] = [];
  #leaf: Int32Array = new Int32Array(0);
  capacity = 0;

  constructor(capacity: number) {
    this.grow(capacity);
  }

  /** Makes room for members below `capacity`, which never shrinks. */
  grow(capacity: number): void {
    const old = this.#leaf;
    this.capacity = Math.max(capacity, this.capacity, 32);
    this.#levels = [];
    let words = this.capacity;
    do {
      words = Math.ceil(words / 32);
      this.#levels.push(new Int32Array(words));
    } while (words > 1);
    this.#leaf = this.#levels[0]!;
    this.#leaf.set(old);
    for (let level = 1; level < this.#levels.length; level++) {
      const below = this.#levels[level - 1]!;
      const words = this.#levels[level]!;
      for (let i = 0; i < below.length; i++) if (below[i] !== 0) words[i >>> 5]! |= 1 << (i & 31);
    }
  }

  has(member: number): boolean {
    return (this.#leaf[member >>> 5]! & (1 << (member & 31))) !== 0;
  }

  add(member: number): void {
    const index = member >>> 5;
    const word = this.#leaf[index]!;
    this.#leaf[index] = word | (1 << (member & 31));
    if (word === 0) this.#addAbove(index);
  }

  delete(member: number): void {
    const index = member >>> 5;
    const word = this.#leaf[index]! & ~(1 << (member & 31));
    this.#leaf[index] = word;
    if (word === 0) this.#deleteAbove(index);
  }

  #addAbove(child: number): void {
    for (let level = 1; level < this.#levels.length; level++) {
      const words = this.#levels[level]!;
      const word = words[child >>> 5]!;
      words[child >>> 5] = word | (1 << (child & 31));
      if (word !== 0) return;
      child >>>= 5;
    }
  }

  #deleteAbove(child: number): void {
    for (let level = 1; level < this.#levels.length; level++) {
      const words = this.#levels[level]!;
      const word = words[child >>> 5]! & ~(1 << (child & 31));
      words[child >>> 5] = word;
      if (word !== 0) return;
      child >>>= 5;
    }
  }

  /** The lowest member, or -1. */
  first(): number {
    let index = 0;
    for (let level = this.#levels.length - 1; level >= 0; level--) {
      const word = this.#levels[level]![index]!;
      if (word === 0) return -1;
      index = (index << 5) | (31 - Math.clz32(word & -word));
    }
    return index;
  }
}
