import BTreeModule from 'sorted-btree';
import { assert } from '../lib/assert.ts';
import type { Binary } from '../lib/bytes.ts';
import { compareStrings } from '../lib/bytes.ts';

const BTree = BTreeModule.default;
type Tree = BTreeModule.default<Binary, unknown>;

/** An in-memory structure that lives beside the keys and follows their marks, such as a book. */
export interface Joined {
  /** A position to return to; positions of one block only grow. */
  mark(): number;
  rollback(mark: number): void;
  /** Writes what changed into the keys it is rebuilt from, and forgets its marks. */
  flush(): void;
}

/** How to build a joined structure from the keys of a state. */
export interface Attachment<T extends Joined> {
  readonly name: string;
  create(state: State): T;
}

/** An undo record: what the key held before. `bytes` is undefined when it was not yet dirty. */
interface Undo {
  store: string;
  key: Binary;
  value: unknown;
  bytes: Uint8Array | null | undefined;
}

export interface Mark {
  readonly journal: number;
  readonly joined: readonly (readonly [string, number])[];
}

/** What a block changed in one store, in key order; null for a deleted key. */
export interface StoreChanges {
  readonly store: string;
  readonly changes: readonly (readonly [Binary, Uint8Array | null])[];
}

/**
 * One version of the whole state, held as a persistent ordered map a store: `fork` costs nothing
 * and shares memory, `mark` and `rollback` undo writes. Values are immutable and held decoded;
 * their bytes are kept for dirty keys only, until the block ends.
 */
export class State {
  readonly #trees: Map<string, Tree>;
  readonly #dirty = new Map<string, Map<Binary, Uint8Array | null>>();
  readonly #joined = new Map<string, Joined>();
  #journal: Undo[] = [];

  constructor(trees = new Map<string, Tree>()) {
    this.#trees = trees;
  }

  #tree(store: string): Tree {
    let tree = this.#trees.get(store);
    if (tree === undefined) {
      tree = new BTree<Binary, unknown>(undefined, compareStrings);
      this.#trees.set(store, tree);
    }
    return tree;
  }

  get(store: string, key: Binary): unknown {
    return this.#trees.get(store)?.get(key);
  }

  /**
   * The first entry at or after `from` (after it when `exclusive`), or last before when `reverse`.
   */
  next(
    store: string,
    from: Binary | undefined,
    reverse: boolean,
    exclusive: boolean,
  ): [Binary, unknown] | undefined {
    const tree = this.#tree(store);
    if (!exclusive && from !== undefined && tree.has(from)) return [from, tree.get(from)];
    return reverse ? tree.nextLowerPair(from) : tree.nextHigherPair(from);
  }

  size(store: string): number {
    return this.#trees.get(store)?.size ?? 0;
  }

  /** All entries of a store in key order, while nothing is written. */
  entries(store: string): Iterable<readonly [Binary, unknown]> {
    return this.#tree(store).entries();
  }

  /** Writes a value. `bytes` is its encoding, or undefined for derived entries. */
  set(store: string, key: Binary, value: unknown, bytes: Uint8Array | undefined): void {
    assert(value !== undefined, 'undefined is not a value');
    this.#record(store, key, bytes !== undefined);
    this.#tree(store).set(key, value);
    if (bytes !== undefined) this.#dirtyOf(store).set(key, bytes);
  }

  delete(store: string, key: Binary, derived: boolean): void {
    this.#record(store, key, !derived);
    this.#tree(store).delete(key);
    if (!derived) this.#dirtyOf(store).set(key, null);
  }

  #record(store: string, key: Binary, tracked: boolean): void {
    this.#journal.push({
      store,
      key,
      value: this.get(store, key),
      bytes: tracked ? this.#dirty.get(store)?.get(key) : undefined,
    });
  }

  #dirtyOf(store: string): Map<Binary, Uint8Array | null> {
    let dirty = this.#dirty.get(store);
    if (dirty === undefined) {
      dirty = new Map();
      this.#dirty.set(store, dirty);
    }
    return dirty;
  }

  /** The joined structure of this version, built when first asked for. */
  attach<T extends Joined>(attachment: Attachment<T>): T {
    let joined = this.#joined.get(attachment.name);
    if (joined === undefined) {
      joined = attachment.create(this);
      this.#joined.set(attachment.name, joined);
    }
    return joined as T;
  }

  /** Forgets joined structures, after writing what they hold: they are built anew later. */
  detach(): void {
    for (const structure of this.#joined.values()) structure.flush();
    this.#joined.clear();
  }

  mark(): Mark {
    const joined: [string, number][] = [];
    for (const [name, structure] of this.#joined) joined.push([name, structure.mark()]);
    return { journal: this.#journal.length, joined };
  }

  rollback(mark: Mark): void {
    assert(mark.journal <= this.#journal.length, 'a mark that was rolled back already');
    for (let i = this.#journal.length - 1; i >= mark.journal; i--) this.#undo(this.#journal[i]!);
    this.#journal.length = mark.journal;
    // A structure built since the mark was built from unchanged pages: its own start is the mark.
    const marks = new Map(mark.joined);
    for (const [name, structure] of this.#joined) structure.rollback(marks.get(name) ?? 0);
  }

  #undo({ store, key, value, bytes }: Undo): void {
    const tree = this.#tree(store);
    if (value === undefined) tree.delete(key);
    else tree.set(key, value);
    if (bytes === undefined) this.#dirty.get(store)?.delete(key);
    else this.#dirtyOf(store).set(key, bytes);
  }

  /** Puts what is on disk in memory, without a trace in the journal or among the changes. */
  load(store: string, key: Binary, value: unknown): void {
    this.#tree(store).set(key, value);
  }

  /** A version of its own with the same content; joined structures are built anew from it. */
  fork(): State {
    const trees = new Map<string, Tree>();
    for (const [name, tree] of this.#trees) trees.set(name, tree.clone());
    return new State(trees);
  }

  /**
   * Ends a block: flushes joined structures, and returns and forgets what changed, by store name.
   */
  takeChanges(): StoreChanges[] {
    for (const structure of this.#joined.values()) structure.flush();
    const stores = [...this.#dirty].filter(([, changes]) => changes.size > 0);
    stores.sort(([a], [b]) => compareStrings(a, b));
    const taken = stores.map(([store, changes]) => ({
      store,
      changes: [...changes].sort(([a], [b]) => compareStrings(a, b)),
    }));
    this.#dirty.clear();
    this.#journal = [];
    return taken;
  }
}
