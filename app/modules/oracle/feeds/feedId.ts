import { FeedKind } from '../../../../proto/gen/tenor.oracle.v1.ts';
import type { Params } from '../../../../proto/gen/tenor.oracle.v1.ts';

/** A feed's stable id. */
export interface FeedId {
  readonly kind: FeedKind;
  /** Of the underlying, or of the stablecoin. */
  readonly id: number;
  /** Unix seconds; 0 but for forwards and surfaces. */
  readonly expirySeconds: bigint;
}

export type FeedKey = readonly [number, number, bigint];

export const keyOf = ({ kind, id, expirySeconds }: FeedId): FeedKey => [kind, id, expirySeconds];

export const indexFeed = (id: number): FeedId => ({
  kind: FeedKind.FEED_KIND_INDEX,
  id,
  expirySeconds: 0n,
});

export const stablecoinFeed = (id: number): FeedId => ({
  kind: FeedKind.FEED_KIND_STABLECOIN,
  id,
  expirySeconds: 0n,
});

/** A feed in words: "surface of BTC for 2026-12-25". */
export function feedName({ kind, id, expirySeconds }: FeedId, p: Params): string {
  const underlying = p.feeds.find((f) => f.underlyingId === id)?.underlying ?? `underlying ${id}`;
  const day = new Date(Number(expirySeconds) * 1_000).toISOString().slice(0, 10);
  switch (kind) {
    case FeedKind.FEED_KIND_INDEX:
      return `index of ${underlying}`;
    case FeedKind.FEED_KIND_FORWARD:
      return `forward of ${underlying} for ${day}`;
    case FeedKind.FEED_KIND_SURFACE:
      return `volatilities of ${underlying} for ${day}`;
    case FeedKind.FEED_KIND_STABLECOIN:
      return p.stablecoins.find((s) => s.stablecoinId === id)?.symbol ?? `stablecoin ${id}`;
    case FeedKind.FEED_KIND_NONE:
      return 'no feed';
  }
}

const NAMES: Readonly<Record<FeedKind, string>> = {
  [FeedKind.FEED_KIND_NONE]: 'none',
  [FeedKind.FEED_KIND_INDEX]: 'index',
  [FeedKind.FEED_KIND_FORWARD]: 'forward',
  [FeedKind.FEED_KIND_SURFACE]: 'surface',
  [FeedKind.FEED_KIND_STABLECOIN]: 'stablecoin',
};

export const kindName = (kind: FeedKind): string => NAMES[kind];
