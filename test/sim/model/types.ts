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
  readonly priceUusd: bigint;
  readonly isReduceOnly: boolean;
  /** What is left, 1e-4 contracts. */
  left: bigint;
}

export interface Account {
  readonly id: bigint;
  readonly owner: string;
  cashUusd: bigint;
  /** By series, 1e-4 contracts; never 0. */
  readonly positions: Map<bigint, bigint>;
  readonly orders: Set<Order>;
  isFlagged: boolean;
  /** Trading fees by day (UTC) since 1970: an owner has this one account. */
  readonly paidUusd: Map<number, bigint>;
}

/** Prices of the block. */
export interface Quotes {
  /** USD, by underlying. */
  index(underlyingId: number): number;
  indexUusd(underlyingId: number): bigint;
  /** USD. */
  mark(series: Series): number;
  series(id: bigint): Series;
  readonly timeMs: number;
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
