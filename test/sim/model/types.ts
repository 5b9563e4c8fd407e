/** A listed option, as the model sees it. */
export interface Series {
  readonly id: bigint;
  readonly symbol: string;
  readonly underlyingId: number;
  readonly expirySeconds: number;
  readonly isCall: boolean;
  readonly strikeUusd: bigint;
  /** Dailies pay no settlement fee. */
  readonly isDaily: boolean;
}

export interface Order {
  readonly id: bigint;
  readonly account: Account;
  readonly series: Series;
  readonly isBuy: boolean;
  /** Its limit: of an order by volatility, its bound. */
  readonly priceUusd: bigint;
  /** In 1e-4, of an order by volatility (ADR 148); and at what it is in the book for a match. */
  readonly volBp?: number;
  nowUusd?: bigint;
  /** Height of the block in which it came, or was replaced. */
  readonly since: number;
  /** Which of two came to its book first. */
  seq?: number;
  readonly isReduceOnly: boolean;
  readonly postOnly: 'none' | 'reject' | 'slide';
  readonly selfTrade: SelfTrade;
  /** Unix seconds from which on it is gone; 0: never. */
  readonly goodTilSeconds: number;
  /** It is a quote of this group. */
  readonly group?: Group;
  /** What is left and what was filled, 1e-4 contracts. */
  left: bigint;
  filled: bigint;
}

/** What filled of a group in a block; delta and vega in 1e-4 contracts and uusd. */
export interface GroupFill {
  readonly timeMs: number;
  readonly quantity: bigint;
  readonly delta: number;
  readonly vegaUusd: number;
}

/** Quotes with one limit of what may fill of them (ADR 114). */
export interface Group {
  readonly id: bigint;
  readonly account: Account;
  readonly name: string;
  readonly underlyingId: number;
  /** Of what fills in a window, and of a quote, 1e-4 contracts. */
  limit: bigint;
  maxQuote: bigint;
  /** 0: none. */
  deltaLimit: bigint;
  vegaLimitUusd: bigint;
  windowMs: number;
  freezeMs: number;
  budget: bigint;
  frozenUntilMs: number;
  fills: GroupFill[];
  quotes: Order[];
}

/** Which of two orders of one owner gives way. */
export type SelfTrade = 'taker' | 'maker' | 'both';

export type Mode = 'standard' | 'portfolio' | 'covered';

export interface Account {
  readonly id: bigint;
  readonly owner: string;
  /** Of its owner's subaccounts. */
  readonly number: number;
  mode: Mode;
  cashUusd: bigint;
  /** By series, 1e-4 contracts; never 0. */
  readonly positions: Map<bigint, bigint>;
  /** By series: what was paid (below 0: received) for what is held, at average price. */
  readonly costs: Map<bigint, bigint>;
  readonly orders: Set<Order>;
  readonly groups: Group[];
  /** From the block of a breach on. */
  liquidation: Liquidation | null;
  /** Of the settlement that last left it with a debt. */
  lossUnderlyingId: number | null;
  /** Trading fees of its owner by day (UTC) since 1970: all its accounts have this one map. */
  readonly paidUusd: Map<number, bigint>;
}

/** An auction of all that an account holds (ADR 100). */
export interface Auction {
  kind: 'solvent' | 'insolvent';
  version: bigint;
  /** What bidders have paid in. */
  bidInUusd: bigint;
  /** The counter of each underlying at its start, and at the breach. */
  readonly started: Map<number, bigint>;
  readonly opened: ReadonlyMap<number, bigint>;
  /** That it had when it got its version. */
  expiries: number;
}

export interface Liquidation {
  auction: Auction | null;
  /** What its owner deposited since the breach. */
  depositedUusd: bigint;
  /** Of the last pass through the book, or of the last sharing of its loss. */
  lastStepHeight: number;
  /** What it can cost each fund at the most. */
  risks: Map<number, bigint>;
}

/** Cancels quotes, or orders too, unless it is set again before its time is over (venue §3). */
export interface DeadManSwitch {
  readonly deadlineMs: number;
  readonly isEverything: boolean;
}

/** Prices of the block. */
export interface Quotes {
  /** USD, by underlying. */
  index(underlyingId: number): number;
  indexUusd(underlyingId: number): bigint;
  /** USD. */
  mark(series: Series): number;
  /** USD, at a volatility. */
  worth(series: Series, vol: number): number;
  /** By the index and by a volatility of 1. */
  greeks(series: Series): { readonly delta: number; readonly vega: number };
  series(id: bigint): Series;
  readonly timeMs: number;
  /** Whether a series is not over, and of an underlying that nobody has stopped. */
  trades(series: Series): boolean;
  /** Volatility a year, by underlying, and how far a settlement that is under way has come. */
  readonly vol: (underlyingId: number) => number;
  settling(series: Series): Settling;
  /** While its volatilities are old. */
  doubt(series: Series): Doubt | undefined;
  /** What a dollar of the collateral is worth, USD. */
  readonly collateral: number;
}

/** How little volatilities are relied on, and what a short needs without any, USD (venue §5). */
export interface Doubt {
  /** To 1, from where on there are none. */
  readonly share: number;
  readonly bound: number;
}

/** What prices an option beside forward and volatility. */
export interface Settling {
  readonly secondsLeft: number;
  readonly average: { readonly weighted: number; readonly seconds: number };
}

/** A series of an account, as margin sees it. */
export interface Line {
  readonly series: Series;
  readonly mark: number;
  readonly doubt: Doubt | undefined;
  /** Contracts. */
  held: number;
  buys: number;
  /** USD a contract. */
  highestBid: number;
  sells: number;
  lowestOffer: number;
}

/** The governed numbers that the model needs. */
export const RULES = {
  settlementWindow: 1_800,
  maxSample: 10,
  minCoverage: 1_200,
  feePpm: 300n,
  feeCapPpm: 125_000n,
  settlementFeePpm: 150n,
  bandOfMarkPpm: 500_000n,
  bandOfIndexPpm: 50_000n,
} as const;

export const ceilDiv = (a: bigint, b: bigint): bigint => (a + b - 1n) / b;
export const UNITS = 10_000n;
export const PPM = 1_000_000n;

/** From so many USD of fees on the 30 days before today on, so many percent are paid (ADR 152). */
export const TIERS = [
  { usd: 10_000n, maker: 20n, taker: 70n },
  { usd: 1_000n, maker: 40n, taker: 80n },
  { usd: 100n, maker: 60n, taker: 90n },
  { usd: 10n, maker: 80n, taker: 95n },
  { usd: 0n, maker: 100n, taker: 100n },
] as const;
const DAY_MS = 86_400_000;

export const dayOf = (timeMs: number): number => Math.floor(timeMs / DAY_MS);

/** Percent of the full fee that an account pays. */
export function feePercent({ paidUusd }: Account, timeMs: number, isMaker: boolean): bigint {
  const today = dayOf(timeMs);
  let sum = 0n;
  for (const [day, uusd] of paidUusd) if (day < today && day >= today - 30) sum += uusd;
  const tier = TIERS.find(({ usd }) => sum >= usd * 1_000_000n)!;
  return isMaker ? tier.maker : tier.taker;
}

/** Fee of a fill: a share of index notional, at most a share of the premium; rounded up (§9). */
export function fillFee(
  indexUusd: bigint,
  priceUusd: bigint,
  quantity: bigint,
  percent: bigint,
): bigint {
  const fee = ceilDiv(indexUusd * quantity * RULES.feePpm * percent, UNITS * PPM * 100n);
  const cap = ceilDiv(priceUusd * quantity * RULES.feeCapPpm, UNITS * PPM);
  return fee < cap ? fee : cap;
}

export const absolute = (a: bigint): bigint => (a < 0n ? -a : a);

/** How far sums of doubles may be apart, in uusd: so close, the chain's number is taken. */
export const CLOSE_UUSD = 4n;
export const isClose = (a: bigint, b: bigint): boolean => absolute(a - b) <= CLOSE_UUSD;

export const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
export const most = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** Rounds down, of amounts below 0 too. @param divisor positive */
export function floorDiv(amount: bigint, divisor: bigint): bigint {
  const quotient = amount / divisor;
  return quotient * divisor > amount ? quotient - 1n : quotient;
}

/** Rounds up, of amounts below 0 too. @param divisor positive */
export const ceilOf = (amount: bigint, divisor: bigint): bigint => -floorDiv(-amount, divisor);

/** Shares of an amount by weights: what is between the rounded sums before and after each. */
export function shared(amount: bigint, weights: readonly bigint[]): bigint[] {
  const total = weights.reduce((sum, weight) => sum + weight, 0n);
  if (total === 0n) return weights.map(() => 0n);
  return weights.map((weight, i) => {
    const before = weights.slice(0, i).reduce((sum, w) => sum + w, 0n);
    return (amount * (before + weight)) / total - (amount * before) / total;
  });
}
