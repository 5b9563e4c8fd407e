import type { Key } from './api.ts';
import { Hasher, emptyRoot } from './hashing.ts';
import { History } from './history.ts';
import { Mutator } from './mutate.ts';
import { INNER, NONE, Nodes, WORKING, isLeaf } from './nodes.ts';
import type { Ref } from './nodes.ts';

/** A tree in memory: its nodes, its versions and the working root. What is on disk is not its matter. */
export class Core {
  readonly nodes = new Nodes();
  readonly history = new History(this.nodes);
  readonly hasher = new Hasher(this.nodes);
  readonly #mutator = new Mutator(this.nodes, this.history);
  /** Slots of keys that came in the running block. */
  readonly #newSlots: number[] = [];
  root: Ref = NONE;

  get size(): number {
    return this.root === NONE ? 0 : this.nodes.size(this.root);
  }

  /** Returns the working leaf, whose hash words the caller fills. */
  set(key: Key): Ref {
    this.root = this.#mutator.set(this.root, key);
    const { leaf } = this.#mutator;
    if (this.#mutator.inserted) this.#newSlots.push(this.nodes.slot(leaf));
    return leaf;
  }

  remove(key: Key): boolean {
    const root = this.#mutator.remove(this.root, key);
    if (root === undefined) return false;
    this.root = root;
    return true;
  }

  discard(): void {
    if (this.root !== NONE) this.#freeWorking(this.root);
    for (const slot of this.#newSlots) this.nodes.freeSlot(slot);
    this.#newSlots.length = 0;
    this.history.discard();
    this.root = this.history.rootAt(this.history.latest);
  }

  /** Hashes and keeps the working tree as `version`; for `values` see `Hasher.commit`. */
  commit(version: number, values?: readonly Uint8Array[]): void {
    this.hasher.commit(this.root, version, values);
    this.history.commit(version, this.root);
    this.#newSlots.length = 0;
  }

  rootHash(root: Ref): Uint8Array {
    return root === NONE ? emptyRoot() : this.nodes.hash(root);
  }

  #freeWorking(ref: Ref): void {
    const { nodes } = this;
    if (nodes.version(ref) !== WORKING) return;
    if (!isLeaf(ref)) {
      const at = nodes.at(ref);
      this.#freeWorking(nodes.inner[at + INNER.left]!);
      this.#freeWorking(nodes.inner[at + INNER.right]!);
    }
    nodes.free(ref);
  }
}
