import { assert } from '../lib/assert.ts';
import { equalBytes } from '../lib/bytes.ts';
import type { Binary } from '../lib/bytes.ts';
import type { Schema } from './collection.ts';
import { Commitment } from './commitment.ts';
import type { ProofOp } from './commitment.ts';
import { DiskError, RESTORE } from './disk.ts';
import type { Disk, DiskWrite } from './disk.ts';
import type { DiskView } from './diskBefore.ts';
import { META_KEY, valueKey } from './layout.ts';
import { loadValues, schemaFinder } from './load.ts';
import type { LoadProgress } from './loadProgress.ts';
import { decodeMeta, encodeMeta, FORMAT_VERSION } from './meta.ts';
import type { Meta } from './meta.ts';
import type { Manifest } from './snapshots/manifest.ts';
import type { HeldVersion } from './snapshots/parts.ts';
import { Restore, restoredHeight } from './snapshots/restore.ts';
import type { RestoreOptions } from './snapshots/restore.ts';
import type { DerivedChange, State, StoreChanges } from './state.ts';
import { clearUndo, countUndo, undoWrites } from './undo.ts';
import { Versions } from './versions.ts';

/** A committed height. Its state is not written to any more: fork it. */
export interface Version {
  readonly chainId: string;
  readonly height: number;
  readonly timeMs: number;
  readonly appHash: Uint8Array;
  readonly state: State;
}

/** All that a block wrote. */
export interface BlockChanges {
  readonly stored: readonly StoreChanges[];
  readonly derived: readonly DerivedChange[];
  /** What who sealed the block says of it, for those who observe it. */
  readonly said: unknown;
}

/** Told of each block once it is durable and shown. */
export type BlockObserver = (version: Version, changes: BlockChanges) => void;

export interface StoreOptions {
  readonly schemas: readonly Schema[];
  /**
   * Names of all stores: each has a root in the app hash, also when it is empty. One that the
   * database does not have comes with the next block.
   */
  readonly stores: readonly string[];
  /** Heights that stay readable, the last included. */
  readonly retainedHeights: number;
  /** Rebuilds derived collections once everything is read. */
  readonly rebuild: (state: State, meta: Meta) => void;
  /** Whether this program is the one for what was restored. @throws what `reload` throws then */
  readonly judge?: (disk: Disk) => Promise<void>;
  /** Told now and then while starting. */
  readonly onProgress?: (progress: LoadProgress) => void;
}

/**
 * The state with its versions: one working version that blocks write to, the committed ones that
 * are read, and their copy on disk. `seal` ends a block and gives its app hash, `commit` makes it
 * durable and only then shows it.
 */
export class Store {
  working: State;
  readonly #disk: Disk;
  #commitment: Commitment;
  readonly #options: StoreOptions;
  #versions: Versions<Version>;
  #pending: { meta: Meta; writes: DiskWrite[]; changes: BlockChanges } | undefined;
  readonly #observers = new Set<BlockObserver>();
  /** Of the last committed version. */
  #meta: Meta | undefined;
  /** Records of the undo on disk. */
  #undoParts = 0;

  private constructor(disk: Disk, commitment: Commitment, working: State, options: StoreOptions) {
    this.#disk = disk;
    this.#commitment = commitment;
    this.#options = options;
    this.#versions = new Versions(options.retainedHeights);
    this.working = working;
  }

  /**
   * Reads the whole state from disk and checks it against the app hash it was committed with: the
   * trees first, then every value against its leaf as it is read.
   * @param view what is read of the disk: itself, or as it was a block before, to look at
   * @throws DiskError when a record is damaged or missing, or a root differs
   */
  static open(disk: Disk, options: StoreOptions, view: DiskView = disk): Promise<Store> {
    const { onProgress = () => undefined } = options;
    return readMeta(view).then((meta) => {
      const stores = meta === undefined ? [] : meta.stores;
      const names = stores.length > 0 ? stores : options.stores;
      return Commitment.load(view, names, meta?.height ?? 0, onProgress).then((commitment) => {
        if (meta !== undefined) checkRoot(commitment, meta);
        return loadValues(view, options, commitment).then((working) =>
          countUndo(view).then((parts) => {
            const store = new Store(disk, commitment, working, options);
            store.#undoParts = parts;
            if (meta !== undefined) store.#resume(meta);
            return store;
          }),
        );
      });
    });
  }

  /** Goes on from what was read. */
  #resume(meta: Meta): void {
    try {
      this.#options.rebuild(this.working, meta);
    } catch (error) {
      throw new DiskError(`the state on disk does not fit together (${String(error)}): ${RESTORE}`);
    }
    this.working.takeChanges();
    this.#show(meta);
  }

  /** The last committed version; undefined on a new chain. */
  get committed(): Version | undefined {
    return this.#versions.latest;
  }

  /** A committed version that is still retained; height 0 asks for the last. */
  at(height: number): Version | undefined {
    return this.#versions.at(height);
  }

  /** App hash of the last sealed block, or of the empty state. */
  appHash(): Uint8Array {
    return this.#commitment.appHash();
  }

  /** Whether a block was sealed and not committed yet. */
  get isSealed(): boolean {
    return this.#pending !== undefined;
  }

  /**
   * Ends a block and returns its app hash.
   * @param said for observers, who get it as it is; not kept
   */
  seal(
    { chainId, height, timeMs }: Omit<Version, 'appHash' | 'state'>,
    said?: unknown,
  ): Uint8Array {
    assert(this.#pending === undefined, 'the block before was not committed');
    const derived: DerivedChange[] = [];
    const note = (change: DerivedChange) => void derived.push(change);
    const changes = this.working.takeChanges(this.#observers.size === 0 ? undefined : note);
    this.#commitment.add(this.#options.stores, height);
    const { appHash, writes } = this.#commitment.commit(changes, height);
    const { stores } = this.#commitment;
    const meta: Meta = { formatVersion: FORMAT_VERSION, chainId, height, timeMs, appHash, stores };
    const undo = this.#undoOf(changes, height);
    this.#pending = {
      meta,
      writes: [...valueWrites(changes), ...writes, ...undo, [META_KEY, encodeMeta(meta)]],
      changes: { stored: changes, derived, said },
    };
    return appHash;
  }

  /** What the block overwrites, as records; a first block cannot be undone. */
  #undoOf(changes: readonly StoreChanges[], height: number): DiskWrite[] {
    if (this.#meta === undefined) return clearUndo(this.#undoParts);
    const schemaOf = schemaFinder(this.#options.schemas);
    const meta = encodeMeta(this.#meta);
    const writes = undoWrites({ height, meta }, changes, schemaOf, this.#undoParts);
    this.#undoParts = writes.filter(([, bytes]) => bytes !== null).length;
    return writes;
  }

  /** Makes the sealed block durable in one atomic batch, then shows it to readers. */
  commit(): Promise<Version> {
    const pending = this.#pending;
    assert(pending !== undefined, 'nothing is sealed');
    return this.#disk.write(pending.writes).then(() => {
      this.#pending = undefined;
      const version = this.#show(pending.meta);
      for (const observe of this.#observers) observe(version, pending.changes);
      return version;
    });
  }

  /** From the next block on, until what it returns is called. An observer takes no time. */
  observe(observer: BlockObserver): () => void {
    this.#observers.add(observer);
    return () => void this.#observers.delete(observer);
  }

  #show(meta: Meta): Version {
    this.#meta = meta;
    const { chainId, height, timeMs, appHash } = meta;
    const version = { chainId, height, timeMs, appHash, state: this.working.fork() };
    this.#versions.add(version);
    this.#commitment.prune(this.#versions.lowest!);
    return version;
  }

  /** Proof of a key's stored bytes, or of its absence, at a retained version: see Commitment. */
  prove(
    { height }: Version,
    store: string,
    key: Binary,
    valueAt: (key: Binary) => Uint8Array,
  ): ProofOp[] {
    return this.#commitment.prove(store, key, valueAt, height);
  }

  /** A committed version that stays in memory, pruned or not, until it is released. */
  hold({ height, state }: Version): HeldVersion {
    const schemaOf = schemaFinder(this.#options.schemas);
    const { stores, release } = this.#commitment.hold(height, (store, key) =>
      schemaOf(store, key).value.encode(state.get(store, key)),
    );
    return { height, state, stores, release };
  }

  /** Whether all it holds came from a snapshot, or nothing is there: no block would be lost. */
  isReplaceable(): Promise<boolean> {
    const { committed } = this;
    if (committed === undefined) return Promise.resolve(true);
    return restoredHeight(this.#disk).then((height) => height === committed.height);
  }

  /** Empties the database for a snapshot; `reload` takes on what came. @throws UnknownStore */
  beginRestore(manifest: Manifest, lastBlock: RestoreOptions['lastBlock']): Promise<Restore> {
    const { stores } = this.#options;
    return Restore.begin(this.#disk, { stores, lastBlock }, manifest);
  }

  /** Takes on what was restored, as a start does. @throws DiskError, or what `judge` throws */
  reload(): Promise<void> {
    const { judge = () => Promise.resolve() } = this.#options;
    const opened = judge(this.#disk).then(() => Store.open(this.#disk, this.#options));
    return opened.then((store) => {
      this.working = store.working;
      this.#commitment = store.#commitment;
      this.#versions = store.#versions;
      this.#pending = undefined;
      this.#meta = store.#meta;
      this.#undoParts = store.#undoParts;
    });
  }

  close(): Promise<void> {
    return this.#disk.close();
  }
}

export function readMeta(disk: DiskView): Promise<Meta | undefined> {
  return disk.get(META_KEY).then((raw) => {
    if (raw !== undefined) return decodeMeta(raw);
    return disk.isEmpty().then((isEmpty) => {
      if (isEmpty) return undefined;
      throw new DiskError(`the database does not say of which block it is: ${RESTORE}`);
    });
  });
}

function checkRoot(commitment: Commitment, { appHash, height }: Meta): void {
  if (equalBytes(commitment.appHash(), appHash)) return;
  throw new DiskError(
    `the state on disk does not have the app hash of height ${height}: ${RESTORE}`,
  );
}

function* valueWrites(changes: readonly StoreChanges[]): Generator<DiskWrite> {
  for (const { store, changes: entries } of changes) {
    for (const [key, bytes] of entries) yield [valueKey(store, key), bytes];
  }
}
