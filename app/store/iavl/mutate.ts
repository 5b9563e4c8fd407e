import type { Key } from './api.ts';
import { INNER, NONE, ROOT_HASH, hashOf, isLeaf, keyWord } from './nodes.ts';
import type { Nodes, Ref, Side } from './nodes.ts';

/** Hears what the running block takes out of the tree, to free it when no version needs it. */
export interface Orphans {
  node(ref: Ref): void;
  slot(slot: number): void;
}

const NOT_FOUND = -1;

/**
 * Sets and removes keys as github.com/cosmos/iavl v1 does (mutable_tree.go): the same descents,
 * rotations and new versions, so that the same sequence of calls gives the same hashes. Committed
 * nodes are copied before they change; nodes of the running block change in place.
 *
 * A committed node that gets another parent takes its hash along, for its parent holds it.
 */
export class Mutator {
  readonly #nodes: Nodes;
  readonly #orphans: Orphans;
  /** The key being set, and the number of its value. */
  #key: Key = '';
  #keyStart = 0;
  #keyNext = 0;
  #pending = 0;
  #insertedSlot = 0;
  /** Of a removal: the slot of the least key of the subtree that lost its least, or 0. */
  #leastSlot = 0;
  /** Of a removal: the hash of the node that moves up, in no node meanwhile. */
  readonly #movingHash = new Int32Array(8);

  constructor(nodes: Nodes, orphans: Orphans) {
    this.#nodes = nodes;
    this.#orphans = orphans;
  }

  /** The slot of the key that the last `set` inserted, 0 if it was there. */
  get insertedSlot(): number {
    return this.#insertedSlot;
  }

  #begin(key: Key): void {
    this.#key = key;
    this.#keyStart = keyWord(key, 0);
    this.#keyNext = keyWord(key, 4);
  }

  /** Returns the new root; `root` may be NONE. `pending` is the number of the value. */
  set(root: Ref, key: Key, pending: number): Ref {
    this.#begin(key);
    this.#pending = pending;
    this.#insertedSlot = 0;
    return root === NONE ? this.#insertLeaf() : this.#set(root, 0, INNER.left);
  }

  /** Returns the new root, NONE when the tree is empty; undefined when there is no such key. */
  remove(root: Ref, key: Key): Ref | undefined {
    if (root === NONE) return undefined;
    this.#begin(key);
    this.#leastSlot = 0;
    const left = this.#remove(root);
    if (left === NOT_FOUND) return undefined;
    if (left !== NONE && !this.#nodes.isWorking(left)) {
      this.#nodes.inner.set(this.#movingHash, ROOT_HASH);
    }
    return left;
  }

  /** Whether the key is less than that of the inner node at `at`. */
  #goesLeft(at: number): boolean {
    const { inner, keys } = this.#nodes;
    const start = inner[at + INNER.keyStart]!;
    if (this.#keyStart !== start) return this.#keyStart < start;
    const next = inner[at + INNER.keyStart + 1]!;
    if (this.#keyNext !== next) return this.#keyNext < next;
    return this.#key < keys[inner[at + INNER.key]!]!;
  }

  #insertLeaf(): Ref {
    this.#insertedSlot = this.#nodes.newSlot(this.#key);
    return this.#nodes.newLeaf(this.#insertedSlot, -1 - this.#pending);
  }

  /** `ref` is the child on that side of the node at `parent`, which has its hash. */
  #set(ref: Ref, parent: number, side: Side): Ref {
    const nodes = this.#nodes;
    if (isLeaf(ref)) return this.#setAtLeaf(ref, parent, side);
    const from = nodes.at(ref);
    if (this.#goesLeft(from)) {
      const left = this.#set(nodes.inner[from + INNER.left]!, from, INNER.left);
      const own = this.#own(ref);
      const at = nodes.at(own);
      nodes.inner[at + INNER.left] = left;
      nodes.markPending(at, INNER.left);
      if (this.#insertedSlot === 0) return own;
      nodes.setChildren(own, left, nodes.inner[at + INNER.right]!);
      return this.#balance(own);
    }
    const right = this.#set(nodes.inner[from + INNER.right]!, from, INNER.right);
    const own = this.#own(ref);
    const at = nodes.at(own);
    nodes.inner[at + INNER.right] = right;
    nodes.markPending(at, INNER.right);
    // A new value changes neither height nor size.
    if (this.#insertedSlot === 0) return own;
    nodes.setChildren(own, nodes.inner[at + INNER.left]!, right);
    return this.#balance(own);
  }

  #setAtLeaf(leaf: Ref, parent: number, side: Side): Ref {
    const nodes = this.#nodes;
    const there = nodes.key(leaf);
    if (this.#key === there) {
      if (!nodes.isWorking(leaf)) {
        this.#orphans.node(leaf);
        return nodes.newLeaf(nodes.slot(leaf), -1 - this.#pending);
      }
      nodes.leaves[nodes.at(leaf)] = -1 - this.#pending;
      return leaf;
    }
    const added = this.#insertLeaf();
    const joint = nodes.newInner();
    const at = nodes.at(joint);
    const before = this.#key < there;
    nodes.setKey(at, nodes.slot(before ? leaf : added));
    nodes.setChildren(joint, before ? added : leaf, before ? leaf : added);
    nodes.markPending(at, before ? INNER.left : INNER.right);
    const leafSide = before ? INNER.right : INNER.left;
    if (nodes.isWorking(leaf)) nodes.markPending(at, leafSide);
    else nodes.copyHash(parent + hashOf(side), at + hashOf(leafSide));
    return joint;
  }

  #remove(ref: Ref): Ref {
    const nodes = this.#nodes;
    if (isLeaf(ref)) {
      if (this.#key !== nodes.key(ref)) return NOT_FOUND;
      this.#orphans.slot(nodes.slot(ref));
      this.#drop(ref);
      return NONE;
    }
    const goLeft = this.#goesLeft(nodes.at(ref));
    const child = this.#remove(goLeft ? nodes.left(ref) : nodes.right(ref));
    if (child === NOT_FOUND) return NOT_FOUND;
    if (child === NONE) return this.#replaceBySibling(ref, goLeft);
    const own = this.#own(ref);
    const at = nodes.at(own);
    const side = goLeft ? INNER.left : INNER.right;
    if (nodes.isWorking(child)) nodes.markPending(at, side);
    else nodes.putHash(at, side, this.#movingHash);
    if (goLeft) {
      nodes.setChildren(own, child, nodes.right(own));
    } else {
      if (this.#leastSlot !== 0) nodes.setKey(at, this.#leastSlot);
      this.#leastSlot = 0;
      nodes.setChildren(own, nodes.left(own), child);
    }
    return this.#balance(own);
  }

  /** A child of `ref` is gone: the other takes its place. */
  #replaceBySibling(ref: Ref, goneLeft: boolean): Ref {
    const nodes = this.#nodes;
    this.#leastSlot = goneLeft ? nodes.slot(ref) : 0;
    const hash = nodes.at(ref) + (goneLeft ? INNER.rightHash : INNER.leftHash);
    for (let i = 0; i < 8; i++) this.#movingHash[i] = nodes.inner[hash + i]!;
    const sibling = goneLeft ? nodes.right(ref) : nodes.left(ref);
    this.#drop(ref);
    return sibling;
  }

  /** The node itself if the running block made it, else a copy that can be changed. */
  #own(ref: Ref): Ref {
    const nodes = this.#nodes;
    if (nodes.inner[nodes.at(ref) + INNER.version] === 0) return ref;
    this.#orphans.node(ref);
    return nodes.copyInner(ref);
  }

  #drop(ref: Ref): void {
    if (this.#nodes.isWorking(ref)) this.#nodes.free(ref);
    else this.#orphans.node(ref);
  }

  #lean(ref: Ref): number {
    return this.#nodes.height(this.#nodes.left(ref)) - this.#nodes.height(this.#nodes.right(ref));
  }

  /** `ref` is working; one of its subtrees may be two higher than the other. */
  #balance(ref: Ref): Ref {
    const nodes = this.#nodes;
    const lean = this.#lean(ref);
    if (lean > 1) {
      const left = nodes.left(ref);
      if (this.#lean(left) < 0) {
        nodes.setChildren(ref, this.#rotateLeft(left), nodes.right(ref));
        nodes.markPending(nodes.at(ref), INNER.left);
      }
      return this.#rotateRight(ref);
    }
    if (lean < -1) {
      const right = nodes.right(ref);
      if (this.#lean(right) > 0) {
        nodes.setChildren(ref, nodes.left(ref), this.#rotateRight(right));
        nodes.markPending(nodes.at(ref), INNER.right);
      }
      return this.#rotateLeft(ref);
    }
    return ref;
  }

  #rotateRight(ref: Ref): Ref {
    const nodes = this.#nodes;
    const down = this.#own(ref);
    const up = this.#own(nodes.left(down));
    nodes.setChildren(down, nodes.right(up), nodes.right(down));
    nodes.moveHash(nodes.at(up), INNER.right, nodes.at(down), INNER.left);
    nodes.setChildren(up, nodes.left(up), down);
    nodes.markPending(nodes.at(up), INNER.right);
    return up;
  }

  #rotateLeft(ref: Ref): Ref {
    const nodes = this.#nodes;
    const down = this.#own(ref);
    const up = this.#own(nodes.right(down));
    nodes.setChildren(down, nodes.left(down), nodes.left(up));
    nodes.moveHash(nodes.at(up), INNER.left, nodes.at(down), INNER.right);
    nodes.setChildren(up, down, nodes.right(up));
    nodes.markPending(nodes.at(up), INNER.left);
    return up;
  }
}

/** The leaf of a key, or NONE. */
export function findLeaf(nodes: Nodes, root: Ref, key: Key): Ref {
  let ref = root;
  if (ref === NONE) return NONE;
  while (!isLeaf(ref)) ref = key < nodes.key(ref) ? nodes.left(ref) : nodes.right(ref);
  return nodes.key(ref) === key ? ref : NONE;
}
