/** Keys a node holds: two to eight cache lines, searched in five steps. */
const FANOUT = 32;
const HALF = FANOUT / 2;
/** 16^12 keys: more than there can be levels. */
const MAX_HEIGHT = 12;

/**
 * A B+-tree from distinct numbers to small integers, in typed arrays. An inner node's first key is taken for minus
 * infinity; a node goes when it is empty and is never merged, so that a removal moves at most one node's entries.
 * A search leaves its path behind for the insertion or removal that follows.
 */
export class PriceTree {
  #keys = new Float64Array(FANOUT * 4);
  #refs = new Int32Array(FANOUT * 4);
  #counts = new Int32Array(4);
  #root = 0;
  #height = 0;
  #nodes = 1;
  #freeNode = -1;
  #path = new Int32Array(MAX_HEIGHT);
  #steps = new Int32Array(MAX_HEIGHT);
  /** Set by `search`: what is at the key, below it and above it, or -1. Neighbours come from the same leaf only. */
  found = -1;
  below = -1;
  above = -1;

  /** Finds the key's place; results are in `found`, `below` and `above`. */
  search(key: number): void {
    const keys = this.#keys;
    let node = this.#root;
    let at = 0;
    for (let depth = 0; ; depth++) {
      at = this.#lastAtMost(node, key);
      this.#path[depth] = node;
      this.#steps[depth] = at;
      if (depth === this.#height) break;
      node = this.#refs[node * FANOUT + at]!;
    }
    const count = this.#counts[node]!;
    const base = node * FANOUT;
    const isExact = count > 0 && keys[base + at] === key;
    this.found = isExact ? this.#refs[base + at]! : -1;
    if (!isExact && count > 0 && keys[base + at]! < key) at++;
    this.#steps[this.#height] = at;
    this.below = at > 0 ? this.#refs[base + at - 1]! : -1;
    const next = isExact ? at + 1 : at;
    this.above = next < count ? this.#refs[base + next]! : -1;
  }

  /** The last position whose key is at most `key`, or 0. */
  #lastAtMost(node: number, key: number): number {
    const keys = this.#keys;
    let from = node * FANOUT;
    let span = this.#counts[node]!;
    while (span > 1) {
      const half = span >>> 1;
      if (keys[from + half]! <= key) from += half;
      span -= half;
    }
    return from - node * FANOUT;
  }

  /** Adds the key that was just searched for and not found. */
  insert(key: number, ref: number): void {
    const height = this.#height;
    this.#insertAt(height, this.#path[height]!, this.#steps[height]!, key, ref);
  }

  #insertAt(depth: number, node: number, at: number, key: number, ref: number): void {
    if (this.#counts[node] === FANOUT) {
      const right = this.#split(node);
      const separator = this.#keys[right * FANOUT]!;
      if (depth === 0) this.#addRoot(node, right, separator);
      else {
        this.#insertAt(
          depth - 1,
          this.#path[depth - 1]!,
          this.#steps[depth - 1]! + 1,
          separator,
          right,
        );
      }
      if (at > HALF) {
        node = right;
        at -= HALF;
      }
    }
    const keys = this.#keys;
    const refs = this.#refs;
    const base = node * FANOUT;
    for (let i = base + this.#counts[node]!; i > base + at; i--) {
      keys[i] = keys[i - 1]!;
      refs[i] = refs[i - 1]!;
    }
    keys[base + at] = key;
    refs[base + at] = ref;
    this.#counts[node]!++;
  }

  #split(node: number): number {
    const right = this.#newNode();
    const middle = node * FANOUT + HALF;
    this.#keys.copyWithin(right * FANOUT, middle, middle + HALF);
    this.#refs.copyWithin(right * FANOUT, middle, middle + HALF);
    this.#counts[node] = HALF;
    this.#counts[right] = HALF;
    return right;
  }

  #addRoot(left: number, right: number, separator: number): void {
    const root = this.#newNode();
    this.#keys[root * FANOUT + 1] = separator;
    this.#refs[root * FANOUT] = left;
    this.#refs[root * FANOUT + 1] = right;
    this.#counts[root] = 2;
    this.#root = root;
    this.#height++;
  }

  /** Removes a key that is there. */
  remove(key: number): void {
    this.search(key);
    let depth = this.#height;
    for (;;) {
      const node = this.#path[depth]!;
      const keys = this.#keys;
      const refs = this.#refs;
      const count = --this.#counts[node]!;
      const end = node * FANOUT + count;
      for (let i = node * FANOUT + this.#steps[depth]!; i < end; i++) {
        keys[i] = keys[i + 1]!;
        refs[i] = refs[i + 1]!;
      }
      if (count > 0 || depth === 0) break;
      this.#dropNode(node);
      depth--;
    }
    while (this.#height > 0 && this.#counts[this.#root] === 1) {
      const root = this.#root;
      this.#root = this.#refs[root * FANOUT]!;
      this.#height--;
      this.#dropNode(root);
    }
  }

  #newNode(): number {
    const free = this.#freeNode;
    if (free >= 0) {
      this.#freeNode = this.#refs[free * FANOUT]!;
      return free;
    }
    if (this.#nodes === this.#counts.length) this.#grow();
    return this.#nodes++;
  }

  #dropNode(node: number): void {
    this.#refs[node * FANOUT] = this.#freeNode;
    this.#freeNode = node;
  }

  #grow(): void {
    const keys = new Float64Array(this.#keys.length * 2);
    keys.set(this.#keys);
    this.#keys = keys;
    const refs = new Int32Array(this.#refs.length * 2);
    refs.set(this.#refs);
    this.#refs = refs;
    const counts = new Int32Array(this.#counts.length * 2);
    counts.set(this.#counts);
    this.#counts = counts;
  }
}
