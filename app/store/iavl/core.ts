import type { Key } from './api.ts';
import { Hasher, emptyRoot } from './hashing.ts';
import { History } from './history.ts';
import { Mutator } from './mutate.ts';
import { INNER, NONE, Nodes, ROOT_HASH, isLeaf } from './nodes.ts';
import type { Ref } from './nodes.ts';

/**
 * A tree in memory: its nodes, its versions and the working root. What is on disk is not its
 * matter.
 */
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

  /** `pending` numbers the value among those of the running block. */
  set(key: Key, pending: number): void {
    this.root = this.#mutator.set(this.root, key, pending);
    const slot = this.#mutator.insertedSlot;
    if (slot !== 0) this.#newSlots.push(slot);
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
    // A removal may have put another committed node's hash there.
    const hash = Uint8Array.from(this.history.hashAt(this.history.latest));
    this.nodes.inner.set(new Int32Array(hash.buffer), ROOT_HASH);
  }

  /**
   * Hashes and keeps the working tree as `version`; for `digests` see `Hasher.commit`. Returns how
   * many nodes and slots it took out.
   */
  commit(version: number, digests: Int32Array): number {
    this.hasher.commit(this.root, version, digests);
    this.#newSlots.length = 0;
    return this.history.commit(version, this.root, this.committedHash());
  }

  /** The root hash while nothing is working. */
  committedHash(): Uint8Array {
    return this.root === NONE ? emptyRoot() : this.nodes.hashBytes(ROOT_HASH);
  }

  #freeWorking(ref: Ref): void {
    const { nodes } = this;
    if (!nodes.isWorking(ref)) return;
    if (!isLeaf(ref)) {
      const at = nodes.at(ref);
      this.#freeWorking(nodes.inner[at + INNER.left]!);
      this.#freeWorking(nodes.inner[at + INNER.right]!);
    }
    nodes.free(ref);
  }
}
