import type { Key } from './api.ts';
import { INNER, LEAF, NONE, WORKING, isLeaf } from './nodes.ts';
import type { Nodes, Ref } from './nodes.ts';

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
 */
export class Mutator {
  readonly #nodes: Nodes;
  readonly #orphans: Orphans;
  /** Of the last call: the leaf that was set, whether it is of a new key, the new leftmost key. */
  #leaf: Ref = NONE;
  #inserted = false;
  #newSlot = 0;

  constructor(nodes: Nodes, orphans: Orphans) {
    this.#nodes = nodes;
    this.#orphans = orphans;
  }

  /** The leaf the last `set` left, whose pending value the caller numbers. */
  get leaf(): Ref {
    return this.#leaf;
  }

  get inserted(): boolean {
    return this.#inserted;
  }

  /** Returns the new root; `root` may be NONE. */
  set(root: Ref, key: Key): Ref {
    this.#inserted = false;
    if (root !== NONE) return this.#set(root, key);
    return this.#insertLeaf(key);
  }

  /** Returns the new root, NONE when the tree is empty; undefined when there is no such key. */
  remove(root: Ref, key: Key): Ref | undefined {
    if (root === NONE) return undefined;
    this.#newSlot = 0;
    const left = this.#remove(root, key);
    return left === NOT_FOUND ? undefined : left;
  }

  #insertLeaf(key: Key): Ref {
    this.#inserted = true;
    this.#leaf = this.#nodes.newLeaf(this.#nodes.newSlot(key), 0);
    return this.#leaf;
  }

  #set(ref: Ref, key: Key): Ref {
    const nodes = this.#nodes;
    if (isLeaf(ref)) return this.#setAtLeaf(ref, key);
    const goLeft = key < nodes.key(ref);
    const child = this.#set(goLeft ? nodes.left(ref) : nodes.right(ref), key);
    const own = this.#own(ref);
    if (!this.#inserted) {
      // A new value changes neither height nor size.
      nodes.inner[nodes.at(own) + (goLeft ? INNER.left : INNER.right)] = child;
      return own;
    }
    if (goLeft) nodes.setChildren(own, child, nodes.right(own));
    else nodes.setChildren(own, nodes.left(own), child);
    return this.#balance(own);
  }

  #setAtLeaf(leaf: Ref, key: Key): Ref {
    const nodes = this.#nodes;
    const there = nodes.key(leaf);
    if (key === there) {
      this.#leaf = leaf;
      if (nodes.version(leaf) === WORKING) return leaf;
      this.#orphans.node(leaf);
      this.#leaf = nodes.newLeaf(nodes.slot(leaf), 0);
      return this.#leaf;
    }
    const added = this.#insertLeaf(key);
    const before = key < there;
    const parent = nodes.newInner(nodes.slot(before ? leaf : added));
    nodes.setChildren(parent, before ? added : leaf, before ? leaf : added);
    return parent;
  }

  #remove(ref: Ref, key: Key): Ref {
    const nodes = this.#nodes;
    if (isLeaf(ref)) {
      if (key !== nodes.key(ref)) return NOT_FOUND;
      this.#orphans.slot(nodes.slot(ref));
      this.#drop(ref);
      return NONE;
    }
    const goLeft = key < nodes.key(ref);
    const child = this.#remove(goLeft ? nodes.left(ref) : nodes.right(ref), key);
    if (child === NOT_FOUND) return NOT_FOUND;
    if (child === NONE) {
      // The sibling takes this node's place; when it stood right, its least key moves up.
      this.#newSlot = goLeft ? nodes.slot(ref) : 0;
      const sibling = goLeft ? nodes.right(ref) : nodes.left(ref);
      this.#drop(ref);
      return sibling;
    }
    const own = this.#own(ref);
    if (goLeft) {
      nodes.setChildren(own, child, nodes.right(own));
    } else {
      if (this.#newSlot !== 0) nodes.inner[nodes.at(own) + INNER.key] = this.#newSlot;
      this.#newSlot = 0;
      nodes.setChildren(own, nodes.left(own), child);
    }
    return this.#balance(own);
  }

  /** The node itself if the running block made it, else a copy that can be changed. */
  #own(ref: Ref): Ref {
    const nodes = this.#nodes;
    const from = nodes.at(ref);
    if (nodes.inner[from + INNER.version] === WORKING) return ref;
    const copy = nodes.newInner(nodes.inner[from + INNER.key]!);
    const { inner } = nodes;
    const to = nodes.at(copy);
    inner[to + INNER.left] = inner[from + INNER.left]!;
    inner[to + INNER.right] = inner[from + INNER.right]!;
    inner[to + INNER.size] = inner[from + INNER.size]!;
    inner[to + INNER.height] = inner[from + INNER.height]!;
    this.#orphans.node(ref);
    return copy;
  }

  #drop(ref: Ref): void {
    if (this.#nodes.version(ref) === WORKING) this.#nodes.free(ref);
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
      if (this.#lean(left) < 0) nodes.setChildren(ref, this.#rotateLeft(left), nodes.right(ref));
      return this.#rotateRight(ref);
    }
    if (lean < -1) {
      const right = nodes.right(ref);
      if (this.#lean(right) > 0) nodes.setChildren(ref, nodes.left(ref), this.#rotateRight(right));
      return this.#rotateLeft(ref);
    }
    return ref;
  }

  #rotateRight(ref: Ref): Ref {
    const nodes = this.#nodes;
    const down = this.#own(ref);
    const up = this.#own(nodes.left(down));
    nodes.setChildren(down, nodes.right(up), nodes.right(down));
    nodes.setChildren(up, nodes.left(up), down);
    return up;
  }

  #rotateLeft(ref: Ref): Ref {
    const nodes = this.#nodes;
    const down = this.#own(ref);
    const up = this.#own(nodes.right(down));
    nodes.setChildren(down, nodes.left(down), nodes.left(up));
    nodes.setChildren(up, down, nodes.right(up));
    return up;
  }
}

/** The leaf of a key, or NONE. */
export function findLeaf(nodes: Nodes, root: Ref, key: Key): Ref {
  let ref = root;
  if (ref === NONE) return NONE;
  while (!isLeaf(ref)) ref = key < nodes.key(ref) ? nodes.left(ref) : nodes.right(ref);
  return nodes.keys[nodes.leaves[nodes.at(ref) + LEAF.key]!] === key ? ref : NONE;
}
