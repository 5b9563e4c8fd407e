/** Restarts are refused after this many within the window. */
const MAX_RESTARTS = 5;
const WINDOW_MS = 60_000;
const FIRST_DELAY_MS = 250;
const MAX_DELAY_MS = 8_000;

/**
 * How long to wait before the next restart: twice as long each time within a minute. After five
 * restarts in a minute there is no sixth.
 */
export class RestartPolicy {
  #restartsMs: number[] = [];

  /** The delay in milliseconds, or null to give up. A restart allowed here counts as made. */
  next(nowMs: number): number | null {
    this.#restartsMs = this.#restartsMs.filter((at) => nowMs - at < WINDOW_MS);
    const made = this.#restartsMs.length;
    if (made >= MAX_RESTARTS) return null;
    this.#restartsMs.push(nowMs);
    return Math.min(FIRST_DELAY_MS * 2 ** made, MAX_DELAY_MS);
  }
}
