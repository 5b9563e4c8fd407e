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
}

/** Prices of the block. */
export interface Quotes {
  /** USD, by underlying. */
  index(underlyingId: number): number;
  indexUusd(underlyingId: number): bigint;
  /** USD. */
  mark(series: Series): number;
  series(id: bigint): Series;
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

/** Fee of a fill: a share of index notional, at most a share of the premium; rounded up (§9). */
export function fillFee(indexUusd: bigint, priceUusd: bigint, quantity: bigint): bigint {
  const fee = ceilDiv(indexUusd * quantity * RULES.feePpm, UNITS * PPM);
  const cap = ceilDiv(priceUusd * quantity * RULES.feeCapPpm, UNITS * PPM);
  return fee < cap ? fee : cap;
}
