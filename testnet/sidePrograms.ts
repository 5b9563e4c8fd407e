import { bidderIsDone } from './bidder.ts';
import { indexerIsDone } from './indexer.ts';
import type { Launch } from './launch.ts';
import { SideProcess } from './sideProcess.ts';
import type { TestnetRecord } from './testnetJson.ts';

/** The bidder and the indexer of a network, as far as it has them. */
export class SidePrograms {
  readonly #bidder: SideProcess;
  readonly #indexer: SideProcess;

  constructor(
    { bidder, indexer, onProgress }: Pick<Launch, 'bidder' | 'indexer' | 'onProgress'>,
    onPids: () => void,
  ) {
    const told = { onProgress, onPids };
    this.#bidder = new SideProcess({ spec: bidder, fatal: bidderIsDone, ...told });
    this.#indexer = new SideProcess({ spec: indexer, fatal: indexerIsDone, ...told });
  }

  start(): void {
    for (const program of this.#all()) program.start();
  }

  async stop(): Promise<void> {
    await Promise.all(this.#all().map((program) => program.stop()));
  }

  async killAll(): Promise<void> {
    await Promise.all(this.#all().map((program) => program.killAll()));
  }

  pids(): (number | null)[] {
    return this.#all().map((program) => program.pid());
  }

  /** With the ids of what runs now. */
  records({ bidder, history }: TestnetRecord): Pick<TestnetRecord, 'bidder' | 'history'> {
    return {
      bidder: bidder === null ? null : { ...bidder, pid: this.#bidder.pid() },
      history: history === null ? null : { ...history, pid: this.#indexer.pid() },
    };
  }

  rotateLogs(): void {
    for (const program of this.#all()) program.rotateLogs();
  }

  #all(): readonly SideProcess[] {
    return [this.#bidder, this.#indexer];
  }
}
