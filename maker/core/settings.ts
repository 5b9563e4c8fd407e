/** How a maker quotes, and what it does not go beyond. Dollars are whole or parts of them. */
export interface MakerSettings {
  readonly underlyings: readonly string[];
  /** So many of the nearest expiries of each. */
  readonly expiries: number;
  /** An expiry is quoted until so long before its end. */
  readonly minLifeSeconds: number;
  /** Options whose |delta| is from here to 1 less this are quoted. */
  readonly minDelta: number;
  /** Notional of one quote, in USD of the underlying. */
  readonly sizeUsd: number;
  /** Half of the spread: a part of the vega (0.01 is a point of volatility)… */
  readonly spreadVol: number;
  /** …and a part of |delta| times the forward. */
  readonly spreadForward: number;
  /** By how much of half a spread quotes move at a limit of inventory. */
  readonly skew: number;
  /** A quote is replaced once it is off by so much of half its spread. */
  readonly tolerance: number;
  /** Limits of its own: of the delta and vega (a point) of an underlying, of a series. */
  readonly maxDeltaUsd: number;
  readonly maxVegaUsd: number;
  readonly maxPositionUsd: number;
  /** It stops for good below this equity; 0: never. */
  readonly minEquityUsd: number;
  /** The group's own limit: so many quotes' worth may fill within its window. */
  readonly burst: number;
  readonly windowMs: number;
  readonly freezeMs: number;
  /** Deposited when the account is not there yet. */
  readonly capitalUusd: bigint;
  readonly intervalMs: number;
  /** Quotes are cancelled by the chain when nothing was heard of the maker for so long. */
  readonly deadManMs: number;
  readonly reportMs: number;
}

export const DEFAULT_SETTINGS: MakerSettings = {
  underlyings: ['BTC', 'ETH'],
  expiries: 4,
  minLifeSeconds: 60,
  minDelta: 0.05,
  sizeUsd: 30_000,
  spreadVol: 0.01,
  spreadForward: 0.0003,
  skew: 0.8,
  tolerance: 0.25,
  maxDeltaUsd: 300_000,
  maxVegaUsd: 3_000,
  maxPositionUsd: 200_000,
  minEquityUsd: 0,
  burst: 5,
  windowMs: 1_000,
  freezeMs: 5_000,
  capitalUusd: 500_000_000_000n,
  intervalMs: 1_000,
  deadManMs: 30_000,
  reportMs: 60_000,
};
