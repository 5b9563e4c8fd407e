import type { Params, UnderlyingBase, VoteBase } from '../../../proto/gen/tenor.oracle.v1.ts';
import { FeedKind } from '../../../proto/gen/tenor.oracle.v1.ts';
import type { Ctx, View } from '../../runtime/context.ts';
import { keyOf, stablecoinFeed } from './feeds/feedId.ts';
import { bases, feeds, prices } from './state.ts';

/** Of the last two heights: votes of H − 1 are told against H − 2. */
const KEPT = 2n;

/** What the votes of the next height are told against: this block's values of what is voted on. */
export function writeBase(
  ctx: Ctx,
  p: Params,
  expiries: readonly bigint[],
  height = BigInt(ctx.header.height),
): void {
  bases.set(ctx, height, baseOf(ctx, p, expiries, height));
  for (const [old] of bases.entries(ctx)) {
    if (old > height - KEPT) break;
    bases.delete(ctx, old);
  }
}

function baseOf(view: View, p: Params, expiries: readonly bigint[], height: bigint): VoteBase {
  return {
    height,
    timeMs: BigInt(view.header.timeMs),
    underlyings: p.feeds.map(({ underlyingId }) => underlyingBase(view, underlyingId, expiries)),
    stablecoins: p.stablecoins.map(({ stablecoinId }) => ({
      stablecoinId,
      priceUusd: feeds.get(view, keyOf(stablecoinFeed(stablecoinId)))?.priceUusd ?? 0n,
    })),
  };
}

function underlyingBase(view: View, id: number, expiries: readonly bigint[]): UnderlyingBase {
  const at = (kind: FeedKind, expirySeconds: bigint) =>
    feeds.get(view, keyOf({ kind, id, expirySeconds }));
  return {
    underlyingId: id,
    indexUusd: prices.get(view, id)?.indexUusd ?? 0n,
    expiries: expiries.map((expirySeconds) => ({
      expirySeconds,
      forwardUusd: at(FeedKind.FEED_KIND_FORWARD, expirySeconds)?.priceUusd ?? 0n,
      volsBp: at(FeedKind.FEED_KIND_SURFACE, expirySeconds)?.volsBp ?? [],
    })),
  };
}
