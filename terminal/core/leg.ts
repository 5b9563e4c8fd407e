/** One option of a strategy or an account, and the market that it is valued in. USD, contracts. */
export interface Leg extends OptionTerms {
  readonly symbol: string;
  /** Negative is sold. */
  readonly contracts: number;
  /** What a contract was, or would be, traded at. */
  readonly price: number;
  readonly market: LegMarket;
}

export interface OptionTerms {
  readonly isCall: boolean;
  readonly strike: number;
  readonly expirySeconds: number;
}

export interface LegMarket {
  readonly index: number;
  /** Of its expiry. */
  readonly forward: number;
  /** A year, as a fraction. */
  readonly volatility: number;
  /** Unix time of these numbers. */
  readonly seconds: number;
  /** How long before expiry the settlement average begins. */
  readonly windowSeconds: number;
  /** Already in the average: Σ price · seconds, and Σ seconds; 0 before the window. */
  readonly weightedSum: number;
  readonly weightSeconds: number;
}

/** A moment at which a leg is valued: a time, and where the index stands then. */
export interface Moment {
  readonly seconds: number;
  readonly index: number;
}

export function payoff(
  { isCall, strike }: Pick<OptionTerms, 'isCall' | 'strike'>,
  settlement: number,
): number {
  return Math.max(isCall ? settlement - strike : strike - settlement, 0);
}
