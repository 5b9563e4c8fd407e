import { setTimeout as sleep } from 'node:timers/promises';
import { bidderIsDone } from './bidder.ts';
import { indexerIsDone } from './indexer.ts';
import type { Launch } from './launch.ts';
import { SideProcess } from './sideProcess.ts';
import type { TestnetRecord } from './testnetJson.ts';

const HISTORY_LIMIT_MS = 30_000;
const POLL_MS = 100;

const answers = (url: string): Promise<boolean> =>
  fetch(url, { signal: AbortSignal.timeout(1_000) }).then(
    () => true,
    () => false,
  );

/** The bidder and the indexer of a network, as far as it has them. */
export class SidePrograms {
  readonly #bidder: SideProcess;
  readonly #indexer: SideProcess;
  readonly #historyUrl: string | undefined;
  readonly #onProgress: (text: string) => void;

  constructor(
    {
      bidder,
      indexer,
      record,
      onProgress,
    }: Pick<Launch, 'bidder' | 'indexer' | 'record' | 'onProgress'>,
    onPids: () => void,
  ) {
    const told = { onProgress, onPids };
    this.#historyUrl = record.history?.url;
    this.#onProgress = onProgress;
    this.#bidder = new SideProcess({ spec: bidder, fatal: bidderIsDone, ...told });
    this.#indexer = new SideProcess({ spec: indexer, fatal: indexerIsDone, ...told });
  }

  start(): void {
    for (const program of this.#all()) program.start();
  }

  /**
   * Resolves when the indexer, if there is one, answers where the nodes say that it does; with a
   * sentence when it is late: the network is one without it.
   * @param interrupted why it is not waited for any more, or null
   */
  async untilHistoryAnswers(interrupted: () => string | null): Promise<void> {
    const url = this.#historyUrl;
    if (url === undefined) return;
    const until = Date.now() + HISTORY_LIMIT_MS;
    while (interrupted() === null && !(await answers(url))) {
      if (Date.now() > until) {
        this.#onProgress('The indexer does not answer yet.');
        return;
      }
      await sleep(POLL_MS);
    }
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
