import { YEAR_SECONDS } from '../../app/lib/surfaceNodes.ts';
import { Faults } from './faults.ts';
import { History } from './history.ts';
import { normal, uniform } from './random.ts';
import type { Coin, Quote, Snapshot } from './snapshot.ts';

/** A quote at a time, recorded: what a replay follows instead of the model. */
export interface Recorded {
  readonly price: number;
  readonly vol: number;
}

export interface WorldOptions {
  readonly seed: number;
  readonly startMs: number;
  /** By symbol, for example BTC. */
  readonly quotes: Readonly<Record<string, Recorded>>;
  /** Everything stands still from the start. */
  readonly still: boolean;
  /** Price jumps of an underlying in a day, on average. */
  readonly jumpsPerDay?: number;
  /** Times in a year, on average, that a stablecoin loses its peg. */
  readonly depegsPerYear?: number;
  /** What was recorded of a symbol so many milliseconds after the start. */
  readonly replay?: (symbol: string, elapsedMs: number) => Recorded | undefined;
}

/** Pulls the volatility back to its set level with a half-life of about ten minutes. */
const VOL_PULL_PER_SECOND = 0.001;
/** Standard deviation of log volatility in a second. */
const VOL_OF_VOL = 0.0004;
/** A falling price raises volatility: correlation of the two shocks. */
const LEVERAGE = -0.3;
/** Standard deviation of the logarithm of a jump. */
const JUMP_SIZE = 0.02;
const CARRY = 0.05;
const CARRY_PULL_PER_SECOND = 0.0005;
const CARRY_NOISE = 0.0002;
/** Stablecoins return to 1 in about a quarter of an hour, and waver by a few basis points. */
const COIN_PULL_PER_SECOND = 0.001;
const COIN_NOISE = 0.000_005;
const DEPEG_MAX = 0.15;
const DAY_SECONDS = 86_400;
export const coinSymbols = ['USDT', 'USDC'] as const;

/**
 * What is true and how it moves: a price with stochastic volatility, leverage and jumps (as Bates,
 * 1996: Heston's and Merton's models in one), a forward whose carry wanders, and stablecoins
 * that hold their peg, mostly. Seeded: the same seed and times give the same path.
 */
export class World {
  readonly seed: number;
  readonly faults = new Faults();
  readonly history = new History();
  snapshot: Snapshot;
  /** Grows with every change that did not come of time passing. */
  version = 0;
  readonly #options: WorldOptions;
  /** Where each volatility is drawn back to. */
  readonly #volLevels: Record<string, number>;

  constructor(options: WorldOptions) {
    this.seed = options.seed;
    this.#options = options;
    const { still: held } = options;
    const entries = Object.entries(options.quotes);
    this.#volLevels = Object.fromEntries(entries.map(([s, q]) => [s, q.vol]));
    const quotes = entries.map(([s, q]): [string, Quote] => [s, { ...q, carry: CARRY, held }]);
    this.snapshot = {
      ...{ tick: 0, timeMs: options.startMs },
      quotes: Object.fromEntries(quotes),
      coins: Object.fromEntries(coinSymbols.map((symbol) => [symbol, { price: 1, held }])),
    };
    this.history.keep(this.snapshot);
  }

  /** Moves everything that is not held. */
  step(nowMs: number): void {
    const tick = this.snapshot.tick + 1;
    const seconds = Math.max(0, (nowMs - this.snapshot.timeMs) / 1000);
    const moved = <T extends { held: boolean }>(
      all: Readonly<Record<string, T>>,
      move: (symbol: string, value: T) => T,
    ) => Object.fromEntries(Object.entries(all).map(([s, v]) => [s, v.held ? v : move(s, v)]));
    this.snapshot = {
      ...{ tick, timeMs: nowMs },
      quotes: moved(this.snapshot.quotes, (s, q) => this.#move(s, q, tick, seconds)),
      coins: moved(this.snapshot.coins, (s, c) => this.#moveCoin(s, c, tick, seconds)),
    };
    this.history.keep(this.snapshot);
  }

  #move(symbol: string, quote: Quote, tick: number, seconds: number): Quote {
    const random = (what: string): number => normal(this.seed, `${symbol}/${what}`, tick);
    const carry =
      quote.carry +
      Math.min(1, CARRY_PULL_PER_SECOND * seconds) * (CARRY - quote.carry) +
      CARRY_NOISE * Math.sqrt(seconds) * random('carry');
    const elapsedMs = this.snapshot.timeMs - this.#options.startMs + seconds * 1000;
    const recorded = this.#options.replay?.(symbol, elapsedMs);
    if (recorded !== undefined) return { ...recorded, carry, held: false };
    const shock = random('price');
    const sigma = quote.vol * Math.sqrt(seconds / YEAR_SECONDS);
    const jumps = ((this.#options.jumpsPerDay ?? 0) * seconds) / DAY_SECONDS;
    const jump =
      uniform(this.seed, `${symbol}/jump`, tick) < jumps ? JUMP_SIZE * random('jumpSize') : 0;
    const pull = Math.min(1, VOL_PULL_PER_SECOND * seconds);
    const own = Math.sqrt(1 - LEVERAGE * LEVERAGE) * random('vol');
    const volShock = VOL_OF_VOL * Math.sqrt(seconds) * (LEVERAGE * shock + own);
    const drift = pull * Math.log(this.#volLevels[symbol]! / quote.vol);
    return {
      price: quote.price * Math.exp(sigma * shock - (sigma * sigma) / 2 + jump),
      vol: quote.vol * Math.exp(drift + volShock + Math.abs(jump)),
      ...{ carry, held: false },
    };
  }

  #moveCoin(symbol: string, { price }: Coin, tick: number, seconds: number): Coin {
    const depegs = ((this.#options.depegsPerYear ?? 0) * seconds) / YEAR_SECONDS;
    const lost =
      uniform(this.seed, `${symbol}/depeg`, tick) < depegs
        ? DEPEG_MAX * uniform(this.seed, `${symbol}/depegSize`, tick)
        : 0;
    const pull = Math.min(1, COIN_PULL_PER_SECOND * seconds) * (1 - price);
    const noise = COIN_NOISE * Math.sqrt(seconds) * normal(this.seed, `${symbol}/coin`, tick);
    return { price: Math.max(0.01, price + pull + noise - lost), held: false };
  }

  /** Takes effect at once, in a tick of its own. */
  set(symbol: string, change: Partial<Quote>): void {
    if (change.vol !== undefined) this.#volLevels[symbol] = change.vol;
    const { quotes } = this.snapshot;
    this.#change({ quotes: { ...quotes, [symbol]: { ...quotes[symbol]!, ...change } } });
  }

  setCoin(symbol: string, change: Partial<Coin>): void {
    const { coins } = this.snapshot;
    this.#change({ coins: { ...coins, [symbol]: { ...coins[symbol]!, ...change } } });
  }

  /** A fault that is set or ended, shown at once. */
  fault(set: () => void): void {
    set();
    this.version += 1;
  }

  #change(change: Partial<Snapshot>): void {
    this.version += 1;
    this.snapshot = { ...this.snapshot, ...change, tick: this.snapshot.tick + 1 };
    this.history.keep(this.snapshot);
  }
}
