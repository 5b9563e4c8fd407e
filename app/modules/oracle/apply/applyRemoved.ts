import { FeedKind, FeedStatus } from '../../../../proto/gen/tenor.oracle.v1.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import { indexFeed } from '../feeds/feedId.ts';
import { params } from '../params.ts';
import { feeds, prices } from '../state.ts';
import { applyExpiries } from './applyExpiries.ts';
import { applyIndex } from './applyIndex.ts';
import { emitStatus } from './block.ts';
import type { VotedBlock } from './block.ts';

/**
 * What governance has removed. Forwards, surfaces and stablecoins go at once: margin falls back to
 * what needs none. An index gets older like any other that nobody reports, so that nothing opens or
 * is liquidated on it, and stays while series rest on it: whoever owns them calls `forgetIndex`.
 */
export function applyRemoved(block: VotedBlock): void {
  const { ctx, p } = block;
  for (const id of removedIndexes(ctx)) {
    applyExpiries(block, id, [], 0n);
    applyIndex({ ...block, votes: [] }, { underlyingId: id, underlying: '' });
  }
  for (const [key, feed] of feeds.entries(ctx)) {
    if (feed.kind !== FeedKind.FEED_KIND_STABLECOIN) continue;
    if (!p.stablecoins.some(({ stablecoinId }) => stablecoinId === feed.id)) feeds.delete(ctx, key);
  }
}

/** Underlyings that have an index and that validators vote on no more. */
export function removedIndexes(view: View): number[] {
  const { feeds: voted } = params.get(view);
  return [...prices.entries(view)]
    .map(([id]) => id)
    .filter((id) => !voted.some(({ underlyingId }) => underlyingId === id));
}

/** Nothing rests on it any more. */
export function forgetIndex(ctx: Ctx, underlyingId: number): void {
  prices.delete(ctx, underlyingId);
  emitStatus(ctx, indexFeed(underlyingId), FeedStatus.FEED_STATUS_NONE, params.get(ctx));
}
