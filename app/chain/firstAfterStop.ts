/**
 * A block is the first after a stop when its time is so much further behind this machine's clock
 * than that of the last ones: its prices are of before the stop, and would be stale if its time
 * were that of now (ADR 142).
 */
const MAX_BEHIND_MS = 10_000;
/** Blocks that say how far behind a block usually is. */
const USUAL = 8;

interface Seen {
  readonly height: number;
  readonly behindMs: number;
}

/** Watches how far blocks are behind this machine's clock when they are proposed. */
export class FirstAfterStop {
  readonly #clock: () => number;
  /** The last heights, the one being decided at the end. */
  #seen: readonly Seen[] = [];

  constructor(clock: () => number) {
    this.#clock = clock;
  }

  /**
   * How far the block that is being decided is behind, if it is the first after a stop; else 0. A
   * clock that is ahead is so at each block: only while no other was seen does it look like a stop.
   */
  behindMs(height: number, timeMs: number): number {
    this.saw(height, timeMs);
    const { behindMs } = this.#seen.at(-1)!;
    const before = this.#seen.slice(0, -1).map((seen) => Math.max(seen.behindMs, 0));
    const usualMs = before.length === 0 ? 0 : Math.min(...before);
    return behindMs - usualMs > MAX_BEHIND_MS ? behindMs : 0;
  }

  /** A block of this height and time is proposed, by whomever. */
  saw(height: number, timeMs: number): void {
    const behindMs = this.#clock() - timeMs;
    const last = this.#seen.at(-1);
    // The later rounds of a height are of the same block time.
    const before = last?.height === height ? this.#seen.slice(0, -1) : this.#seen.slice(-USUAL);
    this.#seen = [...before, { height, behindMs }];
  }
}
