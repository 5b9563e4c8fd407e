import { PriceTree } from './priceTree.ts';

/** A level's record: two doubles, then 32-bit words, in one buffer so that it shares a cache line. */
const DOUBLES = 6;
const WORDS = 12;
const KEY = 0;
const DEPTH = 1;
const HEAD = 4;
const TAIL = 5;
const BETTER = 6;
const WORSE = 7;
const COUNT = 8;

/** A direct-mapped guess at the level of a key; a wrong guess is seen and costs a search of the tree. */
const GUESSES = 4096;

/**
 * One side's price levels, chained from best to worst. A level is known by its key, which grows with how good the price
 * is: the price itself for bids, its negative for asks. Best, next and depth are loads.
 */
export class Ladder {
  #doubles = new Float64Array(new ArrayBuffer(16 * DOUBLES * 8));
  #words = new Int32Array(this.#doubles.buffer);
  #tree = new PriceTree();
  #guesses = new Int32Array(GUESSES);
  #used = 0;
  #free = -1;
  /** The best level, or -1. */
  best = -1;
  /** Lots on this side. */
  depth = 0;
  /** Price levels on this side. */
  levelCount = 0;

  key(level: number): number {
    return this.#doubles[level * DOUBLES + KEY]!;
  }

  depthAt(level: number): number {
    return this.#doubles[level * DOUBLES + DEPTH]!;
  }

  /** Orders at the level. */
  count(level: number): number {
    return this.#words[level * WORDS + COUNT]!;
  }

  /** The first order in time at the level. */
  head(level: number): number {
    return this.#words[level * WORDS + HEAD]!;
  }

  tail(level: number): number {
    return this.#words[level * WORDS + TAIL]!;
  }

  setHead(level: number, slot: number): void {
    this.#words[level * WORDS + HEAD] = slot;
  }

  setTail(level: number, slot: number): void {
    this.#words[level * WORDS + TAIL] = slot;
  }

  /** The next level away from the best, or -1. */
  worse(level: number): number {
    return this.#words[level * WORDS + WORSE]!;
  }

  /** The next level towards the best, or -1. */
  better(level: number): number {
    return this.#words[level * WORDS + BETTER]!;
  }

  /** Books `orders` more orders (or fewer) and `size` more lots at a level. */
  book(level: number, orders: number, size: number): void {
    this.#words[level * WORDS + COUNT]! += orders;
    this.#doubles[level * DOUBLES + DEPTH]! += size;
    this.depth += size;
  }

  /** The level of a key, or -1. */
  find(key: number): number {
    const guess = this.#guesses[key & (GUESSES - 1)]!;
    if (guess < this.#used && this.#doubles[guess * DOUBLES + KEY] === key) return guess;
    this.#tree.search(key);
    return this.#tree.found;
  }

  /** The best level whose key is less than `key`, or -1. */
  firstBelow(key: number): number {
    this.#tree.search(key);
    if (this.#tree.found >= 0) return this.worse(this.#tree.found);
    if (this.#tree.below >= 0) return this.#tree.below;
    return this.#tree.above >= 0 ? this.worse(this.#tree.above) : -1;
  }

  /** The level of a key, made when it is not there. */
  obtain(key: number): number {
    const guess = this.#guesses[key & (GUESSES - 1)]!;
    if (guess < this.#used && this.#doubles[guess * DOUBLES + KEY] === key) return guess;
    const tree = this.#tree;
    tree.search(key);
    let level = tree.found;
    if (level < 0) level = this.#create(key);
    this.#guesses[key & (GUESSES - 1)] = level;
    return level;
  }

  #create(key: number): number {
    const tree = this.#tree;
    let { above: better, below: worse } = tree;
    if (better < 0 && worse >= 0) better = this.better(worse);
    else if (worse < 0 && better >= 0) worse = this.worse(better);
    const level = this.#allocate();
    tree.insert(key, level);
    const words = this.#words;
    const at = level * WORDS;
    this.#doubles[level * DOUBLES + KEY] = key;
    this.#doubles[level * DOUBLES + DEPTH] = 0;
    words[at + HEAD] = -1;
    words[at + TAIL] = -1;
    words[at + COUNT] = 0;
    words[at + BETTER] = better;
    words[at + WORSE] = worse;
    if (better >= 0) words[better * WORDS + WORSE] = level;
    else this.best = level;
    if (worse >= 0) words[worse * WORDS + BETTER] = level;
    this.levelCount++;
    return level;
  }

  /** Takes an empty level out. */
  drop(level: number): void {
    const words = this.#words;
    const better = words[level * WORDS + BETTER]!;
    const worse = words[level * WORDS + WORSE]!;
    if (better >= 0) words[better * WORDS + WORSE] = worse;
    else this.best = worse;
    if (worse >= 0) words[worse * WORDS + BETTER] = better;
    this.#tree.remove(this.key(level));
    this.#doubles[level * DOUBLES + KEY] = Number.NaN;
    words[level * WORDS + WORSE] = this.#free;
    this.#free = level;
    this.levelCount--;
  }

  #allocate(): number {
    const free = this.#free;
    if (free >= 0) {
      this.#free = this.#words[free * WORDS + WORSE]!;
      return free;
    }
    if (this.#used * DOUBLES === this.#doubles.length) {
      const doubles = new Float64Array(new ArrayBuffer(this.#doubles.byteLength * 2));
      doubles.set(this.#doubles);
      this.#doubles = doubles;
      this.#words = new Int32Array(doubles.buffer);
    }
    return this.#used++;
  }
}
