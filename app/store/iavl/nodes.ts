import type { Key } from './api.ts';

/**
 * A node as a number: twice its index, plus one for a leaf. 0 is no node.
 */
export type Ref = number;
export const NONE: Ref = 0;

/**
 * Words of an inner node. What is done most is done without touching another part of memory, for
 * where that is cold it takes most of the time: the first eight bytes of the key are here too, and
 * the hashes are those of the children, so that hashing a node needs the node alone.
 */
export const INNER = {
  version: 0,
  left: 1,
  right: 2,
  key: 3,
  size: 4,
  height: 5,
  keyStart: 6,
  leftHash: 8,
  rightHash: 16,
} as const;
const INNER_WORDS = 24;
/**
 * The height word also has a bit for each child whose hash is not in place yet, as it is working:
 * the way to what must be hashed, without a look at the others.
 */
const HEIGHT_MASK = 63;
export const LEFT_PENDING = 64;
export const RIGHT_PENDING = 128;
const PENDING_MASK = LEFT_PENDING | RIGHT_PENDING;
export const INNER_BYTES = 4 * INNER_WORDS;

/** The word of a child: INNER.left or INNER.right. */
export type Side = 1 | 2;

/** Words of a leaf. Its hash is in its parent. */
export const LEAF = { version: 0, key: 1 } as const;
const LEAF_WORDS = 2;
export const LEAF_BYTES = 4 * LEAF_WORDS;

/** Where the root's hash is, in `inner`: index 0 is nobody's. */
export const ROOT_HASH = INNER.leftHash;

/**
 * The memory of a tree: nodes in two integer arrays, keys in numbered slots. A key's slot is shared
 * by its leaves of all versions and by the inner nodes that split at it, for as long as the key
 * stays in the tree. Freed nodes and slots are reused, last freed first.
 *
 * A node that the running block made has no version yet and can be changed in place: its version
 * word is 0 in an inner node, and −1 − p in a leaf whose value has number p among the block's.
 */
export class Nodes {
  inner: Int32Array<ArrayBuffer> = new Int32Array(INNER_WORDS * 64);
  leaves: Int32Array<ArrayBuffer> = new Int32Array(LEAF_WORDS * 64);
  readonly keys: Key[] = [''];
  #innerEnd = 1;
  #leafEnd = 1;
  readonly #innerFree = new IndexStack();
  readonly #leafFree = new IndexStack();
  readonly #slotsFree: number[] = [];

  newLeaf(slot: number, version: number): Ref {
    let index = this.#leafFree.pop();
    if (index === 0) {
      index = this.#leafEnd++;
      if (this.#leafEnd * LEAF_WORDS > this.leaves.length) this.leaves = grown(this.leaves);
    }
    const at = index * LEAF_WORDS;
    this.leaves[at + LEAF.version] = version;
    this.leaves[at + LEAF.key] = slot;
    return index * 2 + 1;
  }

  /** A working inner node, with nothing but that in it. */
  newInner(): Ref {
    let index = this.#innerFree.pop();
    if (index === 0) {
      index = this.#innerEnd++;
      if (this.#innerEnd * INNER_WORDS > this.inner.length) this.inner = grown(this.inner);
    }
    this.inner[index * INNER_WORDS + INNER.version] = 0;
    this.inner[index * INNER_WORDS + INNER.height] = 0;
    return index * 2;
  }

  /** A working copy of an inner node. */
  copyInner(ref: Ref): Ref {
    const copy = this.newInner();
    const { inner } = this;
    const from = this.at(ref);
    const to = this.at(copy);
    for (let i = 1; i < INNER_WORDS; i++) inner[to + i] = inner[from + i]!;
    return copy;
  }

  newSlot(key: Key): number {
    const slot = this.#slotsFree.pop();
    if (slot === undefined) return this.keys.push(key) - 1;
    this.keys[slot] = key;
    return slot;
  }

  /** Makes a working inner node split at a key. */
  setKey(at: number, slot: number): void {
    const key = this.keys[slot]!;
    this.inner[at + INNER.key] = slot;
    this.inner[at + INNER.keyStart] = keyWord(key, 0);
    this.inner[at + INNER.keyStart + 1] = keyWord(key, 4);
  }

  free(ref: Ref): void {
    if (isLeaf(ref)) this.#leafFree.push(ref >>> 1);
    else this.#innerFree.push(ref >>> 1);
  }

  freeSlot(slot: number): void {
    this.keys[slot] = '';
    this.#slotsFree.push(slot);
  }

  /** Where the words of a node begin in `leaves` or `inner`. */
  at(ref: Ref): number {
    return isLeaf(ref) ? ref - 1 : (ref >>> 1) * INNER_WORDS;
  }

  version(ref: Ref): number {
    return isLeaf(ref) ? this.leaves[this.at(ref)]! : this.inner[this.at(ref)]!;
  }

  isWorking(ref: Ref): boolean {
    return this.version(ref) <= 0;
  }

  slot(ref: Ref): number {
    return isLeaf(ref)
      ? this.leaves[this.at(ref) + LEAF.key]!
      : this.inner[this.at(ref) + INNER.key]!;
  }

  key(ref: Ref): Key {
    return this.keys[this.slot(ref)]!;
  }

  left(ref: Ref): Ref {
    return this.inner[this.at(ref) + INNER.left]!;
  }

  right(ref: Ref): Ref {
    return this.inner[this.at(ref) + INNER.right]!;
  }

  height(ref: Ref): number {
    return isLeaf(ref) ? 0 : this.inner[this.at(ref) + INNER.height]! & HEIGHT_MASK;
  }

  size(ref: Ref): number {
    return isLeaf(ref) ? 1 : this.inner[this.at(ref) + INNER.size]!;
  }

  /**
   * Links a working inner node and derives its height and size. What it knows of its children's
   * hashes stays: see `markPending` and `moveHash`.
   */
  setChildren(ref: Ref, left: Ref, right: Ref): void {
    const { inner } = this;
    const at = this.at(ref);
    const leftHeight = this.height(left);
    const rightHeight = this.height(right);
    inner[at + INNER.left] = left;
    inner[at + INNER.right] = right;
    inner[at + INNER.size] = this.size(left) + this.size(right);
    inner[at + INNER.height] =
      (inner[at + INNER.height]! & PENDING_MASK) |
      (1 + (leftHeight > rightHeight ? leftHeight : rightHeight));
  }

  /** The child on a side of the working node at `at` is working: its hash is to come. */
  markPending(at: number, side: Side): void {
    this.inner[at + INNER.height]! |= side === INNER.left ? LEFT_PENDING : RIGHT_PENDING;
  }

  isPending(at: number, side: Side): boolean {
    const bit = side === INNER.left ? LEFT_PENDING : RIGHT_PENDING;
    return (this.inner[at + INNER.height]! & bit) !== 0;
  }

  /** Gives the working node at `to` what the node at `from` knows of the hash of a child. */
  moveHash(from: number, fromSide: Side, to: number, toSide: Side): void {
    const bit = toSide === INNER.left ? LEFT_PENDING : RIGHT_PENDING;
    if (this.isPending(from, fromSide)) {
      this.inner[to + INNER.height]! |= bit;
      return;
    }
    this.inner[to + INNER.height]! &= ~bit;
    this.copyHash(from + hashOf(fromSide), to + hashOf(toSide));
  }

  putHash(at: number, side: Side, hash: Int32Array): void {
    this.inner[at + INNER.height]! &= side === INNER.left ? ~LEFT_PENDING : ~RIGHT_PENDING;
    this.inner.set(hash, at + hashOf(side));
  }

  copyHash(from: number, to: number): void {
    const { inner } = this;
    for (let i = 0; i < 8; i++) inner[to + i] = inner[from + i]!;
  }

  /** The 32 bytes of the hash at a word of `inner`. */
  hashBytes(from: number): Uint8Array {
    return new Uint8Array(this.inner.buffer, 4 * from, 32).slice();
  }

  /**
   * Nodes in use, free ones apart, and the bytes reserved for all of them; key text not counted.
   */
  usage(): { leaves: number; inner: number; bytes: number } {
    return {
      leaves: this.#leafEnd - 1 - this.#leafFree.length,
      inner: this.#innerEnd - 1 - this.#innerFree.length,
      bytes: this.leaves.byteLength + this.inner.byteLength,
    };
  }
}

export function isLeaf(ref: Ref): boolean {
  return (ref & 1) === 1;
}

/**
 * Four bytes of a key as an integer that has their order; what the key lacks counts as zeros, so
 * equal words decide nothing.
 */
export function keyWord(key: Key, from: number): number {
  let word = 0;
  for (let i = from; i < from + 4; i++) {
    word = (word << 8) | (i < key.length ? key.charCodeAt(i) : 0);
  }
  // The order of unsigned integers becomes that of signed ones.
  return word ^ 0x8000_0000;
}

/** From the word of a child to that of its hash. */
export function hashOf(side: Side): number {
  return 8 * side;
}

/** Indices of free nodes. Not a chain through the nodes: those are cold by then. */
class IndexStack {
  #items: Int32Array<ArrayBuffer> = new Int32Array(64);
  length = 0;

  push(index: number): void {
    if (this.length === this.#items.length) this.#items = grown(this.#items);
    this.#items[this.length++] = index;
  }

  /** 0 when there is none. */
  pop(): number {
    return this.length === 0 ? 0 : this.#items[--this.length]!;
  }
}

function grown(words: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(words.length + Math.max(words.length >>> 1, 1024));
  larger.set(words);
  return larger;
}
