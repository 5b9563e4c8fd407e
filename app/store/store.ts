import { assert } from '../lib/assert.ts';
import { equalBytes } from '../lib/bytes.ts';
import type { Binary } from '../lib/bytes.ts';
import type { Schema } from './collection.ts';
import { Commitment } from './commitment.ts';
import type { ProofOp } from './commitment.ts';
import { DiskError } from './disk.ts';
import type { Disk, DiskWrite } from './disk.ts';
import { decodeMeta, encodeMeta, FORMAT_VERSION } from './meta.ts';
import type { Meta } from './meta.ts';
import { State } from './state.ts';
import type { StoreChanges } from './state.ts';

/** A committed height. Its state is not written to any more: fork it. */
export interface Version {
  readonly chainId: string;
  readonly height: number;
  readonly timeMs: number;
  readonly appHash: Uint8Array;
  readonly state: State;
}

export interface StoreOptions {
  readonly schemas: readonly Schema[];
  /** Names of all stores: each has a root in the app hash, also when it is empty. */
  readonly stores: readonly string[];
  /** Heights that stay readable, the last included. */
  readonly retainedHeights: number;
  /** Told how many records were read, now and then, while starting. */
  /** Rebuilds derived collections once everything is read. */
  readonly rebuild: (state: State, meta: Meta) => void;
  readonly onProgress?: (records: number) => void;
}

const META_KEY: Binary = 'm';
const VALUES: Binary = 'v';

const valueKey = (store: string, key: Binary): Binary => `${VALUES}${store}\0${key}`;

/**
 * The state with its versions: one working version that blocks write to, the committed ones that are
 * read, and their copy on disk. `seal` ends a block and gives its app hash, `commit` makes it durable
 * and only then shows it.
 */
export class Store {
  readonly working: State;
  readonly #disk: Disk;
  readonly #commitment: Commitment;
  readonly #options: StoreOptions;
  readonly #versions: Version[] = [];
  #pending: { meta: Meta; writes: DiskWrite[] } | undefined;

  private constructor(disk: Disk, commitment: Commitment, working: State, options: StoreOptions) {
    this.#disk = disk;
    this.#commitment = commitment;
    this.#options = options;
    this.working = working;
  }

  /**
   * Reads the whole state from disk and checks it against the app hash it was committed with.
   * @throws DiskError when a record is damaged or the root differs
   */
  static async open(disk: Disk, options: StoreOptions): Promise<Store> {
    const raw = await disk.get(META_KEY);
    const meta = raw === undefined ? undefined : decodeMeta(raw);
    if (meta !== undefined && meta.formatVersion !== FORMAT_VERSION) {
      throw new DiskError(
        `the database has format ${meta.formatVersion}, this program reads ${FORMAT_VERSION}: ` +
          'use the program it was written with, or sync anew',
      );
    }
    const working = new State();
    await loadValues(disk, working, options);
    const commitment = await Commitment.load(disk, options.stores, meta?.height ?? 0);
    const store = new Store(disk, commitment, working, options);
    if (meta !== undefined) {
      if (!equalBytes(commitment.appHash(), meta.appHash)) {
        throw new DiskError(
          `the state on disk does not have the app hash of height ${meta.height}: restore the ` +
            'database from a backup, or remove it and sync from the other validators',
        );
      }
      options.rebuild(working, meta);
      working.takeChanges();
      store.#show(meta);
    }
    return store;
  }

  /** The last committed version; undefined on a new chain. */
  get committed(): Version | undefined {
    return this.#versions.at(-1);
  }

  /** A committed version that is still retained; height 0 asks for the last. */
  at(height: number): Version | undefined {
    if (height === 0) return this.committed;
    return this.#versions.find((v) => v.height === height);
  }

  /** App hash of the last sealed block, or of the empty state. */
  appHash(): Uint8Array {
    return this.#commitment.appHash();
  }

  /** Whether a block was sealed and not committed yet. */
  get isSealed(): boolean {
    return this.#pending !== undefined;
  }

  /** Ends a block and returns its app hash. */
  seal({ chainId, height, timeMs }: Omit<Version, 'appHash' | 'state'>): Uint8Array {
    assert(this.#pending === undefined, 'the block before was not committed');
    const changes = this.working.takeChanges();
    const { appHash, writes } = this.#commitment.commit(changes, height);
    const meta: Meta = { formatVersion: FORMAT_VERSION, chainId, height, timeMs, appHash };
    this.#pending = {
      meta,
      writes: [...valueWrites(changes), ...writes, [META_KEY, encodeMeta(meta)]],
    };
    return appHash;
  }

  /** Makes the sealed block durable in one atomic batch, then shows it to readers. */
  async commit(): Promise<Version> {
    const pending = this.#pending;
    assert(pending !== undefined, 'nothing is sealed');
    await this.#disk.write(pending.writes);
    this.#pending = undefined;
    return this.#show(pending.meta);
  }

  #show({ chainId, height, timeMs, appHash }: Meta): Version {
    const version = { chainId, height, timeMs, appHash, state: this.working.fork() };
    this.#versions.push(version);
    if (this.#versions.length > this.#options.retainedHeights) this.#versions.shift();
    this.#commitment.prune(this.#versions[0]!.height);
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

  async close(): Promise<void> {
    await this.#disk.close();
  }
}

function* valueWrites(changes: readonly StoreChanges[]): Generator<DiskWrite> {
  for (const { store, changes: entries } of changes) {
    for (const [key, bytes] of entries) yield [valueKey(store, key), bytes];
  }
}

async function loadValues(disk: Disk, state: State, options: StoreOptions): Promise<void> {
  const byPrefix = new Map(options.schemas.map((s) => [`${s.store}\0${s.prefix}`, s]));
  let records = 0;
  for await (const [raw, bytes] of disk.scan(VALUES)) {
    const end = raw.indexOf('\0');
    const store = raw.slice(VALUES.length, end);
    const key = raw.slice(end + 1);
    const schema = byPrefix.get(`${store}\0${key.charCodeAt(0)}`);
    if (schema === undefined) {
      throw new DiskError(
        `the database holds records of ${store}/${key.charCodeAt(0)} that this program does not ` +
          'know: it was written by another version',
      );
    }
    state.load(store, key, schema.value.decode(bytes));
    if (++records % 100_000 === 0) options.onProgress?.(records);
  }
}
