import { FeedKind } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { stablecoinFeed } from '../feeds/feedId.ts';
import { collect } from '../votes/castVote.ts';
import { applyPrice } from './applyPrice.ts';
import type { VotedBlock } from './block.ts';

/** What each stablecoin is worth in USD. */
export function applyStablecoins(block: VotedBlock): void {
  for (const { stablecoinId } of block.p.stablecoins) {
    const said = collect(
      block.votes,
      (vote) => vote.stablecoins.find((s) => s.stablecoinId === stablecoinId)?.price,
    );
    applyPrice(block, stablecoinFeed(stablecoinId), FeedKind.FEED_KIND_STABLECOIN, said);
  }
}
