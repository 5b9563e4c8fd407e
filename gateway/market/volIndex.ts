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

/** A day of changes in every second. */
const MAX_SAMPLES = 86_400;

/** A volatility index as the gateway has seen it since it began, by seconds. */
export class SeenVolIndex {
  readonly #seconds: VolCandle[] = [];

  add(timeMs: number, volPpm: number): void {
    const percent = percentOf(volPpm);
    const tick = Math.floor(timeMs / 1_000) * 1_000;
    const last = this.#seconds.at(-1);
    if (last !== undefined && tick < last[0]) return;
    addTo(this.#seconds, tick, [tick, percent, percent, percent, percent]);
    if (this.#seconds.length > MAX_SAMPLES) this.#seconds.shift();
  }

  /** Oldest first, from that in which the span begins; where nothing was told there is none. */
  candles(seconds: number, fromMs: number, toMs: number): VolCandle[] {
    const stepMs = seconds * 1_000;
    const beginMs = fromMs - (fromMs % stepMs);
    const candles: VolCandle[] = [];
    for (const second of this.#seconds) {
      const [timeMs] = second;
      if (timeMs < beginMs || timeMs > toMs) continue;
      addTo(candles, Math.floor(timeMs / stepMs) * stepMs, second);
    }
    return candles;
  }
}

/**
 * Candles of one length that two have kept, both oldest first: of those after the last of `kept`
 * all that were seen, and what was seen in that last one goes on with it.
 */
export function joinCandles(kept: readonly VolCandle[], seen: readonly VolCandle[]): VolCandle[] {
  const joined = [...kept];
  const lastMs = kept.at(-1)?.[0] ?? -Infinity;
  for (const candle of seen) if (candle[0] >= lastMs) addTo(joined, candle[0], candle);
  return joined;
}

/** Adds what comes next to the candle that began at `tick`, the last one, or begins it. */
function addTo(candles: VolCandle[], tick: number, next: VolCandle): void {
  const [, nextOpen, nextHigh, nextLow, close] = next;
  const last = candles.at(-1);
  if (last?.[0] !== tick) {
    candles.push([tick, nextOpen, nextHigh, nextLow, close]);
    return;
  }
  const [, open, high, low] = last;
  candles[candles.length - 1] = [
    tick,
    open,
    Math.max(high, nextHigh),
    Math.min(low, nextLow),
    close,
  ];
}
