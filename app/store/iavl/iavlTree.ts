import { CommitmentProof } from '../../../proto/gen/cosmos.ics23.v1.ts';
import type { CommitmentTree, Key, TreeCommit, ValueAt } from './api.ts';
import { CheckpointWriter } from './checkpoint.ts';
import { Core } from './core.ts';
import { KEY_BYTES_MAX } from './hashing.ts';
import { Journal, activeRecord } from './journal.ts';
import { Loader } from './loader.ts';
import type { LoadOptions } from './loader.ts';
import { findLeaf } from './mutate.ts';
import { NONE } from './nodes.ts';
import { proofOf } from './proof.ts';
import { ACTIVE, CHECKPOINT, VERSION_MAX, recordKey } from './records.ts';
import { rootNodeOf } from './rootNode.ts';
import { ValueCheck } from './verify.ts';

/** How many nodes an export visits between two records at most. */
const EXPORT_NODES = 2048;

export interface TreeUsage {
  /** Nodes in use, of all kept versions. */
  readonly leaves: number;
  readonly inner: number;
  /** Reserved for nodes; the text of the keys is not counted, for the caller has it too. */
  readonly bytes: number;
}

/** A version that stays in memory while a snapshot is taken of it. */
export interface HeldTree {
  /** See `rootNodeOf`. */
  rootNode(valueAt: ValueAt): Uint8Array;
  /** Its checkpoint, part by part in small steps: see `TreeRestore`. */
  readonly parts: Iterable<Uint8Array>;
  release(): void;
}

function* partsOf(writer: CheckpointWriter): Generator<Uint8Array, void, undefined> {
  while (!writer.done) yield* writer.next(EXPORT_NODES);
}

/** See `CommitmentTree`, and README.md for how it works. */
export class IavlTree implements CommitmentTree {
  readonly #core: Core;
  readonly #journal: Journal;
  /** Values of the running block, by the number in their leaf; hashed at commit. */
  readonly #values: Uint8Array[] = [];

  private constructor(core: Core, journal: Journal) {
    this.#core = core;
    this.#journal = journal;
  }

  static empty(): IavlTree {
    const core = new Core();
    return new IavlTree(core, new Journal(core));
  }

  /** From records in the order of their keys; see `Loader` to give them one by one. */
  static load(records: Iterable<readonly [Key, Uint8Array]>, options?: LoadOptions): IavlTree {
    const loader = new Loader(options);
    for (const [key, bytes] of records) loader.add(key, bytes);
    return IavlTree.loaded(loader);
  }

  static loaded(loader: Loader): IavlTree {
    const { core, journal } = loader.finish();
    return new IavlTree(core, journal);
  }

  get version(): number {
    return this.#core.history.latest;
  }

  get oldestVersion(): number {
    return this.#core.history.oldest;
  }

  get size(): number {
    return this.#core.size;
  }

  set(key: Key, value: Uint8Array): void {
    if (key === '' || key.length > KEY_BYTES_MAX) {
      throw new RangeError(`a key has 1 to ${KEY_BYTES_MAX} bytes, not ${key.length}`);
    }
    const pending = this.#values.push(value) - 1;
    this.#core.set(key, pending);
    this.#journal.changes.set(key, pending);
  }

  remove(key: Key): boolean {
    if (!this.#core.remove(key)) return false;
    this.#journal.changes.remove(key);
    return true;
  }

  has(key: Key, version?: number): boolean {
    const root = version === undefined ? this.#core.root : this.#core.history.rootAt(version);
    return findLeaf(this.#core.nodes, root, key) !== NONE;
  }

  discard(): void {
    this.#core.discard();
    this.#values.length = 0;
    this.#journal.changes.clear();
  }

  commit(version: number): TreeCommit {
    if (!Number.isInteger(version) || version <= this.version || version > VERSION_MAX) {
      throw new RangeError(`version ${version} does not follow ${this.version}`);
    }
    const core = this.#core;
    const digests = core.hasher.digests(this.#values);
    this.#values.length = 0;
    let replaced = 0;
    if (this.#journal.changes.length > 0) replaced = core.commit(version, digests);
    else core.history.advance(version);
    const root = core.committedHash();
    return { root, replaced, ...this.#journal.commit(version, root, digests) };
  }

  root(version = this.version): Uint8Array {
    return Uint8Array.from(this.#core.history.hashAt(version));
  }

  prove(key: Key, valueAt: ValueAt, version = this.version): Uint8Array {
    const root = this.#core.history.rootAt(version);
    return CommitmentProof.encode(proofOf(this.#core.nodes, root, key, valueAt));
  }

  prune(oldest: number): void {
    this.#core.history.prune(oldest);
  }

  pruneSome(maxNodes: number): number {
    return this.#core.history.pruneSome(maxNodes);
  }

  /**
   * A version as records that `load` takes: for a snapshot, or to write a whole tree at once. The
   * same version gives the same records on every node. Blocks may go on between records; the
   * version stays in memory until the iterator is done or closed.
   */
  *records(version = this.version): Generator<[Key, Uint8Array], void, undefined> {
    const held = this.hold(version);
    try {
      yield [ACTIVE, activeRecord(version)];
      let part = 0;
      for (const bytes of held.parts) yield [recordKey(CHECKPOINT, version, part++), bytes];
    } finally {
      held.release();
    }
  }

  /** Keeps a version in memory, pruned or not, until it is released. */
  hold(version: number): HeldTree {
    const { history, nodes } = this.#core;
    const root = history.rootAt(version);
    const writer = new CheckpointWriter(this.#core, version);
    history.hold(version);
    return {
      rootNode: (valueAt) => rootNodeOf(nodes, root, valueAt),
      parts: partsOf(writer),
      release: () => history.release(version),
    };
  }

  /**
   * Compares a store's entries with the last commit, before which nothing may be set: see
   * `ValueCheck`.
   */
  check(): ValueCheck {
    return new ValueCheck(this.#core);
  }

  usage(): TreeUsage {
    return this.#core.nodes.usage();
  }
}
