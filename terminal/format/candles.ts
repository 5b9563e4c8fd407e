/** `trade` and `mark` of a series, `index` and `vol-index` of an underlying. */
export type CandleKind = 'trade' | 'mark' | 'index' | 'vol-index';

/** In USD, or percent of a volatility; `time` is the Unix second in which it begins. */
export interface Candle {
  readonly time: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
}

/** As an indexer tells one: what it names ends in the unit, `openUusd` or `openPpm`. */
export type ToldCandle = Readonly<Record<string, string>>;

/** What base units are divided by to be shown: millionths of a dollar, of a year's volatility. */
export const unitOf = (kind: CandleKind): { readonly suffix: string; readonly divisor: number } =>
  kind === 'vol-index' ? { suffix: 'Ppm', divisor: 1e4 } : { suffix: 'Uusd', divisor: 1e6 };

export function candleOf(kind: CandleKind, told: ToldCandle): Candle {
  const { suffix, divisor } = unitOf(kind);
  const shown = (name: string) => Number(told[name + suffix]) / divisor;
  return {
    time: Math.floor(Number(told['timeMs']) / 1_000),
    ...{ open: shown('open'), high: shown('high'), low: shown('low'), close: shown('close') },
  };
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
