import type { TapeTrade } from './tape.ts';
import { contracts, usd } from '../rpc/decimal.ts';

/** Deribit's resolutions, in minutes. */
export const RESOLUTIONS: Readonly<Record<string, number>> = {
  ...{ '1': 1, '3': 3, '5': 5, '10': 10, '15': 15, '30': 30 },
  ...{ '60': 60, '120': 120, '180': 180, '360': 360, '720': 720, '1D': 1_440 },
};
export const MAX_CANDLES = 5_001;

export interface Candle {
  readonly tick: number;
  readonly open: number;
  readonly high: number;
  readonly low: number;
  readonly close: number;
  readonly volume: number;
  readonly cost: number;
}

/** Of trades in order; where nothing traded the last price goes on, with no volume. */
export function candlesOf(
  trades: readonly TapeTrade[],
  minutes: number,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): Candle[] {
  const stepMs = minutes * 60_000;
  const candles: Candle[] = [];
  let last: number | null = null;
  let next = 0;
  for (let tick = Math.floor(fromMs / stepMs) * stepMs; tick <= toMs; tick += stepMs) {
    while (next < trades.length && Number(trades[next]!.timeMs) < tick) {
      last = usd(trades[next++]!.priceUusd);
    }
    const inside: TapeTrade[] = [];
    while (next < trades.length && Number(trades[next]!.timeMs) < tick + stepMs) {
      inside.push(trades[next++]!);
    }
    const candle = candleOf(tick, inside, last);
    if (candle === null) continue;
    last = candle.close;
    candles.push(candle);
    if (candles.length >= MAX_CANDLES) break;
  }
  return candles;
}

/** Null before anything traded at all. */
export function candleOf(
  tick: number,
  trades: readonly TapeTrade[],
  last: number | null,
): Candle | null {
  const prices = trades.map(({ priceUusd }) => usd(priceUusd));
  const close = prices.at(-1) ?? last;
  if (close === null) return null;
  const all = prices.length === 0 ? [close] : prices;
  const sizes = trades.map(({ quantity }) => contracts(quantity));
  const sum = (values: readonly number[]) => values.reduce((total, value) => total + value, 0);
  return {
    ...{ tick, open: all[0]!, close, high: Math.max(...all), low: Math.min(...all) },
    volume: sum(sizes),
    cost: sum(sizes.map((size, i) => size * prices[i]!)),
  };
}
