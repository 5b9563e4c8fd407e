import { FeedKind } from '../../../../proto/gen/tenor.oracle.v1.ts';
import type { Feed } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { advance, NO_STANDING } from '../feeds/advance.ts';
import { indexFeed } from '../feeds/feedId.ts';
import { confidenceOf, medianPrice } from '../feeds/medianOf.ts';
import { prices } from '../state.ts';
import { collect, underlyingIn } from '../votes/castVote.ts';
import { emitStatus, paceOf } from './block.ts';
import type { VotedBlock } from './block.ts';

/** The index of an underlying: the median of a quorum, or the last one, older. */
export function applyIndex(block: VotedBlock, { underlyingId, underlying }: Feed): void {
  const { ctx, votes, quorum, p } = block;
  const last = prices.get(ctx, underlyingId);
  const said = collect(votes, (vote) => underlyingIn(vote, underlyingId)?.index);
  const seen = medianPrice(said, quorum);
  if (last === undefined && seen === undefined) return;
  const pace = paceOf(block, FeedKind.FEED_KIND_INDEX);
  const standing = advance(last ?? NO_STANDING, seen?.ageMs, pace);
  if (standing === last) return;
  const { status, height, timeMs, seenMs, freshCount } = standing;
  prices.set(ctx, underlyingId, {
    underlyingId,
    ...{ status, height, timeMs, seenMs, freshCount },
    indexUusd: seen?.priceUusd ?? last!.indexUusd,
    dispersionPpm: seen?.dispersionPpm ?? last!.dispersionPpm,
    confidencePpm:
      seen === undefined
        ? last!.confidencePpm
        : confidenceOf(seen.dispersionPpm, pace.rule.noConfidencePpm),
    reportedPower: seen?.power ?? last!.reportedPower,
    quorumPower: seen === undefined ? last!.quorumPower : quorum,
  });
  if (seen !== undefined && seen.priceUusd !== last?.indexUusd) {
    ctx.emit('price', { underlying, index_uusd: seen.priceUusd.toString() });
  }
  if (status !== last?.status) emitStatus(ctx, indexFeed(underlyingId), status, p);
}
