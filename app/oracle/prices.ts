import { FeedStatus } from '../../proto/gen/tenor.oracle.v1.ts';
import type { Feed, NamedPrice } from '../../proto/gen/tenor.oracle.v1.ts';
import type { Reader } from '../store/collection.ts';
import type { Slice } from './core/surface.ts';
import { params } from './params.ts';
import { prices, surfaces } from './state.ts';

export interface IndexPrice {
  readonly indexUusd: bigint;
  /** Block time of the last quorum. */
  readonly timeMs: number;
  readonly status: FeedStatus;
  /** Consecutive quorum prices since the feed was last stale. */
  readonly freshCount: number;
  /** 1 for full agreement among validators, falling with the dispersion of their reports. */
  readonly confidence: number;
}

/** A dispersion of this share, in millionths, or more leaves no confidence. */
const NO_CONFIDENCE_PPM = 50_000;

/** The index of an underlying; undefined until its first quorum. */
export function indexOf(reader: Reader, underlyingId: number): IndexPrice | undefined {
  const price = prices.get(reader, underlyingId);
  if (price === undefined) return undefined;
  const { indexUusd, timeMs, status, freshCount, dispersionPpm } = price;
  const confidence = 1 - Math.min(dispersionPpm, NO_CONFIDENCE_PPM) / NO_CONFIDENCE_PPM;
  return { indexUusd, timeMs: Number(timeMs), status, freshCount, confidence };
}

export function isLive(reader: Reader, underlyingId: number): boolean {
  return prices.get(reader, underlyingId)?.status === FeedStatus.FEED_STATUS_LIVE;
}

/** Whether liquidations may act: live, and for enough consecutive quorum prices. */
export function isSettledIn(reader: Reader, underlyingId: number): boolean {
  const price = indexOf(reader, underlyingId);
  if (price?.status !== FeedStatus.FEED_STATUS_LIVE) return false;
  return price.freshCount >= params.get(reader).freshNeeded;
}

/**
 * Slices of the volatility surface by expiry, in USD and fractions a year; empty when there is
 * none.
 */
export function surfaceOf(reader: Reader, underlyingId: number): Slice[] {
  const surface = surfaces.get(reader, underlyingId);
  return (surface?.slices ?? []).map((s) => ({
    expirySeconds: Number(s.expirySeconds),
    forward: Number(s.forwardUusd) / 1e6,
    vols: s.volsBp.map((bp) => bp / 10_000),
  }));
}

export function namedPrices(reader: Reader, feeds: readonly Feed[]): NamedPrice[] {
  return feeds.map(({ underlying, underlyingId }) => ({
    underlying,
    price: prices.get(reader, underlyingId),
  }));
}
