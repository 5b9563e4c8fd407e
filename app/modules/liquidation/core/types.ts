import type { OptionLeg } from '../../margin/core/index.ts';

/**
 * A leg of a portfolio, and the terms on which it can be closed. Prices are a contract, in uusd.
 */
export interface Leg {
  readonly seriesId: bigint;
  /** As the risk core sees it; its quantity is not 0. */
  readonly option: OptionLeg;
  /** 1e-4 contracts. */
  readonly lot: bigint;
  readonly markUusd: bigint;
  /** The band in which it may trade. */
  readonly lowUusd: bigint;
  readonly highUusd: bigint;
  /** The fee of a contract: the highest inside the band for a short, at the mark for a long. */
  readonly feeUusd: bigint;
  /** It trades, at a price that liquidations may act on. */
  readonly isTradable: boolean;
}

/** How much of which legs is closed: by place in the holding, in 1e-4 contracts. */
export type Cut = readonly (readonly [number, bigint])[];

/** What an account holds at one expiry, or in all. */
export interface Holding {
  readonly legs: readonly Leg[];
  /**
   * The account's maintenance requirement, in uusd, as far as these legs make it: when a cut of
   * them is closed at the marks and its cash left aside.
   */
  readonly requirementAfter: (cut: Cut) => bigint;
  /** Legs hedge one another in any proportion: less of a leg may gain where more of it does not. */
  readonly isPortfolio: boolean;
  /** All expiries together: their legs one by one are in the other holdings. */
  readonly isWhole: boolean;
}

/** An order that closes a part of a leg, at a price that is no worse than this. */
export interface LegOrder {
  readonly seriesId: bigint;
  readonly isBuy: boolean;
  /** 1e-4 contracts. */
  readonly quantity: bigint;
  readonly priceUusd: bigint;
}

/**
 * Orders that help together: all of them trade, in the same proportion, or what they did is undone.
 */
export interface Move {
  readonly orders: readonly LegOrder[];
  /** By how much the net maintenance margin rises when all fill at their marks, fees not taken. */
  readonly gainUusd: bigint;
}

export interface ReductionRules {
  /** Share of each leg that one move closes, in millionths. */
  readonly slicePpm: bigint;
  /** What the account lacks to be healthy, above 0: no more is closed than that needs. */
  readonly shortfallUusd: bigint;
  /** What counterparties may be given for the whole account, beyond its marks. */
  readonly concessionUusd: bigint;
  /**
   * MtM − MM: what closing the whole account at its marks would gain. A move's share is of this.
   */
  readonly wholeGainUusd: bigint;
  /** Orders of one move at the most. */
  readonly maxOrders: number;
}
