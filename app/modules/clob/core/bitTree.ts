/**
 * A set of small integers as a tree of 32-bit words: a bit above says whether the word below has a
 * member. Membership and the lowest member are loads; a word that empties or fills costs a step per
 * factor of 32 in capacity.
 */
export class BitTree {
  #leaf = new Int32Array(0);
  /** The words above the leaves, lowest first. */
  #above: Int32Array[] = [];
  /** The first leaf word with a member, or -1. */
  #lowest = -1;
  capacity = 0;

  constructor(capacity: number) {
    this.grow(capacity);
  }

  /** Makes room for members below `capacity`, which never shrinks. */
  grow(capacity: number): void {
    this.capacity = Math.max(capacity, this.capacity);
    const leaf = new Int32Array(Math.ceil(this.capacity / 32));
    leaf.set(this.#leaf);
    this.#leaf = leaf;
    this.#above = [];
    for (let below = leaf; below.length > 1;) {
      const words = new Int32Array(Math.ceil(below.length / 32));
      below.forEach((word, i) => {
        if (word !== 0) words[i >>> 5]! |= 1 << (i & 31);
      });
      this.#above.push(words);
      below = words;
    }
  }

  has(member: number): boolean {
    return ((this.#leaf[member >>> 5]! >>> (member & 31)) & 1) !== 0;
  }

  add(member: number): void {
    const index = member >>> 5;
    const word = this.#leaf[index]!;
    this.#leaf[index] = word | (1 << (member & 31));
    if (word === 0) this.#fill(index);
  }

  delete(member: number): void {
    const index = member >>> 5;
    const word = this.#leaf[index]! & ~(1 << (member & 31));
    this.#leaf[index] = word;
    if (word === 0) this.#empty(index);
  }

  /** The lowest member, or -1. */
  first(): number {
    const index = this.#lowest;
    if (index < 0) return -1;
    const word = this.#leaf[index]!;
    return (index << 5) | (31 - Math.clz32(word & -word));
  }

  #fill(index: number): void {
    if (this.#lowest < 0 || index < this.#lowest) this.#lowest = index;
    let child = index;
    for (const words of this.#above) {
      const word = words[child >>> 5]!;
      words[child >>> 5] = word | (1 << (child & 31));
      if (word !== 0) return;
      child >>>= 5;
    }
  }

  #empty(index: number): void {
    let child = index;
    for (const words of this.#above) {
      const word = words[child >>> 5]! & ~(1 << (child & 31));
      words[child >>> 5] = word;
      if (word !== 0) break;
      child >>>= 5;
    }
    if (index === this.#lowest) this.#lowest = this.#searchLowest();
  }

  #searchLowest(): number {
    let index = 0;
    for (let level = this.#above.length - 1; level >= 0; level--) {
      const word = this.#above[level]![index]!;
      if (word === 0) return -1;
      index = (index << 5) | (31 - Math.clz32(word & -word));
    }
    return this.#leaf[index] === 0 ? -1 : index;
  }
}
