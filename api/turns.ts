import { performance } from 'node:perf_hooks';

/** Too many requests wait: the caller should come back in a moment. */
export class TooBusy extends Error {
  override readonly name = 'TooBusy';
}

export interface TurnsOptions {
  /** Work that may wait; beyond it the answer is TooBusy. */
  readonly waitingMax: number;
  /** Between two looks at what comes in, blocks among it. One piece of work may take longer. */
  readonly turnMs: number;
}

/**
 * Does work in the order it came, in turns: between two of them the process takes in what has come
 * meanwhile. So readers without mercy wait for each other, and blocks do not wait for them.
 */
export class Turns {
  readonly #o: TurnsOptions;
  #waiting: (() => void)[] = [];
  #isScheduled = false;

  constructor(options: TurnsOptions) {
    this.#o = options;
  }

  /** @throws TooBusy, or what the work throws */
  run<T>(work: () => T): Promise<T> {
    if (this.#waiting.length >= this.#o.waitingMax) {
      return Promise.reject(new TooBusy('too many requests wait: try again in a second'));
    }
    return new Promise((resolve, reject) => {
      this.#waiting.push(() => {
        try {
          resolve(work());
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
      this.#schedule();
    });
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(() => this.#turn());
  }

  #turn(): void {
    this.#isScheduled = false;
    const endsAtMs = performance.now() + this.#o.turnMs;
    let done = 0;
    while (done < this.#waiting.length) {
      this.#waiting[done++]!();
      if (performance.now() >= endsAtMs) break;
    }
    this.#waiting.splice(0, done);
    if (this.#waiting.length > 0) this.#schedule();
  }
}
