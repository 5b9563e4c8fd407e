import type { SourceName } from './faults.ts';
import { normal } from './random.ts';
import type { Coin, Snapshot } from './snapshot.ts';
import type { World } from './world.ts';

/** Sources differ from the truth by about this share, one standard deviation. */
const NOISE = 0.00003;
/** Half the distance between bid and ask, as a share. */
const HALF_SPREAD = 0.00001;

export interface Book {
  readonly price: number;
  /** Decimal strings, as venues write prices. */
  readonly bid: string;
  readonly ask: string;
  readonly last: string;
  /** Changes with every tick, also when no price does. */
  readonly size: string;
}

/** Stablecoins trade in steps of a basis point; USD itself is 1. */
const coinPrice = (coin: Coin | undefined): number =>
  coin === undefined ? 1 : Number(coin.price.toFixed(4));

/** The market as one source shows it now. */
export class View {
  readonly source: SourceName;
  readonly world: World;
  readonly snapshot: Snapshot;
  /** What the source multiplies prices with. */
  readonly factor: number;
  /** The source's clock, which goes on when the market it shows does not. */
  readonly clockMs: number;
  /** The source's time of what it shows. */
  readonly timeMs: number;
  /** When it says that its answer was made: now, also when what is in it is frozen. */
  readonly answerMs: number;

  constructor(world: World, source: SourceName, snapshot?: Snapshot) {
    const { mode, by, since } = world.faults.of(source);
    const now = world.snapshot;
    const lagMs = mode === 'lag' ? by * 1000 : 0;
    const shiftMs = mode === 'clock' ? by * 1000 : 0;
    const frozen = mode === 'freeze' ? since : null;
    this.world = world;
    this.source = source;
    this.snapshot = snapshot ?? frozen ?? (lagMs > 0 ? world.history.at(now.timeMs - lagMs) : now);
    this.factor = mode === 'skew' ? 1 + by : 1;
    this.clockMs = now.timeMs + shiftMs;
    this.timeMs = this.snapshot.timeMs + shiftMs;
    this.answerMs = frozen === null ? this.timeMs : this.clockMs;
  }

  get symbols(): string[] {
    return [...Object.keys(this.snapshot.quotes), ...Object.keys(this.snapshot.coins)];
  }

  /** Whether it is a stablecoin. */
  isCoin(symbol: string): boolean {
    return this.snapshot.coins[symbol] !== undefined;
  }

  isHeld(symbol: string): boolean {
    return (this.snapshot.quotes[symbol] ?? this.snapshot.coins[symbol])!.held;
  }

  /** What the source takes one unit for in `quote`; the truth itself when the price is held. */
  price(symbol: string, quote: string): number {
    const { quotes, coins, tick } = this.snapshot;
    const truth = (quotes[symbol]?.price ?? coinPrice(coins[symbol])) / coinPrice(coins[quote]);
    const { seed } = this.world;
    const exact = this.isHeld(symbol) || this.isCoin(symbol);
    const noise = exact ? 0 : NOISE * normal(seed, `${this.source}/${symbol}`, tick);
    return truth * this.factor * (1 + Math.max(-3 * NOISE, Math.min(3 * NOISE, noise)));
  }

  /** The top of a book. */
  book(symbol: string, quote: string): Book {
    const price = this.price(symbol, quote);
    const decimals = this.#decimals(symbol, quote, price);
    const text = (value: number): string => value.toFixed(decimals);
    return {
      price,
      bid: text(price * (1 - HALF_SPREAD)),
      ask: text(price * (1 + HALF_SPREAD)),
      last: text(price),
      size: (1 + (this.snapshot.tick % 1_000) / 1_000).toFixed(3),
    };
  }

  /** Cents, or six decimals for what costs less than a hundred, or is converted and held. */
  #decimals(symbol: string, quote: string, price: number): number {
    const converted = this.snapshot.coins[quote] !== undefined && this.isHeld(symbol);
    if (converted) return 8;
    return price >= 100 ? 2 : 6;
  }
}
