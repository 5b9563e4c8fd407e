import type { CandleRow } from './rows.ts';

/** Kept; five seconds, a quarter of an hour and the like are sums of these. */
export const KEPT_SECONDS = [1, 60, 3_600, 86_400] as const;

/** Of an index, and of series whose id is not known. */
export const NO_SERIES = 0n;

export interface Tick {
  readonly kind: CandleRow['kind'];
  readonly name: string;
  /** Of a series. */
  readonly seriesId?: bigint | null;
  readonly timeMs: number;
  readonly price: bigint;
  /** Of a trade. */
  readonly quantity?: bigint;
  readonly premium?: bigint;
}

/** Candles of the blocks that are applied together; the database adds them to what it has. */
export class Candles {
  readonly #byKey = new Map<string, CandleRow>();

  add({ kind, name, seriesId, timeMs, price, quantity, premium = 0n }: Tick): void {
    const series_id = seriesId ?? NO_SERIES;
    for (const seconds of KEPT_SECONDS) {
      // Of an index each change is kept, of which the shortest are made when they are asked for.
      if (kind === 'index' && seconds === 1) continue;
      const startMs = timeMs - (timeMs % (seconds * 1_000));
      const key = `${kind} ${name} ${series_id} ${seconds} ${startMs}`;
      let candle = this.#byKey.get(key);
      if (candle === undefined) {
        candle = {
          ...{ kind, name, series_id, seconds, start: new Date(startMs).toISOString() },
          ...{ open: price, high: price, low: price, close: price },
          ...{ quantity: 0n, premium_uusd: 0n, trades: 0 },
        };
        this.#byKey.set(key, candle);
      }
      if (price > candle.high) candle.high = price;
      if (price < candle.low) candle.low = price;
      candle.close = price;
      if (quantity === undefined) continue;
      candle.quantity += quantity;
      candle.premium_uusd += premium;
      candle.trades++;
    }
  }

  rows(): readonly CandleRow[] {
    return [...this.#byKey.values()];
  }
}
