import type { Venue } from '../../proto/gen/tenor.oracle.v1.ts';

/** One source, as everything that it says carries it. */
export interface SourceRef {
  /** As in feeder.toml. */
  readonly name: string;
  readonly venue: Venue;
  /** Its part in the weighted median. */
  readonly weight: number;
}

/** One thing that is asked of one source again and again, and how that stands. */
export interface Asked<T> {
  readonly source: SourceRef;
  /** The last usable answer, whatever came after it; null before the first. */
  readonly answer: T | null;
  /** In a row, since the last usable answer. */
  readonly failures: number;
  /** Why the last attempt failed; empty when it did not. */
  readonly problem: string;
}

export interface PriceAnswer {
  /** Of one unit, in `quote`. */
  readonly price: number;
  /** USD, or the symbol of a stablecoin. */
  readonly quote: string;
  /** When the source saw this price, Unix ms. */
  readonly seenMs: number;
}

/** One expiry as one source sees it. */
export interface ExpiryAnswer {
  readonly expirySeconds: number;
  /** Forward over index of the same source at the same time: 1.01 is one percent of carry. */
  readonly basis: number;
  /** Annual volatilities at SURFACE_NODES, as fractions. */
  readonly vols: readonly number[];
  /** Bit i is set when node i lies beyond the last quote. */
  readonly extrapolated: number;
  readonly seenMs: number;
}

export interface ChainAnswer {
  /** The source's own index, which its forwards and strikes refer to. */
  readonly reference: number;
  readonly quote: string;
  readonly expiries: readonly ExpiryAnswer[];
}

/** Everything known of one underlying. */
export interface Underlying {
  readonly id: number;
  readonly symbol: string;
  readonly prices: readonly Asked<PriceAnswer>[];
  readonly chains: readonly Asked<ChainAnswer>[];
}

/** Everything known of one stablecoin: prices in USD. */
export interface Stablecoin {
  readonly id: number;
  readonly symbol: string;
  readonly prices: readonly Asked<PriceAnswer>[];
}
