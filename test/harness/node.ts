import {
  ResponseApplySnapshotChunk_Result as Chunk,
  ResponseOfferSnapshot_Result as Offer,
} from 'cosmjs-types/tendermint/abci/types';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from '../../app/chain/app.ts';
import type { AppLogger } from '../../app/chain/logger.ts';
import type { QueryRoute } from '../../app/chain/abciQuery.ts';
import { antePorts, createRegistry } from '../../app/modules/index.ts';
import { openStore } from '../../app/chain/openStore.ts';
import type { Registry } from '../../app/runtime/registry.ts';
import { Snapshots } from '../../app/chain/snapshots.ts';
import type { Store } from '../../app/store/store.ts';

/** Collects what a node logs as errors, so that tests can insist on silence, and its warnings. */
export class ErrorLog implements AppLogger {
  readonly errors: { fields: object; message: string }[] = [];
  readonly warnings: string[] = [];
  info(): void {
    // Only errors matter here.
  }
  warn(_fields: object, message: string): void {
    this.warnings.push(message);
  }
  error(fields: object, message: string): void {
    this.errors.push({ fields, message });
  }
}

/** An application with a database of its own in a temporary folder, without an engine. */
export class TestNode {
  app: App;
  store: Store;
  snapshots: Snapshots;
  readonly log = new ErrorLog();
  readonly dir: string;
  #modules = createRegistry;
  readonly #checkInvariants: boolean;
  /** What its feeder would have reported. */
  report: Uint8Array | null = null;
  /** What its machine’s clock shows: long ago unless told, so that no block is behind it. */
  clockMs = 0;

  private constructor(dir: string, store: Store, snapshots: Snapshots, checkInvariants: boolean) {
    this.#checkInvariants = checkInvariants;
    this.dir = dir;
    this.store = store;
    this.snapshots = snapshots;
    this.app = this.#create(store);
  }

  /** @param checkInvariants as tests want it; a node in production does not */
  static async create(checkInvariants = true): Promise<TestNode> {
    const dir = mkdtempSync(join(tmpdir(), 'tenor-node-'));
    const store = await TestNode.#open(dir);
    return new TestNode(dir, store, await TestNode.#snapshots(dir, store), checkInvariants);
  }

  /** A new node that takes its state from another's last snapshot, as the engine would do it. */
  static async restored(from: TestNode): Promise<TestNode> {
    const node = await TestNode.create();
    try {
      await node.#restore(from);
      return node;
    } catch (error) {
      await node.close();
      throw error;
    }
  }

  async #restore(from: TestNode): Promise<void> {
    const snapshot = from.app.listSnapshots().snapshots[0]!;
    const { height, format, chunks } = snapshot;
    const { appHash } = from.store.at(Number(height))!;
    const { result } = await this.app.offerSnapshot({ snapshot, appHash });
    if (result !== Offer.ACCEPT) throw new Error(`a snapshot was not accepted: ${result}`);
    for (let index = 0; index < chunks; index++) {
      const { chunk } = await from.app.loadSnapshotChunk({ height, format, chunk: index });
      const applied = await this.app.applySnapshotChunk({ index, chunk, sender: 'a' });
      if (applied.result !== Chunk.ACCEPT) throw new Error(`a chunk: ${applied.result}`);
    }
  }

  static #snapshots(dir: string, store: Store, { schemas } = createRegistry()): Promise<Snapshots> {
    return Snapshots.open({
      dir: join(dir, 'snapshots'),
      store,
      schemas,
      interval: 0,
      keep: 1,
      pauseMs: 0,
      logger: { info: () => undefined, warn: () => undefined },
    });
  }

  static #open(dir: string, registry = createRegistry()): Promise<Store> {
    return openStore(join(dir, 'db'), registry, { retainedHeights: 10 });
  }

  get registry(): Registry {
    return this.#modules();
  }

  /** An application of the same state that asks elsewhere. */
  appWith(queryRoute: QueryRoute): App {
    return this.#create(this.store, this.registry, queryRoute);
  }

  #create(store: Store, registry = createRegistry(), queryRoute?: QueryRoute): App {
    return new App({
      ...(queryRoute === undefined ? {} : { queryRoute }),
      store,
      registry,
      ports: antePorts,
      logger: this.log,
      report: () => this.report,
      clock: () => this.clockMs,
      checkInvariants: this.#checkInvariants,
      snapshots: this.snapshots,
      retainBlocks: 0,
    });
  }

  /**
   * Closes and opens again, with the same modules or those of another program: all that is left is
   * what was on disk.
   */
  async restart(modules = this.#modules): Promise<void> {
    await this.store.close();
    this.store = await TestNode.#open(this.dir, modules());
    this.#modules = modules;
    this.snapshots = await TestNode.#snapshots(this.dir, this.store, modules());
    this.app = this.#create(this.store, modules());
  }

  async close(): Promise<void> {
    await this.store.close();
    rmSync(this.dir, { recursive: true, force: true });
  }
}
