import type * as abci from 'cosmjs-types/tendermint/abci/types';
import {
  ResponseApplySnapshotChunk_Result as Chunk,
  ResponseOfferSnapshot_Result as Offer,
} from 'cosmjs-types/tendermint/abci/types';
import { equalBytes } from '../lib/bytes.ts';
import { lastBlock } from '../runtime/lastBlock.ts';
import { WrongProgram } from '../runtime/upgrade/index.ts';
import type { Schema } from '../store/collection.ts';
import { Archive } from '../store/snapshots/archive.ts';
import type { Snapshot } from '../store/snapshots/archive.ts';
import {
  appHashOf,
  BadSnapshot,
  decodeManifest,
  sha256,
  SNAPSHOT_FORMAT,
} from '../store/snapshots/manifest.ts';
import type { HeldVersion } from '../store/snapshots/parts.ts';
import { UnknownStore } from '../store/snapshots/restore.ts';
import type { Restore } from '../store/snapshots/restore.ts';
import { takeSnapshot } from '../store/snapshots/take.ts';
import type { Store, Version } from '../store/store.ts';

export interface SnapshotsOptions {
  /** The folder they are kept in. */
  readonly dir: string;
  readonly store: Store;
  readonly schemas: readonly Schema[];
  /** One is taken at every multiple of this height; 0 for none. */
  readonly interval: number;
  /** How many are kept. */
  readonly keep: number;
  /** Between two steps of taking one: see `takeSnapshot`. */
  readonly pauseMs?: number;
  readonly logger: {
    info(fields: object, message: string): void;
    warn(fields: object, message: string): void;
  };
}

/**
 * Between two steps of taking a snapshot, each about a millisecond of work: what comes from the
 * engine meanwhile waits for one step at most, and all steps take a fifth of the time.
 */
const PAUSE_MS = 4;
const lacks = (module: string) =>
  new WrongProgram(
    `the snapshot has a module ${module} that this program lacks: run the one that wrote it`,
  );
const NOTHING = { refetchChunks: [], rejectSenders: [] };

/**
 * State sync's calls: snapshots of this node for others, and the restoring of one of theirs. Taking
 * one never stops the node: what fails is logged, and the next is tried in its turn.
 */
export class Snapshots {
  readonly #o: SnapshotsOptions;
  readonly #archive: Archive;
  readonly #closing = new AbortController();
  #taking: Promise<Snapshot | undefined> | undefined;
  #restore: Restore | undefined;

  private constructor(options: SnapshotsOptions, archive: Archive) {
    this.#o = options;
    this.#archive = archive;
  }

  static async open(options: SnapshotsOptions): Promise<Snapshots> {
    const lastHeight = options.store.committed?.height ?? 0;
    return new Snapshots(options, await Archive.open(options.dir, lastHeight));
  }

  /** Newest first. */
  get snapshots(): readonly Snapshot[] {
    return this.#archive.snapshots;
  }

  /** Begins a snapshot in the background when one is due at this version. */
  committed(version: Version): void {
    const { interval, logger } = this.#o;
    if (interval === 0 || version.height % interval !== 0) return;
    if (this.#taking === undefined) void this.take(version);
    else logger.warn({ height: version.height }, 'no snapshot: the one before is not done');
  }

  /** Takes a snapshot of the last version; undefined when it failed, which is logged. */
  take(version: Version): Promise<Snapshot | undefined> {
    const held = this.#o.store.hold(version);
    this.#taking = this.#write(held)
      .catch((error: unknown) => {
        if (this.#closing.signal.aborted) return undefined;
        this.#o.logger.warn({ err: error, height: version.height }, 'a snapshot failed');
        return undefined;
      })
      .finally(() => {
        held.release();
        this.#taking = undefined;
      });
    return this.#taking;
  }

  async #write(held: HeldVersion): Promise<Snapshot> {
    const { schemas, keep, logger, pauseMs = PAUSE_MS } = this.#o;
    const { height } = held;
    const folder = await this.#archive.begin(height);
    try {
      const { signal } = this.#closing;
      const metadata = await takeSnapshot(held, { schemas, folder, signal, pauseMs });
      const snapshot = await this.#archive.finish(folder, metadata, keep);
      const hash = Buffer.from(snapshot.hash).toString('hex');
      const chunks = snapshot.manifest.chunkHashes.length;
      logger.info({ height, chunks, hash }, 'a snapshot was taken');
      return snapshot;
    } catch (error) {
      await this.#archive.abandon(folder);
      throw error;
    }
  }

  list(): abci.ResponseListSnapshots {
    return {
      snapshots: this.snapshots.map(({ manifest, metadata, hash }) => ({
        height: BigInt(manifest.height),
        format: SNAPSHOT_FORMAT,
        chunks: manifest.chunkHashes.length,
        hash,
        metadata,
      })),
    };
  }

  /** An empty answer tells the asker that the chunk is not here. */
  async load(request: abci.RequestLoadSnapshotChunk): Promise<abci.ResponseLoadSnapshotChunk> {
    const none = { chunk: new Uint8Array(0) };
    if (request.format !== SNAPSHOT_FORMAT) return none;
    try {
      const chunk = await this.#archive.chunk(Number(request.height), request.chunk);
      return chunk === undefined ? none : { chunk };
    } catch (error) {
      this.#o.logger.warn({ err: error }, 'a snapshot was removed');
      return none;
    }
  }

  /**
   * Judges a snapshot by its manifest, and empties the database for one that is accepted.
   * @throws WrongProgram when the state that the chain committed to is another program's
   */
  async offer(request: abci.RequestOfferSnapshot): Promise<abci.ResponseOfferSnapshot> {
    const { snapshot, appHash } = request;
    const refuse = (result: Offer, why: string) => {
      const height = Number(snapshot?.height ?? 0);
      this.#o.logger.warn({ height, why }, 'a snapshot was refused');
      return { result };
    };
    if (snapshot === undefined) return refuse(Offer.REJECT, 'it is missing');
    if (snapshot.format !== SNAPSHOT_FORMAT) return refuse(Offer.REJECT_FORMAT, 'its format');
    if (!(await this.#o.store.isReplaceable())) {
      return refuse(Offer.ABORT, 'this node has a state of its own: remove data/ to sync anew');
    }
    if (!equalBytes(sha256(snapshot.metadata), snapshot.hash)) {
      return refuse(Offer.REJECT_SENDER, 'its hash is not that of its manifest');
    }
    try {
      const manifest = decodeManifest(snapshot.metadata);
      const { height, chunkHashes } = manifest;
      if (BigInt(height) !== snapshot.height || chunkHashes.length !== snapshot.chunks) {
        return refuse(Offer.REJECT_SENDER, 'its manifest is of another one');
      }
      if (!equalBytes(appHashOf(manifest), appHash)) {
        return refuse(Offer.REJECT, 'its state is not the one that the chain committed to');
      }
      this.#restore = await this.#o.store.beginRestore(manifest, lastBlock);
      this.#o.logger.info({ height, chunks: chunkHashes.length }, 'restoring a snapshot');
      return { result: Offer.ACCEPT };
    } catch (error) {
      if (error instanceof UnknownStore) throw lacks(error.message);
      if (!(error instanceof BadSnapshot)) throw error;
      return refuse(Offer.REJECT_SENDER, error.message);
    }
  }

  /** After the last chunk the store has the restored state, durable. */
  async apply(request: abci.RequestApplySnapshotChunk): Promise<abci.ResponseApplySnapshotChunk> {
    const { index, chunk, sender } = request;
    const restore = this.#restore;
    if (restore === undefined) return { ...NOTHING, result: Chunk.ABORT };
    const { next } = restore;
    if (index < next) return { ...NOTHING, result: Chunk.ACCEPT };
    if (index > next) return { ...NOTHING, result: Chunk.RETRY, refetchChunks: [next] };
    const refuse = (result: Chunk, refetchChunks: number[], why: string) => {
      this.#o.logger.warn({ index, sender, why }, 'a snapshot chunk was refused');
      return { result, refetchChunks, rejectSenders: [sender] };
    };
    if (!restore.isNext(chunk)) return refuse(Chunk.RETRY, [index], 'its hash is wrong');
    try {
      await restore.apply(chunk);
    } catch (error) {
      if (!(error instanceof BadSnapshot)) throw error;
      this.#restore = undefined;
      return refuse(Chunk.REJECT_SNAPSHOT, [], error.message);
    }
    if (restore.isDone) {
      this.#restore = undefined;
      await this.#o.store.reload();
      const { height } = restore.manifest;
      this.#o.logger.info({ height }, 'a snapshot was restored');
    }
    return { ...NOTHING, result: Chunk.ACCEPT };
  }

  /** Ends what is being taken; nothing of it is left. */
  async close(): Promise<void> {
    this.#closing.abort();
    await this.#taking;
  }
}
