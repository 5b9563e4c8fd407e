import { emptyRoot } from './hashing.ts';
import { NONE } from './nodes.ts';
import type { Nodes, Ref } from './nodes.ts';
import type { Orphans } from './mutate.ts';

/** An orphan as a number: twice a node's Ref, or twice a slot plus one. Below 2^32. */
const IS_SLOT = 1;

/** Numbers in the order they came, taken from the front. */
class Queue {
  #items = new Uint32Array(256);
  #head = 0;
  #tail = 0;

  get length(): number {
    return this.#tail - this.#head;
  }

  push(item: number): void {
    if (this.#tail === this.#items.length) this.#makeRoom();
    this.#items[this.#tail++] = item;
  }

  shift(): number {
    return this.#items[this.#head++]!;
  }

  /** Takes the newest off until `length` are left. */
  truncate(length: number): void {
    this.#tail = this.#head + length;
  }

  #makeRoom(): void {
    const live = this.#items.subarray(this.#head, this.#tail);
    const larger = live.length * 2 > this.#items.length;
    const items = larger ? new Uint32Array(this.#items.length * 2) : this.#items;
    items.set(live);
    this.#items = items;
    this.#tail -= this.#head;
    this.#head = 0;
  }
}

/**
 * Which versions can be read, and what no version needs any more. A node taken out by version V
 * belongs to the versions before V, so it is freed once V is the oldest that is kept.
 */
export class History implements Orphans {
  readonly #nodes: Nodes;
  /**
   * Versions that changed the tree, in order, and their roots; a version between has the former's.
   */
  #versions: number[] = [0];
  #roots: Ref[] = [NONE];
  #hashes: Uint8Array[] = [emptyRoot()];
  readonly #orphans = new Queue();
  /** Of the orphans, how many each version made: pairs of version and count, oldest first. */
  readonly #counts: { version: number; count: number }[] = [];
  #committedOrphans = 0;
  readonly #held = new Map<number, number>();
  oldest = 0;
  latest = 0;

  constructor(nodes: Nodes) {
    this.#nodes = nodes;
  }

  node(ref: Ref): void {
    this.#orphans.push(ref * 2);
  }

  slot(slot: number): void {
    this.#orphans.push(slot * 2 + IS_SLOT);
  }

  /** Forgets the orphans of the running block. */
  discard(): void {
    this.#orphans.truncate(this.#committedOrphans);
  }

  /** Returns how many orphans the block made. */
  commit(version: number, root: Ref, hash: Uint8Array): number {
    const count = this.#orphans.length - this.#committedOrphans;
    if (count > 0) this.#counts.push({ version, count });
    this.#committedOrphans = this.#orphans.length;
    this.latest = version;
    if (root === this.#roots.at(-1)) return count;
    this.#versions.push(version);
    this.#roots.push(root);
    this.#hashes.push(hash);
    return count;
  }

  /** The first version of a loaded tree: nothing before it can be read. */
  start(version: number, root: Ref, hash: Uint8Array): void {
    this.#versions = [version];
    this.#roots = [root];
    this.#hashes = [hash];
    this.oldest = version;
    this.latest = version;
  }

  /** A version that changed nothing. */
  advance(version: number): void {
    this.latest = version;
  }

  rootAt(version: number): Ref {
    return this.#roots[this.#indexOf(version)]!;
  }

  /** The 32 bytes of a version's root hash. */
  hashAt(version: number): Uint8Array {
    return this.#hashes[this.#indexOf(version)]!;
  }

  #assertKept(version: number): void {
    if (version < this.oldest || version > this.latest) {
      throw new RangeError(
        `version ${version} is not kept: there are ${this.oldest} to ${this.latest}`,
      );
    }
  }

  /** Keeps a version's nodes in memory until it is released, although it may be pruned. */
  hold(version: number): void {
    this.#assertKept(version);
    this.#held.set(version, (this.#held.get(version) ?? 0) + 1);
  }

  release(version: number): void {
    const holds = this.#held.get(version)!;
    if (holds > 1) this.#held.set(version, holds - 1);
    else this.#held.delete(version);
  }

  prune(oldest: number): void {
    if (oldest <= this.oldest) return;
    if (oldest > this.latest) throw new RangeError(`version ${oldest} is not committed yet`);
    this.oldest = oldest;
    const dropped = this.#indexOf(oldest);
    // Rarely, so that the cost of moving the rest is shared by many versions.
    if (dropped * 2 > this.#versions.length) {
      this.#versions = this.#versions.slice(dropped);
      this.#roots = this.#roots.slice(dropped);
      this.#hashes = this.#hashes.slice(dropped);
    }
  }

  pruneSome(maxNodes: number): number {
    let floor = this.oldest;
    for (const version of this.#held.keys()) if (version < floor) floor = version;
    let freed = 0;
    let oldest = this.#counts[0];
    while (freed < maxNodes && oldest !== undefined && oldest.version <= floor) {
      this.#freeOne();
      freed++;
      if (--oldest.count > 0) continue;
      this.#counts.shift();
      oldest = this.#counts[0];
    }
    this.#committedOrphans -= freed;
    return freed;
  }

  #freeOne(): void {
    const orphan = this.#orphans.shift();
    if ((orphan & IS_SLOT) !== 0) this.#nodes.freeSlot(orphan >>> 1);
    else this.#nodes.free(orphan >>> 1);
  }

  /** Of the last version that changed the tree up to this one. */
  #indexOf(version: number): number {
    this.#assertKept(version);
    let low = 0;
    let high = this.#versions.length;
    while (high - low > 1) {
      const middle = (low + high) >>> 1;
      if (this.#versions[middle]! <= version) low = middle;
      else high = middle;
    }
    return low;
  }
}
