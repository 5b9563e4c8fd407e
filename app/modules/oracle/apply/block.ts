import type { FeedState, FeedKind, Params } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { FeedStatus } from '../../../../proto/gen/tenor.oracle.v1.ts';
import type { Ctx } from '../../../runtime/context.ts';
import type { Pace } from '../feeds/advance.ts';
import { feedName, keyOf, kindName } from '../feeds/feedId.ts';
import type { FeedId } from '../feeds/feedId.ts';
import { ruleOf } from '../params.ts';
import { feeds } from '../state.ts';
import type { CastVote } from '../votes/castVote.ts';

/** The votes of a block, to be taken in. */
export interface VotedBlock {
  readonly ctx: Ctx;
  readonly votes: readonly CastVote[];
  /** Power that must say something for it to be taken. */
  readonly quorum: bigint;
  readonly p: Params;
  /** How long before this block they may have been cast: 0, but for an outage between. */
  readonly votedMs: bigint;
}

export function paceOf({ ctx, p, votedMs }: VotedBlock, kind: FeedKind): Pace {
  return {
    height: BigInt(ctx.header.height),
    timeMs: BigInt(ctx.header.timeMs),
    rule: ruleOf(p, kind),
    freshNeeded: p.freshNeeded,
    votedMs,
  };
}

/** A feed that never had a quorum. */
const newFeed = (id: FeedId): FeedState => ({
  ...id,
  status: FeedStatus.FEED_STATUS_NONE,
  height: 0n,
  timeMs: 0n,
  seenMs: 0n,
  dispersionPpm: 0,
  confidencePpm: 0,
  freshCount: 0,
  priceUusd: 0n,
  volsBp: [],
  extrapolated: 0,
});

/** Writes what a block makes of a feed, if anything, and tells of a new status. */
export function changeFeed(
  { ctx, p }: VotedBlock,
  id: FeedId,
  change: (last: FeedState) => FeedState,
): FeedState {
  const last = feeds.get(ctx, keyOf(id)) ?? newFeed(id);
  const next = change(last);
  if (next === last) return last;
  feeds.set(ctx, keyOf(id), next);
  if (next.status !== last.status) emitStatus(ctx, id, next.status, p);
  return next;
}

export function emitStatus(ctx: Ctx, id: FeedId, status: FeedStatus, p: Params): void {
  ctx.emit('feed_status', {
    kind: kindName(id.kind),
    underlying_id: String(id.id),
    expiry: id.expirySeconds.toString(),
    feed: feedName(id, p),
    status: String(status),
  });
}
