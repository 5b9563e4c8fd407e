import { App } from '../../app/chain/app.ts';
import { antePorts, createRegistry } from '../../app/modules/index.ts';
import { openStore } from '../../app/chain/openStore.ts';
import { Snapshots } from '../../app/chain/snapshots.ts';
import type { Store } from '../../app/store/store.ts';
import { ErrorLog } from '../harness/node.ts';
import { hexOf } from './recording.ts';
import type { Recording } from './recording.ts';

/** LevelDB's least: tables are written and compacted every few blocks. */
export const SMALL_BUFFER = 65_536;

/** An application on a folder that plays a recorded chain, as the engine does when it replays. */
export class Replica {
  readonly app: App;
  readonly #store: Store;
  readonly #recording: Recording;

  private constructor(store: Store, snapshots: Snapshots, recording: Recording) {
    this.#store = store;
    this.#recording = recording;
    this.app = new App({
      store,
      registry: createRegistry(),
      ports: antePorts,
      logger: new ErrorLog(),
      report: () => null,
      checkInvariants: false,
      snapshots,
      retainBlocks: 0,
    });
    if (this.height === 0) this.app.initChain(recording.init);
  }

  /** @throws DiskError, or Error when the app hash is not the one of that height */
  static async open(folder: string, recording: Recording): Promise<Replica> {
    const options = { retainedHeights: 2, writeBufferSize: SMALL_BUFFER };
    const store = await openStore(folder, createRegistry(), options);
    const { committed } = store;
    if (committed !== undefined) {
      const expected = recording.blocks[committed.height - 1]?.hash;
      if (expected !== hexOf(committed.appHash)) {
        await store.close();
        throw new Error(`WRONG HASH at height ${committed.height}`);
      }
    }
    const snapshots = await Snapshots.open({
      dir: `${folder}-snapshots`,
      store,
      schemas: createRegistry().schemas,
      interval: 0,
      keep: 1,
      logger: { info: () => undefined, warn: () => undefined },
    });
    return new Replica(store, snapshots, recording);
  }

  get height(): number {
    return this.#store.committed?.height ?? 0;
  }

  /** Executes the next block and returns its app hash. @throws Error when that is another */
  finalize(): string {
    const { request, hash } = this.#recording.blocks[this.height]!;
    const { appHash } = this.app.finalizeBlock(request);
    if (hexOf(appHash) !== hash) throw new Error(`WRONG HASH of block ${request.height}`);
    return hash;
  }

  async commit(): Promise<void> {
    await this.app.commit();
  }

  /** Plays on to a height. */
  async playTo(height: number): Promise<void> {
    while (this.height < height) {
      this.finalize();
      await this.commit();
    }
  }

  async close(): Promise<void> {
    await this.#store.close();
  }
}
