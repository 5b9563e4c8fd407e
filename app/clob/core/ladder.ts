import { PriceTree } from './priceTree.ts';

/** Doubles the room for records that hold both doubles and 32-bit words. */
function grown(old: Float64Array): Float64Array<ArrayBuffer> {
  const doubles = new Float64Array(old.length * 2);
  doubles.set(old);
  return doubles;
}

/**
 * One side's price levels from best to worst. A level is known by its key, which grows with how good the price is: the
 * price itself for bids, its negative for asks. Keys are held in blocks of 32 neighbours with a bit for each, the
 * blocks in a tree: a level beside others costs a few bit operations, one far from others a search, and the best, the
 * next level and the depth are loads.
 *
 * A level's record is 32 bytes: the doubles key and depth, then the words head, tail, count and block. So is a block's:
 * the double number, then the words bits, better and worse; its 32 levels are in an array of their own. Offsets are
 * literals for the reason given in `Arena`.
 */
export class Ladder {
  #doubles = new Float64Array(64 * 4);
  #words = new Int32Array(this.#doubles.buffer);
  #levels = 0;
  #freeLevel = -1;
  #blockDoubles = new Float64Array(16 * 4).fill(Number.NaN);
  #blockWords = new Int32Array(this.#blockDoubles.buffer);
  #blockLevels = new Int32Array(16 * 32);
  #blocks = 0;
  #freeBlock = -1;
  #tree = new PriceTree();
  /** A direct-mapped guess at the block of a number; a wrong guess is seen and costs a search of the tree. */
  #guesses = new Int32Array(1024);
  /** The best level, or -1. */
  best = -1;
  /** Price levels on this side. */
  levelCount = 0;
  /** Lots on this side. */
  #depth = new Float64Array(1);

  get depth(): number {
    return this.#depth[0]!;
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
    this.#doubles[(level << 2) | 1]! += size;
    this.#depth[0]! += size;
  }

  /** The next level away from the best, or -1. */
  worse(level: number): number {
    return this.#bestBelow(this.#words[(level << 3) | 7]!, this.#doubles[level << 2]! & 31);
  }

  /** The next level towards the best, or -1. */
  better(level: number): number {
    const block = this.#words[(level << 3) | 7]!;
    const bit = this.#doubles[level << 2]! & 31;
    const above = this.#bits(block) & ~((2 << bit) - 1);
    if (above !== 0) return this.#blockLevels[(block << 5) | (31 - Math.clz32(above & -above))]!;
    const next = this.#blockWords[(block << 3) | 3]!;
    if (next < 0) return -1;
    const bits = this.#bits(next);
    return this.#blockLevels[(next << 5) | (31 - Math.clz32(bits & -bits))]!;
  }

  #bits(block: number): number {
    return this.#blockWords[(block << 3) | 2]!;
  }

  /** The best level of a block below a bit, or of the next block. */
  #bestBelow(block: number, bit: number): number {
    const below = this.#bits(block) & ((1 << bit) - 1);
    if (below !== 0) return this.#blockLevels[(block << 5) | (31 - Math.clz32(below))]!;
    return this.#bestOf(this.#blockWords[(block << 3) | 4]!);
  }

  #bestOf(block: number): number {
    if (block < 0) return -1;
    return this.#blockLevels[(block << 5) | (31 - Math.clz32(this.#bits(block)))]!;
  }

  /** The block of a number, or -1. */
  #findBlock(number: number): number {
    const guess = this.#guesses[number & 1023]!;
    return this.#blockDoubles[guess << 2] === number ? guess : this.#searchBlock(number);
  }

  #searchBlock(number: number): number {
    this.#tree.search(number);
    const found = this.#tree.found;
    if (found >= 0) this.#guesses[number & 1023] = found;
    return found;
  }

  /** The level of a key, or -1. */
  find(key: number): number {
    const block = this.#findBlock(Math.floor(key / 32));
    if (block < 0 || (this.#bits(block) & (1 << (key & 31))) === 0) return -1;
    return this.#blockLevels[(block << 5) | (key & 31)]!;
  }

  /** The best level whose key is less than `key`, or -1. */
  firstBelow(key: number): number {
    const block = this.#findBlock(Math.floor(key / 32));
    if (block >= 0) return this.#bestBelow(block, key & 31);
    const { below, above } = this.#tree;
    if (below >= 0) return this.#bestOf(below);
    return above < 0 ? -1 : this.#bestOf(this.#blockWords[(above << 3) | 4]!);
  }

  /** The level of a key, made when it is not there. */
  obtain(key: number): number {
    const number = Math.floor(key / 32);
    const bit = key & 31;
    let block = this.#findBlock(number);
    if (block < 0) block = this.#createBlock(number);
    else if ((this.#bits(block) & (1 << bit)) !== 0) return this.#blockLevels[(block << 5) | bit]!;
    const level = this.#allocateLevel();
    this.#doubles[level << 2] = key;
    this.#doubles[(level << 2) | 1] = 0;
    this.#words[(level << 3) | 4] = -1;
    this.#words[(level << 3) | 5] = -1;
    this.#words[(level << 3) | 6] = 0;
    this.#words[(level << 3) | 7] = block;
    this.#blockWords[(block << 3) | 2]! |= 1 << bit;
    this.#blockLevels[(block << 5) | bit] = level;
    if (this.best < 0 || key > this.key(this.best)) this.best = level;
    this.levelCount++;
    return level;
  }

  #allocateLevel(): number {
    const free = this.#freeLevel;
    if (free >= 0) {
      this.#freeLevel = this.head(free);
      return free;
    }
    if (this.#levels * 4 === this.#doubles.length) {
      this.#doubles = grown(this.#doubles);
      this.#words = new Int32Array(this.#doubles.buffer);
    }
    return this.#levels++;
  }

  /** Makes the block that was just searched for. */
  #createBlock(number: number): number {
    let { above: better, below: worse } = this.#tree;
    const block = this.#allocateBlock();
    const words = this.#blockWords;
    if (better < 0 && worse >= 0) better = words[(worse << 3) | 3]!;
    else if (worse < 0 && better >= 0) worse = words[(better << 3) | 4]!;
    this.#tree.insert(number, block);
    this.#guesses[number & 1023] = block;
    this.#blockDoubles[block << 2] = number;
    words[(block << 3) | 2] = 0;
    words[(block << 3) | 3] = better;
    words[(block << 3) | 4] = worse;
    if (better >= 0) words[(better << 3) | 4] = block;
    if (worse >= 0) words[(worse << 3) | 3] = block;
    return block;
  }

  #allocateBlock(): number {
    const free = this.#freeBlock;
    if (free >= 0) {
      this.#freeBlock = this.#blockWords[(free << 3) | 4]!;
      return free;
    }
    if (this.#blocks * 4 === this.#blockDoubles.length) {
      this.#blockDoubles = grown(this.#blockDoubles).fill(Number.NaN, this.#blocks * 4);
      this.#blockWords = new Int32Array(this.#blockDoubles.buffer);
      const levels = new Int32Array(this.#blockLevels.length * 2);
      levels.set(this.#blockLevels);
      this.#blockLevels = levels;
    }
    return this.#blocks++;
  }

  /** Takes an empty level out. */
  drop(level: number): void {
    const block = this.#words[(level << 3) | 7]!;
    const bit = this.#doubles[level << 2]! & 31;
    if (level === this.best) this.best = this.#bestBelow(block, bit);
    const bits = this.#bits(block) & ~(1 << bit);
    this.#blockWords[(block << 3) | 2] = bits;
    if (bits === 0) this.#dropBlock(block);
    this.setHead(level, this.#freeLevel);
    this.#freeLevel = level;
    this.levelCount--;
  }

  #dropBlock(block: number): void {
    const words = this.#blockWords;
    const better = words[(block << 3) | 3]!;
    const worse = words[(block << 3) | 4]!;
    if (better >= 0) words[(better << 3) | 4] = worse;
    if (worse >= 0) words[(worse << 3) | 3] = better;
    this.#tree.remove(this.#blockDoubles[block << 2]!);
    this.#blockDoubles[block << 2] = Number.NaN;
    words[(block << 3) | 4] = this.#freeBlock;
    this.#freeBlock = block;
  }
}
