import { YEAR_SECONDS } from '../../app/lib/surfaceNodes.ts';
import { normal } from './random.ts';

export const sourceNames = ['kraken', 'coinbase', 'deribit'] as const;
export type SourceName = (typeof sourceNames)[number];
export const modes = ['normal', 'freeze', 'error', 'off', 'skew'] as const;
export type Mode = (typeof modes)[number];

export interface Quote {
  /** USD for one unit. */
  readonly price: number;
  /** Annual at-the-money volatility of a long option: 0.55 is 55%. */
  readonly vol: number;
  /** Its price stands still until told otherwise. */
  readonly held: boolean;
}

/** The market at one tick. Never changed once made, so that a frozen source can keep one. */
export interface Snapshot {
  readonly tick: number;
  readonly timeMs: number;
  readonly quotes: Readonly<Record<string, Quote>>;
}

export interface WorldOptions {
  readonly seed: number;
  readonly startMs: number;
  /** By symbol, for example BTC. */
  readonly quotes: Readonly<Record<string, { readonly price: number; readonly vol: number }>>;
  /** Every price and volatility stands still from the start. */
  readonly still: boolean;
}

/** Pulls the volatility back to its set level with a half-life of about ten minutes. */
const VOL_PULL_PER_SECOND = 0.001;
/** Standard deviation of log volatility in a second. */
const VOL_OF_VOL = 0.0004;

/** What is true, how it moves, and how each source is misbehaving. */
export class World {
  readonly seed: number;
  snapshot: Snapshot;
  /** Where each volatility is drawn back to. */
  readonly #volLevels: Record<string, number>;
  readonly #modes = new Map<SourceName, { mode: Mode; by: number; frozen: Snapshot }>();

  constructor(options: WorldOptions) {
    this.seed = options.seed;
    const entries = Object.entries(options.quotes);
    this.#volLevels = Object.fromEntries(entries.map(([s, q]) => [s, q.vol]));
    const quotes = entries.map(([s, q]): [string, Quote] => [s, { ...q, held: options.still }]);
    this.snapshot = { tick: 0, timeMs: options.startMs, quotes: Object.fromEntries(quotes) };
  }

  /** Moves every price that is not held: geometric Brownian motion without drift, exact. */
  step(nowMs: number): void {
    const tick = this.snapshot.tick + 1;
    const seconds = Math.max(0, (nowMs - this.snapshot.timeMs) / 1000);
    const quotes: Record<string, Quote> = {};
    for (const [symbol, quote] of Object.entries(this.snapshot.quotes)) {
      quotes[symbol] = quote.held ? quote : this.#move(symbol, quote, tick, seconds);
    }
    this.snapshot = { tick, timeMs: nowMs, quotes };
  }

  #move(symbol: string, quote: Quote, tick: number, seconds: number): Quote {
    const sigma = quote.vol * Math.sqrt(seconds / YEAR_SECONDS);
    const shock = sigma * normal(this.seed, `${symbol}/price`, tick) - (sigma * sigma) / 2;
    const pull = Math.min(1, VOL_PULL_PER_SECOND * seconds);
    const volShock = VOL_OF_VOL * Math.sqrt(seconds) * normal(this.seed, `${symbol}/vol`, tick);
    const drift = pull * Math.log(this.#volLevels[symbol]! / quote.vol);
    const vol = quote.vol * Math.exp(drift + volShock);
    return { price: quote.price * Math.exp(shock), vol, held: false };
  }

  /** Takes effect at once, in a tick of its own. */
  set(symbol: string, change: Partial<Quote>): void {
    if (change.vol !== undefined) this.#volLevels[symbol] = change.vol;
    const { tick, timeMs, quotes } = this.snapshot;
    const quote = { ...quotes[symbol]!, ...change };
    this.snapshot = { tick: tick + 1, timeMs, quotes: { ...quotes, [symbol]: quote } };
  }

  /** `by` is what a skewed source adds to every price, as a share: 0.5 is half as much again. */
  setMode(source: SourceName, mode: Mode, by: number): void {
    this.#modes.set(source, { mode, by, frozen: this.snapshot });
  }

  modeOf(source: SourceName): { mode: Mode; by: number } {
    return this.#modes.get(source) ?? { mode: 'normal', by: 0 };
  }

  /** The snapshot that a source shows, and what it multiplies prices with. */
  viewOf(source: SourceName): { snapshot: Snapshot; factor: number } {
    const set = this.#modes.get(source);
    if (set?.mode === 'freeze') return { snapshot: set.frozen, factor: 1 };
    return { snapshot: this.snapshot, factor: set?.mode === 'skew' ? 1 + set.by : 1 };
  }
}
