import { assert } from '../lib/assert.ts';
import type { Binary } from '../lib/bytes.ts';
import { compareStrings } from '../lib/bytes.ts';
import { PARAMS_PREFIX } from '../lib/records.ts';
import { ValueTree } from './valueTree.ts';

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

/** What a key held before a write; `bytes` is undefined when it was not dirty, or is derived. */
interface Undo {
  readonly tree: ValueTree;
  readonly dirty: Dirty | undefined;
  readonly key: Binary;
  readonly value: unknown;
  readonly bytes: Uint8Array | null | undefined;
}

/** A key that the block changed: its bytes by now, and its value when the block began. */
interface Changed {
  bytes: Uint8Array | null;
  readonly before: unknown;
}

type Dirty = Map<Binary, Changed>;

export interface Mark {
  readonly journal: number;
  readonly joined: readonly (readonly [string, number])[];
}

/** A key that a block changed, its bytes (null: deleted), and its value before, if it had one. */
export type Change = readonly [key: Binary, bytes: Uint8Array | null, before: unknown];

/** A derived entry that changed; undefined when it is gone. Values are plain data. */
export interface DerivedChange {
  readonly store: string;
  readonly key: Binary;
  readonly value: unknown;
}

/** What a block changed in one store, in key order. */
export interface StoreChanges {
  readonly store: string;
  readonly changes: readonly Change[];
}

/**
 * One version of the whole state, held as a persistent ordered map a store: `fork` costs nothing
 * and shares memory, `mark` and `rollback` undo writes. Values are immutable and held decoded;
 * their bytes are kept for dirty keys only, until the block ends.
 */
export class State {
  readonly #trees: Map<string, ValueTree>;
  readonly #dirty = new Map<string, Dirty>();
  readonly #joined = new Map<string, Joined>();
  #journal: Undo[] = [];
  #paramsEpoch = 0;

  constructor(trees = new Map<string, ValueTree>()) {
    this.#trees = trees;
  }

  #tree(store: string): ValueTree {
    let tree = this.#trees.get(store);
    if (tree === undefined) {
      tree = new ValueTree();
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
    return this.#tree(store).next(from, reverse, exclusive);
  }

  /** Another number once parameters of any store may have changed: who knows them asks first. */
  get paramsEpoch(): number {
    return this.#paramsEpoch;
  }

  #noteParams(key: Binary): void {
    if (key.charCodeAt(0) === PARAMS_PREFIX) this.#paramsEpoch++;
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
    const tree = this.#tree(store);
    this.#change(store, tree, key, bytes);
    tree.set(key, value);
  }

  delete(store: string, key: Binary, derived: boolean): void {
    const tree = this.#tree(store);
    this.#change(store, tree, key, derived ? undefined : null);
    tree.delete(key);
  }

  /** Journals what a key holds, and notes its new bytes unless it is derived. */
  #change(store: string, tree: ValueTree, key: Binary, bytes: Uint8Array | null | undefined): void {
    this.#noteParams(key);
    const value = tree.get(key);
    if (bytes === undefined) {
      this.#journal.push({ tree, dirty: undefined, key, value, bytes });
      return;
    }
    const dirty = this.#dirtyOf(store);
    const changed = dirty.get(key);
    this.#journal.push({ tree, dirty, key, value, bytes: changed?.bytes });
    if (changed === undefined) dirty.set(key, { bytes, before: value });
    else changed.bytes = bytes;
  }

  #dirtyOf(store: string): Dirty {
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

  #undo({ tree, dirty, key, value, bytes }: Undo): void {
    this.#noteParams(key);
    if (value === undefined) tree.delete(key);
    else tree.set(key, value);
    if (bytes === undefined) dirty?.delete(key);
    else dirty!.get(key)!.bytes = bytes;
  }

  /**
   * Puts what is on disk, or came from elsewhere, in memory, without a trace in the journal or
   * among the changes; undefined removes the key.
   */
  load(store: string, key: Binary, value: unknown): void {
    this.#noteParams(key);
    if (value === undefined) this.#tree(store).delete(key);
    else this.#tree(store).set(key, value);
  }

  /** A version of its own with the same content; joined structures are built anew from it. */
  fork(): State {
    const trees = new Map<string, ValueTree>();
    for (const [name, tree] of this.#trees) trees.set(name, tree.clone());
    return new State(trees);
  }

  /**
   * Ends a block: flushes joined structures, and returns and forgets what changed, by store name.
   * A key that came and went within the block did not change.
   * Tells of derived entries that changed, each once, if asked to.
   */
  takeChanges(onDerived?: (change: DerivedChange) => void): StoreChanges[] {
    for (const structure of this.#joined.values()) structure.flush();
    if (onDerived !== undefined) this.#tellDerived(onDerived);
    const taken: StoreChanges[] = [];
    for (const [store, dirty] of this.#dirty) {
      const changes: Change[] = [];
      for (const [key, { bytes, before }] of dirty) {
        if (bytes !== null || before !== undefined) changes.push([key, bytes, before]);
      }
      if (changes.length === 0) continue;
      taken.push({ store, changes: changes.sort(([a], [b]) => compareStrings(a, b)) });
    }
    this.#dirty.clear();
    this.#journal = [];
    return taken.sort((a, b) => compareStrings(a.store, b.store));
  }

  #tellDerived(onDerived: (change: DerivedChange) => void): void {
    const told = new Map<ValueTree, Set<Binary>>();
    for (const { tree, dirty, key } of this.#journal) {
      if (dirty === undefined) (told.get(tree) ?? setIn(told, tree)).add(key);
    }
    for (const [store, tree] of this.#trees) {
      for (const key of told.get(tree) ?? []) onDerived({ store, key, value: tree.get(key) });
    }
  }
}

function setIn<K>(sets: Map<K, Set<Binary>>, key: K): Set<Binary> {
  const set = new Set<Binary>();
  sets.set(key, set);
  return set;
}
