import type * as clob from '../proto/gen/tenor.clob.v1.ts';
import type * as margin from '../proto/gen/tenor.margin.v1.ts';
import type { MsgBidLiquidation } from '../proto/gen/tenor.liquidation.v1.ts';

// What a program says to trade, as one thinks of it. Amounts are base units.

/** An order as one thinks of it; what is left out is a plain limit order that rests. */
export interface OrderRequest {
  readonly series: string;
  readonly side: 'buy' | 'sell';
  /** In 1e-4 contracts. */
  readonly quantity: bigint;
  /** Per contract, in uusd. */
  readonly priceUusd: bigint;
  readonly timeInForce?: clob.TimeInForce;
  readonly postOnly?: clob.PostOnly;
  readonly reduceOnly?: boolean;
  readonly selfTrade?: clob.SelfTrade;
  readonly clientOrderId?: string;
  /** Unix seconds from which on it rests no more. */
  readonly goodTilSeconds?: bigint;
  /** The price is only a bound: with IOC or FOK. */
  readonly market?: boolean;
  /** Priced by this implied volatility, in 1e-4, when it meets somebody; the price is its bound. */
  readonly volBp?: number;
}

/** A message of quotes carries no more of them. */
export const MAX_QUOTES = 100;

/** One side of a quote. */
export type QuoteSide = Pick<OrderRequest, 'quantity' | 'priceUusd'>;

/** Both sides of a series in a group of quotes. */
export interface TwoSided {
  readonly group: string;
  readonly bid?: QuoteSide | null;
  readonly ask?: QuoteSide | null;
}

/** What became of a side; a refusal's code is of `clob`, what was quoted before is gone, too. */
export type QuoteResult =
  | { readonly state: 'quoted' | 'unchanged' | 'withdrawn' }
  | { readonly state: 'refused'; readonly code: number };

export interface Quoted {
  readonly bid: QuoteResult;
  readonly ask: QuoteResult;
}

/** What of a group of quotes may fill within its window, and how long it rests after that. */
export interface QuoteGroupLimits {
  readonly group: string;
  readonly underlying: string;
  /** In 1e-4 contracts. */
  readonly quantityLimit: bigint;
  /** The largest quote; the limit itself if absent. */
  readonly maxQuote?: bigint;
  /** Of the sum of fills, in 1e-4 of the underlying; none if absent. */
  readonly deltaLimit?: bigint;
  /** The same for a point of volatility; none if absent. */
  readonly vegaLimitUusd?: bigint;
  readonly windowMs: number;
  readonly freezeMs: number;
}

/** What is bid for, and how high: as `MsgBidLiquidation` has it. */
export type BidTerms = Omit<MsgBidLiquidation, 'sender' | 'subaccount'>;

/** Trades done in order, then shocks; cash that comes or goes before. */
export interface WhatIf {
  readonly trades: readonly margin.HypotheticalTrade[];
  readonly shocks: readonly margin.MarketShock[];
  readonly cashUusd: bigint;
}

export interface CancelFilter {
  readonly underlying?: string;
  readonly expirySeconds?: bigint;
  readonly series?: string;
}
