import { performance } from 'node:perf_hooks';

/** Too many queries at once: the caller should wait a moment. */
export class TooBusy extends Error {
  override readonly name = 'TooBusy';
}

/**
 * Keeps reading from starving the consensus that shares the thread: queries may take this share of
 * the time, averaged over the window.
 */
export class WorkLimit {
  readonly #budgetMs: number;
  readonly #windowMs: number;
  #spentMs = 0;
  #windowStart = performance.now();

  constructor(share = 0.4, windowMs = 1_000) {
    this.#budgetMs = share * windowMs;
    this.#windowMs = windowMs;
  }

  /** @throws TooBusy when the window's budget is used up */
  check(): void {
    const now = performance.now();
    const elapsed = now - this.#windowStart;
    if (elapsed >= this.#windowMs) {
      this.#spentMs = Math.max(0, this.#spentMs - (elapsed / this.#windowMs) * this.#budgetMs);
      this.#windowStart = now;
    }
    if (this.#spentMs >= this.#budgetMs)
      throw new TooBusy('too many queries: try again in a second');
  }

  measure<T>(work: () => T): T {
    const start = performance.now();
    try {
      return work();
    } finally {
      this.#spentMs += performance.now() - start;
    }
  }
}
