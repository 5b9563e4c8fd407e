import type { View } from '../../../runtime/context.ts';
import { params, ruleOf } from '../params.ts';
import { FeedKind, FeedStatus } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { indexFeed, stablecoinFeed } from './feedId.ts';
import type { FeedId } from './feedId.ts';
import { requireFeeds } from './requireFeeds.ts';
import { CONFIDENT_PPM, feedsBehind, feedsOf, leastConfidence, standingOf } from './standings.ts';

/** How well the mark of an expiry stands, and what it rests on. */
export interface Quality {
  readonly feeds: readonly FeedId[];
  /** Risk may be opened on it. */
  readonly isFresh: boolean;
  /** So are index and forward alone. */
  readonly isForwardFresh: boolean;
  /** Liquidations may rest on it. */
  readonly isSettledIn: boolean;
  /**
   * 0 while its surface is fresh, then growing with its age to 1, from where on there is no
   * volatility at all.
   */
  readonly doubt: number;
  /** Of forward and volatilities, the lowest: 1 for full agreement about quotes. */
  readonly confidence: number;
}

/** The quality of an expiry's marks in this block. One that is over rests on its index alone. */
export function qualityOf(view: View, underlyingId: number, expirySeconds: bigint): Quality {
  const isOver = Number(expirySeconds) * 1_000 <= view.header.timeMs;
  const { forwards, surfaces } = feedsBehind(view, underlyingId, expirySeconds);
  const feeds = [indexFeed(underlyingId), ...(isOver ? [] : [...forwards, ...surfaces])];
  const isThere = isOver || surfaces.length > 0;
  return {
    feeds,
    isFresh: isThere && requireFeeds(view, 'open', feeds) === undefined,
    isForwardFresh:
      requireFeeds(view, 'open', [indexFeed(underlyingId), ...forwards]) === undefined,
    isSettledIn: isThere && requireFeeds(view, 'liquidate', feeds) === undefined,
    doubt: isOver ? 0 : surfaces.reduce((most, id) => Math.max(most, doubtOf(view, id)), 0),
    confidence: isOver ? 1 : leastConfidence(view, [...forwards, ...surfaces]) / CONFIDENT_PPM,
  };
}

/** Whether liquidations can rest on the index of an underlying and on some of its surfaces. */
export function isSettledInAt(view: View, underlyingId: number): boolean {
  if (requireFeeds(view, 'liquidate', [indexFeed(underlyingId)]) !== undefined) return false;
  return feedsOf(view, FeedKind.FEED_KIND_SURFACE, underlyingId).some(
    ({ kind, id, expirySeconds }) =>
      requireFeeds(view, 'liquidate', [{ kind, id, expirySeconds }]) === undefined,
  );
}

/**
 * How much less than what state has of a stablecoin is to be relied on: 0 while it is fresh, to 1
 * when it is halted or no longer voted on. Before its first quorum there is nothing to doubt.
 */
export function stablecoinDoubt(view: View, stablecoinId: number): number {
  const isVoted = params.get(view).stablecoins.some((s) => s.stablecoinId === stablecoinId);
  return isVoted ? doubtOf(view, stablecoinFeed(stablecoinId)) : 1;
}

/** From 0 when a feed gets stale, linear in its age, to 1 when it is halted. */
function doubtOf(view: View, id: FeedId): number {
  const { status, seenMs } = standingOf(view, id);
  if (status === FeedStatus.FEED_STATUS_HALTED) return 1;
  if (status !== FeedStatus.FEED_STATUS_STALE) return 0;
  const rule = ruleOf(params.get(view), id.kind);
  const overMs = BigInt(view.header.timeMs) - seenMs - rule.staleAfterMs;
  const spanMs = rule.haltAfterMs - rule.staleAfterMs;
  return Math.min(Math.max(Number(overMs) / Number(spanMs), 0), 1);
}
