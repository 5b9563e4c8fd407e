import type { Snapshot } from './snapshot.ts';

/** How far back a source can lag. */
const KEPT_MS = 600_000;

/** The market of the last ten minutes. */
export class History {
  #kept: Snapshot[] = [];

  keep(snapshot: Snapshot): void {
    this.#kept.push(snapshot);
    const old = this.#kept.findIndex((s) => s.timeMs >= snapshot.timeMs - KEPT_MS);
    // In large bites: a shift a tick would move the whole list each time.
    if (old > 256) this.#kept = this.#kept.slice(old);
  }

  /** The market as it was then, or the oldest there is. */
  at(timeMs: number): Snapshot {
    const kept = this.#kept;
    let [low, high] = [0, kept.length - 1];
    while (low < high) {
      const middle = Math.ceil((low + high) / 2);
      if (kept[middle]!.timeMs <= timeMs) low = middle;
      else high = middle - 1;
    }
    return kept[low]!;
  }
}
