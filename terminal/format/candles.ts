/** In USD; `time` is the Unix second in which it begins. */
export interface Candle {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

export interface Resolution {
  /** As the history's route calls it. */
  readonly name: string;
  readonly seconds: number;
}

export const RESOLUTIONS: readonly Resolution[] = [
  { name: '5s', seconds: 5 },
  { name: '1m', seconds: 60 },
  { name: '5m', seconds: 300 },
  { name: '1h', seconds: 3_600 },
];

/** Candles with one more price; one that is older than the last candle changes nothing. */
export function withTick(
  candles: readonly Candle[],
  seconds: number,
  atSeconds: number,
  usd: number,
): readonly Candle[] {
  const time = atSeconds - (atSeconds % seconds);
  const last = candles.at(-1);
  if (last === undefined || time > last.time) {
    return [...candles, { time, open: usd, high: usd, low: usd, close: usd }];
  }
  if (time < last.time) return candles;
  const { high, low } = last;
  const next = { ...last, high: Math.max(high, usd), low: Math.min(low, usd), close: usd };
  return [...candles.slice(0, -1), next];
}
