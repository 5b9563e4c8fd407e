import type { Underlying } from '../../proto/gen/tenor.options.v1.ts';

/** A series with a mark of the block. */
export interface MarkedSeries {
  readonly symbol: string;
  readonly expirySeconds: bigint;
  readonly markUsd: number;
  readonly forward: number;
  readonly delta: number;
  /** For a volatility that is 1 (100 points) higher. */
  readonly vega: number;
  /** Fills are within this band. */
  readonly lowUusd: bigint;
  readonly highUusd: bigint;
}

/** What the chain knows of an underlying now. */
export interface Market {
  readonly rules: Pick<Underlying, 'ticks' | 'lot' | 'minOrder' | 'maxOrder'>;
  readonly series: readonly MarkedSeries[];
  readonly blockSeconds: bigint;
  /** Of every quote, in 1e-4 contracts. */
  readonly quantity: bigint;
}

/** Contracts held, by symbol; negative is short. */
export type Inventory = ReadonlyMap<string, number>;
