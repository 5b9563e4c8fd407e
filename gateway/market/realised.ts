const YEAR_MS = 31_536_000_000;
const SAMPLE_MS = 10_000;
const HOUR_MS = 3_600_000;
/** Deribit's page shows fifteen days by the hour. */
const WINDOW_MS = 15 * 86_400_000;
const MAX_POINTS = 15 * 24;

interface Sample {
  readonly timeMs: number;
  readonly index: number;
}

/** The volatility that an index showed, annualised, by the hour: of what the gateway has seen. */
export class Realised {
  #last: Sample | null = null;
  /** Squares of log returns, and the time they took, since the window began. */
  readonly #parts: { readonly timeMs: number; readonly square: number; readonly spanMs: number }[] =
    [];
  readonly #points: [timeMs: number, percent: number][] = [];

  add(sample: Sample): void {
    const last = this.#last;
    // Of the first minutes every price counts, so that there is something to show.
    const leastMs = this.#parts.length < 30 ? 1 : SAMPLE_MS;
    if (last !== null && sample.timeMs < last.timeMs + leastMs) return;
    this.#last = sample;
    if (last === null || !(last.index > 0) || !(sample.index > 0)) return;
    const change = Math.log(sample.index / last.index);
    const spanMs = sample.timeMs - last.timeMs;
    this.#parts.push({ timeMs: sample.timeMs, square: change * change, spanMs });
    while (this.#parts[0]!.timeMs < sample.timeMs - WINDOW_MS) this.#parts.shift();
    const hour = Math.floor(sample.timeMs / HOUR_MS) * HOUR_MS;
    if (this.#points.at(-1)?.[0] !== hour && hour > last.timeMs) {
      this.#points.push([hour, this.#percent()]);
      if (this.#points.length > MAX_POINTS) this.#points.shift();
    }
  }

  /** By the hour, and now; nothing before there are two returns. */
  points(): [number, number][] {
    if (this.#parts.length < 2) return [];
    return [...this.#points, [this.#parts.at(-1)!.timeMs, this.#percent()]];
  }

  #percent(): number {
    const square = this.#parts.reduce((sum, part) => sum + part.square, 0);
    const spanMs = this.#parts.reduce((sum, part) => sum + part.spanMs, 0);
    return spanMs === 0 ? 0 : 100 * Math.sqrt((square * YEAR_MS) / spanMs);
  }
}
