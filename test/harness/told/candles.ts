/** A trade as a candle needs it. */
export interface Traded {
  readonly series: string;
  readonly timeMs: number;
  readonly priceUusd: bigint;
  readonly quantity: bigint;
}

export interface Candle {
  readonly open: bigint;
  high: bigint;
  low: bigint;
  close: bigint;
  volume: bigint;
}

/** Of trades in their order, by series and minute. */
export function candlesOf(trades: readonly Traded[]): Map<string, Candle> {
  const candles = new Map<string, Candle>();
  for (const { series, timeMs, priceUusd: price, quantity } of trades) {
    const key = `${series} ${Math.floor(timeMs / 60_000)}`;
    const candle = candles.get(key);
    if (candle === undefined) {
      candles.set(key, { open: price, high: price, low: price, close: price, volume: quantity });
      continue;
    }
    if (price > candle.high) candle.high = price;
    if (price < candle.low) candle.low = price;
    candle.close = price;
    candle.volume += quantity;
  }
  return candles;
}
