import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { App } from '../../app/app.ts';
import type { AppLogger } from '../../app/app.ts';
import { antePorts, createRegistry } from '../../app/modules.ts';
import { openStore } from '../../app/openStore.ts';
import type { Store } from '../../app/store/store.ts';

/** Collects what a node logs as errors, so that tests can insist on silence. */
export class ErrorLog implements AppLogger {
  readonly errors: { fields: object; message: string }[] = [];
  info(): void {
    // Only errors matter here.
  }
  warn(): void {
    // Only errors matter here.
  }
  error(fields: object, message: string): void {
    this.errors.push({ fields, message });
  }
}

/** An application with a database of its own in a temporary folder, without an engine. */
export class TestNode {
  app: App;
  store: Store;
  readonly log = new ErrorLog();
  readonly #dir: string;
  /** What its feeder would have reported. */
  report: Uint8Array | null = null;

  private constructor(dir: string, store: Store) {
    this.#dir = dir;
    this.store = store;
    this.app = this.#create(store);
  }

  static async create(): Promise<TestNode> {
    const dir = mkdtempSync(join(tmpdir(), 'tenor-node-'));
    return new TestNode(dir, await TestNode.#open(dir));
  }

  static #open(dir: string): Promise<Store> {
    return openStore(join(dir, 'db'), createRegistry(), { retainedHeights: 10 });
  }

  #create(store: Store): App {
    return new App({
      store,
      registry: createRegistry(),
      ports: antePorts,
      logger: this.log,
      report: () => this.report,
      checkInvariants: true,
    });
  }

  /** Closes and opens again: all that is left is what was on disk. */
  async restart(): Promise<void> {
    await this.store.close();
    this.store = await TestNode.#open(this.#dir);
    this.app = this.#create(this.store);
  }

  async close(): Promise<void> {
    await this.store.close();
    rmSync(this.#dir, { recursive: true, force: true });
  }
}
