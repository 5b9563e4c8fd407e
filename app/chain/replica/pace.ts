import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';

/**
 * Keeps work that consensus does not wait for to a share of the time: what took a millisecond is
 * followed by a pause of so many that the share holds.
 */
export class Pace {
  readonly #pausePerWork: number;
  #notBeforeMs = 0;

  constructor(share: number) {
    this.#pausePerWork = 1 / share - 1;
  }

  /** Does the work now, or once the pause after the last is over. One at a time. */
  paced<T>(work: () => T): T | Promise<T> {
    const waitMs = this.#notBeforeMs - performance.now();
    if (waitMs <= 0) return this.#measured(work);
    return sleep(waitMs).then(() => this.#measured(work));
  }

  #measured<T>(work: () => T): T {
    const start = performance.now();
    try {
      return work();
    } finally {
      const end = performance.now();
      this.#notBeforeMs = end + (end - start) * this.#pausePerWork;
    }
  }
}
