export interface Quote {
  /** USD for one unit. */
  readonly price: number;
  /** Annual at-the-money volatility of a long option: 0.55 is 55%. */
  readonly vol: number;
  /** What a forward earns over the index, a year. */
  readonly carry: number;
  /** It stands still until told otherwise. */
  readonly held: boolean;
}

export interface Coin {
  /** USD for one. */
  readonly price: number;
  readonly held: boolean;
}

/** The market at one tick. Never changed once made, so that a frozen source can keep one. */
export interface Snapshot {
  readonly tick: number;
  readonly timeMs: number;
  readonly quotes: Readonly<Record<string, Quote>>;
  readonly coins: Readonly<Record<string, Coin>>;
}
