/** Deribit's resolutions of a volatility index in seconds, and what an indexer calls them. */
export const VOL_RESOLUTIONS: Readonly<Record<string, readonly [seconds: number, name: string]>> = {
  ...{ '1': [1, '1s'], '60': [60, '1m'], '3600': [3_600, '1h'] },
  ...{ '43200': [43_200, '12h'], '1D': [86_400, '1d'] },
};

/** When it began in Unix milliseconds, then open, high, low and close in percent. */
export type VolCandle = readonly [
  tick: number,
  open: number,
  high: number,
  low: number,
  close: number,
];

/** As `oracle:` channels tell it. */
export interface StreamVolIndex {
  readonly volPpm: number;
}

/** Millionths a year in percent. */
export const percentOf = (ppm: number): number => ppm / 10_000;

/** A day of changes once a second. */
const MAX_SAMPLES = 86_400;

/** A volatility index as the gateway has seen it since it began, a sample a second at most. */
export class SeenVolIndex {
  readonly #samples: { readonly timeMs: number; readonly percent: number }[] = [];

  add(timeMs: number, volPpm: number): void {
    const last = this.#samples.at(-1);
    if (last !== undefined && timeMs < last.timeMs + 1_000) return;
    this.#samples.push({ timeMs, percent: percentOf(volPpm) });
    if (this.#samples.length > MAX_SAMPLES) this.#samples.shift();
  }

  /** Oldest first, from that in which the span begins; where nothing was told there is none. */
  candles(seconds: number, fromMs: number, toMs: number): VolCandle[] {
    const stepMs = seconds * 1_000;
    const beginMs = fromMs - (fromMs % stepMs);
    const candles: VolCandle[] = [];
    for (const { timeMs, percent } of this.#samples) {
      if (timeMs < beginMs || timeMs > toMs) continue;
      const tick = Math.floor(timeMs / stepMs) * stepMs;
      const last = candles.at(-1);
      if (last?.[0] !== tick) {
        candles.push([tick, percent, percent, percent, percent]);
        continue;
      }
      const [, open, high, low] = last;
      candles.splice(-1, 1, [tick, open, Math.max(high, percent), Math.min(low, percent), percent]);
    }
    return candles;
  }
}
