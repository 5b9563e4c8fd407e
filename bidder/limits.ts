/** What a bidder allows itself; the chain knows nothing of it. */
export interface Limits {
  /** Index notional that its account may hold of an underlying, in uusd; bids count as filled. */
  readonly maxNotionalUusd: bigint;
  /** What a slice must bring over its own value of it, in millionths of the index notional. */
  readonly minEdgePpm: bigint;
  /** The largest part of an account that it bids for at once, in ppb. */
  readonly maxFractionPpb: bigint;
  /**
   * By what share volatilities may be wrong: it values longs at a volatility lower by this, and
   * shorts at one higher.
   */
  readonly volDoubt: number;
}

/** A million dollars of an underlying, 10 basis points, all of an account, 3% of a volatility. */
export const DEFAULT_LIMITS: Limits = {
  maxNotionalUusd: 1_000_000_000_000n,
  minEdgePpm: 1_000n,
  maxFractionPpb: 1_000_000_000n,
  volDoubt: 0.03,
};
