import { PriceTrie } from './priceTrie.ts';

const INITIAL_LEVELS = 8;
/** Guesses a level, and the most of them. */
const GUESSES_PER_LEVEL = 16;
const MAX_GUESSES = 4096;

/**
 * One side's price levels from best to worst. A level is known by its key, which grows with how
 * good the price is: the price itself for bids, its negative for asks. The best level and depths
 * are loads, the next level and a level by key a bounded number of bit operations in the trie.
 *
 * A level's record is 32 bytes: the doubles key and depth, then the words head, tail, count and
 * leaf of the trie. Offsets are literals for the reason given in `Arena`. Record 0 is the side's
 * own, for its depth and count.
 */
export class Ladder {
  #doubles = new Float64Array(INITIAL_LEVELS * 4).fill(Number.NaN);
  #words = new Int32Array(this.#doubles.buffer);
  #levels = 1;
  #free = -1;
  #trie = new PriceTrie();
  /**
   * A direct-mapped guess at the level of a key; a wrong one is seen and costs a walk through the
   * trie.
   */
  #guesses = new Int32Array(INITIAL_LEVELS * GUESSES_PER_LEVEL);
  #guessMask = INITIAL_LEVELS * GUESSES_PER_LEVEL - 1;
  /** The best level, or -1. */
  best = -1;
  /** Price levels on this side. */
  levelCount = 0;

  constructor() {
    this.#doubles[1] = 0;
    this.#words[6] = 0;
  }

  /** Orders on this side. */
  get orders(): number {
    return this.#words[6]!;
  }

  /** Lots on this side. */
  get depth(): number {
    return this.#doubles[1]!;
  }

  key(level: number): number {
    return this.#doubles[level << 2]!;
  }

  depthAt(level: number): number {
    return this.#doubles[(level << 2) | 1]!;
  }

  /** The first order in time at the level. */
  head(level: number): number {
    return this.#words[(level << 3) | 4]!;
  }
  setHead(level: number, slot: number): void {
    this.#words[(level << 3) | 4] = slot;
  }

  /** The last order in time at the level. */
  tail(level: number): number {
    return this.#words[(level << 3) | 5]!;
  }
  setTail(level: number, slot: number): void {
    this.#words[(level << 3) | 5] = slot;
  }

  /** Orders at the level. */
  count(level: number): number {
    return this.#words[(level << 3) | 6]!;
  }

  /** Books `orders` more orders (or fewer) and `size` more lots at a level. */
  book(level: number, orders: number, size: number): void {
    this.#words[(level << 3) | 6]! += orders;
    this.#words[6]! += orders;
    this.#doubles[(level << 2) | 1]! += size;
    this.#doubles[1]! += size;
  }

  /** The level farthest from the best, or -1. */
  get worst(): number {
    return this.#trie.lowest();
  }

  /** The next level away from the best, or -1. */
  worse(level: number): number {
    return this.#trie.below(this.#words[(level << 3) | 7]!, this.#doubles[level << 2]!);
  }

  /** The next level towards the best, or -1. */
  better(level: number): number {
    return this.#trie.above(this.#words[(level << 3) | 7]!, this.#doubles[level << 2]!);
  }

  /** The best level whose key is less than `key`, or -1. */
  firstBelow(key: number): number {
    return this.#trie.seekBelow(key);
  }

  /** The level of a key, or -1. */
  find(key: number): number {
    const guess = this.#guesses[key & this.#guessMask]!;
    return this.#doubles[guess << 2] === key ? guess : this.#trie.get(key);
  }

  /** The level of a key, made when it is not there. */
  obtain(key: number): number {
    const guess = this.#guesses[key & this.#guessMask]!;
    if (this.#doubles[guess << 2] === key) return guess;
    const leaf = this.#trie.reach(key);
    let level = this.#trie.at(leaf, key);
    if (level < 0) level = this.#create(key, leaf);
    this.#guesses[key & this.#guessMask] = level;
    return level;
  }

  #create(key: number, leaf: number): number {
    const level = this.#allocate();
    this.#trie.put(leaf, key, level);
    this.#doubles[level << 2] = key;
    this.#doubles[(level << 2) | 1] = 0;
    this.#words[(level << 3) | 4] = -1;
    this.#words[(level << 3) | 5] = -1;
    this.#words[(level << 3) | 6] = 0;
    this.#words[(level << 3) | 7] = leaf;
    if (this.best < 0 || key > this.key(this.best)) this.best = level;
    this.levelCount++;
    return level;
  }

  #allocate(): number {
    const free = this.#free;
    if (free >= 0) {
      this.#free = this.head(free);
      return free;
    }
    if (this.#levels * 4 === this.#doubles.length) {
      const doubles = new Float64Array(this.#doubles.length * 2).fill(Number.NaN);
      doubles.set(this.#doubles);
      this.#doubles = doubles;
      this.#words = new Int32Array(doubles.buffer);
      this.#growGuesses();
    }
    return this.#levels++;
  }

  /** Those that were are forgotten: they are found again as they are asked for. */
  #growGuesses(): void {
    if (this.#guesses.length === MAX_GUESSES) return;
    this.#guesses = new Int32Array(this.#guesses.length * 2);
    this.#guessMask = this.#guesses.length - 1;
  }

  /** Takes an empty level out. */
  drop(level: number): void {
    const leaf = this.#words[(level << 3) | 7]!;
    const key = this.#doubles[level << 2]!;
    if (level === this.best) this.best = this.#trie.below(leaf, key);
    this.#trie.delete(leaf, key);
    this.#doubles[level << 2] = Number.NaN;
    this.setHead(level, this.#free);
    this.#free = level;
    this.levelCount--;
  }
}
