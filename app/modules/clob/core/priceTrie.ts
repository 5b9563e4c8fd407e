const INITIAL_NODES = 16;
/** Numbers of 2^20 keys, biased so that they are not negative; they make seven digits. */
const PREFIX_BIAS = 17179869184;

/**
 * An ordered map from safe integers to small integers: a trie of 11 digits to the base of 32, kept
 * only where there are keys. A node has a bit for each child, so that a neighbour is found by bit
 * operations, in at most 11 steps up and 11 down whatever is in the map. The node of the last
 * number's upper seven digits is remembered, which leaves four digits to go for keys that are near
 * each other.
 */
export class PriceTrie {
  #bits = new Int32Array(INITIAL_NODES);
  /**
   * A node's parent × 32 + its digit there; the next free node for a free one; -1 for the root,
   * node 0.
   */
  #up = new Int32Array(INITIAL_NODES).fill(-1);
  #children = new Int32Array(INITIAL_NODES * 32);
  #nodes = 1;
  #free = -1;
  #prefix = Number.NaN;
  #top = 0;

  /**
   * The leaf where a key has its place, made where it is not there: the key must be put into it.
   */
  reach(key: number): number {
    const prefix = Math.floor(key / 1048576);
    const top = prefix === this.#prefix ? this.#top : this.#makeTop(prefix);
    const high = this.#makeChild(top, (key >>> 15) & 31);
    const low = this.#makeChild(high, (key >>> 10) & 31);
    return this.#makeChild(low, (key >>> 5) & 31);
  }

  /** The value of a key in its leaf, or -1. */
  at(leaf: number, key: number): number {
    return this.#child(leaf, key & 31);
  }

  /** Maps a key to a value in the leaf that `reach` gave. */
  put(leaf: number, key: number, value: number): void {
    this.#bits[leaf]! |= 1 << (key & 31);
    this.#children[(leaf << 5) | (key & 31)] = value;
  }

  /** The value of a key, or -1. */
  get(key: number): number {
    const prefix = Math.floor(key / 1048576);
    const node = prefix === this.#prefix ? this.#top : this.#findTop(prefix);
    const high = this.#child(node, (key >>> 15) & 31);
    const low = this.#child(high, (key >>> 10) & 31);
    return this.#child(this.#child(low, (key >>> 5) & 31), key & 31);
  }

  /** Removes a key that is there, and the nodes that it leaves empty. */
  delete(leaf: number, key: number): void {
    let node = leaf;
    let digit = key & 31;
    for (;;) {
      const bits = this.#bits[node]! & ~(1 << digit);
      this.#bits[node] = bits;
      const up = this.#up[node]!;
      if (bits !== 0 || up < 0) return;
      if (node === this.#top) this.#prefix = Number.NaN;
      this.#up[node] = this.#free;
      this.#free = node;
      digit = up & 31;
      node = up >>> 5;
    }
  }

  /** The value of the highest key below one, or -1. */
  below(leaf: number, key: number): number {
    return this.#belowDigit(leaf, key & 31, 0);
  }

  #belowDigit(from: number, fromDigit: number, fromHeight: number): number {
    let node = from;
    let digit = fromDigit;
    for (let height = fromHeight; ; height++) {
      const bits = this.#bits[node]! & ((1 << digit) - 1);
      if (bits !== 0) {
        let value = this.#children[(node << 5) | (31 - Math.clz32(bits))]!;
        for (; height > 0; height--) {
          value = this.#children[(value << 5) | (31 - Math.clz32(this.#bits[value]!))]!;
        }
        return value;
      }
      const up = this.#up[node]!;
      if (up < 0) return -1;
      digit = up & 31;
      node = up >>> 5;
    }
  }

  /** The value of the lowest key above one, or -1. */
  above(leaf: number, key: number): number {
    let node = leaf;
    let digit = key & 31;
    for (let height = 0; ; height++) {
      const bits = this.#bits[node]! & ~((2 << digit) - 1);
      if (bits !== 0) {
        let value = this.#children[(node << 5) | (31 - Math.clz32(bits & -bits))]!;
        for (; height > 0; height--) {
          const below = this.#bits[value]!;
          value = this.#children[(value << 5) | (31 - Math.clz32(below & -below))]!;
        }
        return value;
      }
      const up = this.#up[node]!;
      if (up < 0) return -1;
      digit = up & 31;
      node = up >>> 5;
    }
  }

  /** The value of the lowest key, or -1. */
  lowest(): number {
    if (this.#bits[0] === 0) return -1;
    let value = 0;
    for (let height = 10; height >= 0; height--) {
      const bits = this.#bits[value]!;
      value = this.#children[(value << 5) | (31 - Math.clz32(bits & -bits))]!;
    }
    return value;
  }

  /** As `below`, for a key that need not be there. */
  seekBelow(key: number): number {
    const prefix = Math.floor(key / 1048576) + PREFIX_BIAS;
    let node = 0;
    for (let height = 10; ; height--) {
      const digit = height > 3 ? digitOf(prefix, height - 4) : (key >>> (height * 5)) & 31;
      const child = height > 0 ? this.#child(node, digit) : -1;
      if (child < 0) return this.#belowDigit(node, digit, height);
      node = child;
    }
  }

  #child(node: number, digit: number): number {
    if (node < 0 || ((this.#bits[node]! >>> digit) & 1) === 0) return -1;
    return this.#children[(node << 5) | digit]!;
  }

  #makeChild(node: number, digit: number): number {
    if (((this.#bits[node]! >>> digit) & 1) !== 0) return this.#children[(node << 5) | digit]!;
    const child = this.#allocate();
    this.#bits[node]! |= 1 << digit;
    this.#children[(node << 5) | digit] = child;
    this.#up[child] = (node << 5) | digit;
    return child;
  }

  #findTop(prefix: number): number {
    let node = 0;
    for (let i = 6; i >= 0; i--) node = this.#child(node, digitOf(prefix + PREFIX_BIAS, i));
    return node;
  }

  #makeTop(prefix: number): number {
    let node = 0;
    for (let i = 6; i >= 0; i--) node = this.#makeChild(node, digitOf(prefix + PREFIX_BIAS, i));
    this.#prefix = prefix;
    this.#top = node;
    return node;
  }

  #allocate(): number {
    const free = this.#free;
    if (free >= 0) {
      this.#free = this.#up[free]!;
      return free;
    }
    if (this.#nodes === this.#bits.length) this.#grow();
    return this.#nodes++;
  }

  #grow(): void {
    this.#bits = doubled(this.#bits);
    this.#up = doubled(this.#up);
    this.#children = doubled(this.#children);
  }
}

const POWERS_OF_32 = [1, 32, 1024, 32768, 1048576, 33554432, 1073741824];

/** The digit to the base of 32 at a place of a number that is not negative. */
function digitOf(number: number, place: number): number {
  return Math.floor(number / POWERS_OF_32[place]!) & 31;
}

function doubled(old: Int32Array): Int32Array<ArrayBuffer> {
  const words = new Int32Array(old.length * 2);
  words.set(old);
  return words;
}
