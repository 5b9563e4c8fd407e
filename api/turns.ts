import { Work } from './work.ts';

/** Too many requests wait: the caller should come back in a moment. */
export class TooBusy extends Error {
  override readonly name = 'TooBusy';
}

/** Answers requests in the order they came, in turns. */
export class Turns {
  readonly #waitingMax: number;
  // What fails is told to who asked.
  readonly #work = new Work(() => undefined);

  /** @param waitingMax work that may wait; beyond it the answer is TooBusy */
  constructor(waitingMax: number) {
    this.#waitingMax = waitingMax;
  }

  /** @throws TooBusy, or what the work throws */
  run<T>(work: () => T): Promise<T> {
    if (this.#work.waiting >= this.#waitingMax) {
      return Promise.reject(new TooBusy('too many requests wait: try again in a second'));
    }
    return new Promise((resolve, reject) => {
      this.#work.later(() => {
        try {
          resolve(work());
        } catch (error) {
          reject(error instanceof Error ? error : new Error(String(error)));
        }
      });
    });
  }
}
