import type { StreamTrade } from '../../client/index.ts';

/** What a market was when something traded in it, where the gateway saw it. */
export interface TradeContext {
  /** In USD. */
  readonly mark: number | null;
  readonly index: number | null;
  /** Of the price, as a fraction. */
  readonly vol: number | null;
}

export interface TapeTrade extends StreamTrade, TradeContext {
  /** Against the trade before it in the series: Deribit's 0 to 3. */
  readonly tick: 0 | 1 | 2 | 3;
}

const DAY_MS = 86_400_000;
const MAX_TRADES = 20_000;

/** The last trades of an underlying, oldest first: what the node kept, and each since then. */
export class Tape {
  readonly #trades: TapeTrade[] = [];
  readonly #ids = new Set<string>();
  readonly #bySymbol = new Map<string, TapeTrade[]>();
  readonly #lastPrice = new Map<string, { priceUusd: bigint; tick: 0 | 1 | 2 | 3 }>();

  get trades(): readonly TapeTrade[] {
    return this.#trades;
  }

  /** Null for one that it has. */
  add(trade: StreamTrade, context: TradeContext): TapeTrade | null {
    if (this.#ids.has(trade.id)) return null;
    const tick = this.#next(trade);
    const added = { ...trade, ...context, tick };
    this.#lastPrice.set(trade.symbol, { priceUusd: BigInt(trade.priceUusd), tick });
    this.#trades.push(added);
    this.#ids.add(trade.id);
    const known = this.#bySymbol.get(trade.symbol);
    if (known === undefined) this.#bySymbol.set(trade.symbol, [added]);
    else known.push(added);
    this.#forget(Number(trade.timeMs));
    return added;
  }

  of(symbol: string): readonly TapeTrade[] {
    return this.#bySymbol.get(symbol) ?? [];
  }

  /** Of a trade on the tape, or of one that is about to be. */
  tickOf(trade: StreamTrade): 0 | 1 | 2 | 3 {
    const known = this.#ids.has(trade.id) ? this.of(trade.symbol) : [];
    return known.findLast(({ id }) => id === trade.id)?.tick ?? this.#next(trade);
  }

  /** Plus, zero plus, minus, zero minus. */
  #next({ symbol, priceUusd }: StreamTrade): 0 | 1 | 2 | 3 {
    const price = BigInt(priceUusd);
    const last = this.#lastPrice.get(symbol);
    if (last === undefined) return 1;
    if (price > last.priceUusd) return 0;
    if (price < last.priceUusd) return 2;
    return last.tick <= 1 ? 1 : 3;
  }

  /** A day is kept, at most so many. */
  #forget(nowMs: number): void {
    const first = this.#trades[0];
    const isOld = first !== undefined && Number(first.timeMs) < nowMs - DAY_MS;
    if (!isOld && this.#trades.length <= MAX_TRADES) return;
    const keepFrom = this.#trades.findIndex(({ timeMs }) => Number(timeMs) >= nowMs - DAY_MS);
    const excess = this.#trades.length - MAX_TRADES;
    for (const { id, symbol } of this.#trades.splice(0, Math.max(keepFrom, excess, 1))) {
      this.#ids.delete(id);
      const rest = this.#bySymbol.get(symbol)!;
      rest.shift();
      if (rest.length > 0) continue;
      this.#bySymbol.delete(symbol);
      this.#lastPrice.delete(symbol);
    }
  }
}
