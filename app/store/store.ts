import { assert } from '../lib/assert.ts';
import { equalBytes, fromBinary } from '../lib/bytes.ts';
import type { Binary } from '../lib/bytes.ts';
import type { Schema } from './collection.ts';
import { Commitment } from './commitment.ts';
import type { ProofOp } from './commitment.ts';
import { DiskError, RESTORE } from './disk.ts';
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
  /** Rebuilds derived collections once everything is read. */
  readonly rebuild: (state: State, meta: Meta) => void;
  /** Told how many records were read, now and then, while starting. */
  readonly onProgress?: (records: number) => void;
}

const META_KEY: Binary = 'm';
const VALUES: Binary = 'v';

const valueKey = (store: string, key: Binary): Binary => `${VALUES}${store}\0${key}`;

/**
 * The state with its versions: one working version that blocks write to, the committed ones that
 * are read, and their copy on disk. `seal` ends a block and gives its app hash, `commit` makes it
 * durable and only then shows it.
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
   * @throws DiskError when a record is damaged or missing, or a root differs
   */
  static open(disk: Disk, options: StoreOptions): Promise<Store> {
    return disk.get(META_KEY).then((raw) => {
      const meta = raw === undefined ? undefined : readMeta(raw);
      return readValues(disk, options).then((state) =>
        Commitment.load(disk, options.stores, meta?.height ?? 0).then((commitment) => {
          const store = new Store(disk, commitment, state, options);
          if (meta !== undefined) store.#resume(meta);
          else if (options.stores.some((name) => state.size(name) > 0)) {
            throw new DiskError(`the database does not say of which block it is: ${RESTORE}`);
          }
          return store;
        }),
      );
    });
  }

  /** Goes on from what was read, if it is what was committed. */
  #resume(meta: Meta): void {
    if (!equalBytes(this.#commitment.appHash(), meta.appHash)) {
      throw new DiskError(
        `the state on disk does not have the app hash of height ${meta.height}: ${RESTORE}`,
      );
    }
    verifyValues(this.working, this.#commitment, this.#options);
    this.#options.rebuild(this.working, meta);
    this.working.takeChanges();
    this.#show(meta);
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
  commit(): Promise<Version> {
    const pending = this.#pending;
    assert(pending !== undefined, 'nothing is sealed');
    return this.#disk.write(pending.writes).then(() => {
      this.#pending = undefined;
      return this.#show(pending.meta);
    });
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

  close(): Promise<void> {
    return this.#disk.close();
  }
}

function readMeta(raw: Uint8Array): Meta {
  const meta = decodeMeta(raw);
  if (meta.formatVersion === FORMAT_VERSION) return meta;
  throw new DiskError(
    `the database has format ${meta.formatVersion}, this program reads ${FORMAT_VERSION}: ` +
      'use the program it was written with, or sync anew',
  );
}

function* valueWrites(changes: readonly StoreChanges[]): Generator<DiskWrite> {
  for (const { store, changes: entries } of changes) {
    for (const [key, bytes] of entries) yield [valueKey(store, key), bytes];
  }
}

const prefixOf = (store: string, key: Binary) => `${store}\0${key.charCodeAt(0)}`;
const schemasByPrefix = ({ schemas }: StoreOptions) =>
  new Map(schemas.map((s) => [`${s.store}\0${s.prefix}`, s]));

/** The values on disk. */
function readValues(disk: Disk, options: StoreOptions): Promise<State> {
  const byPrefix = schemasByPrefix(options);
  const state = new State();
  let records = 0;
  const visit = (raw: Binary, bytes: Uint8Array) => {
    const end = raw.indexOf('\0');
    const store = raw.slice(VALUES.length, end);
    const key = raw.slice(end + 1);
    const schema = byPrefix.get(prefixOf(store, key));
    if (schema === undefined) {
      throw new DiskError(
        `the database holds records of ${store}/${key.charCodeAt(0)} that this program does not ` +
          'know: it was written by another version',
      );
    }
    state.load(store, key, schema.value.decode(bytes));
    if (++records % 100_000 === 0) options.onProgress?.(records);
  };
  return disk.scan(VALUES, visit).then(() => state);
}

/**
 * Every value must be the one that its tree commits to: a record of another time would pass its
 * checksum. It is encoded again, so a codec that does not give back what it read is found, too.
 * @throws DiskError
 */
function verifyValues(state: State, commitment: Commitment, options: StoreOptions): void {
  const byPrefix = schemasByPrefix(options);
  for (const store of options.stores) {
    const encoded = function* (): Generator<readonly [Binary, Uint8Array]> {
      for (const [key, value] of state.entries(store)) {
        yield [key, byPrefix.get(prefixOf(store, key))!.value.encode(value)];
      }
    };
    const mismatch = commitment.firstMismatch(store, encoded());
    if (mismatch === undefined) continue;
    const name = `${store}/${fromBinary(mismatch).toString('hex')}`;
    throw new DiskError(`the value of ${name} is not what was committed: ${RESTORE}`);
  }
}
