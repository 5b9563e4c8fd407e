import type { FeedKind, FeedState } from '../../../../proto/gen/tenor.oracle.v1.ts';
import type { Weighted } from '../core/median.ts';
import { advance } from '../feeds/advance.ts';
import type { FeedId } from '../feeds/feedId.ts';
import { confidenceOf, medianPrice } from '../feeds/medianOf.ts';
import type { SeenPrice } from '../votes/vote.ts';
import { changeFeed, paceOf } from './block.ts';
import type { VotedBlock } from './block.ts';

/**
 * A feed that is a price: the median of a quorum, or what is kept of the last one.
 *
 * @param kept of the last price without a quorum
 */
export function applyPrice(
  block: VotedBlock,
  id: FeedId,
  kind: FeedKind,
  said: readonly Weighted<SeenPrice>[],
  kept: (lastUusd: bigint) => bigint = (lastUusd) => lastUusd,
): FeedState {
  const seen = medianPrice(said, block.quorum);
  const pace = paceOf(block, kind);
  return changeFeed(block, id, (last) => {
    const standing = advance(last, seen?.ageMs, pace);
    if (seen === undefined) {
      const priceUusd = kept(last.priceUusd);
      if (standing === last && priceUusd === last.priceUusd) return last;
      return { ...last, ...standing, priceUusd };
    }
    const { priceUusd, dispersionPpm } = seen;
    const confidencePpm = confidenceOf(dispersionPpm, pace.rule.noConfidencePpm);
    return { ...last, ...standing, priceUusd, dispersionPpm, confidencePpm };
  });
}
