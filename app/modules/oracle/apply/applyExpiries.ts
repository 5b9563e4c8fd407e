import { FeedKind, FeedStatus } from '../../../../proto/gen/tenor.oracle.v1.ts';
import type { FeedState } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { isAhead, repairVols } from '../core/surface.ts';
import { advance } from '../feeds/advance.ts';
import { keyOf } from '../feeds/feedId.ts';
import type { FeedId } from '../feeds/feedId.ts';
import { medianVols, surfaceConfidence } from '../feeds/medianOf.ts';
import { feedsOf } from '../feeds/standings.ts';
import { feeds, prices, surfaces } from '../state.ts';
import { collect, expiryIn } from '../votes/castVote.ts';
import { applyPrice } from './applyPrice.ts';
import { changeFeed, paceOf } from './block.ts';
import type { VotedBlock } from './block.ts';

const { FEED_KIND_FORWARD, FEED_KIND_SURFACE } = FeedKind;

/**
 * Forwards and volatilities of the expiries that are voted on, and the surface that they make.
 *
 * @param beforeUusd the index before this block, 0 for none
 */
export function applyExpiries(
  block: VotedBlock,
  underlyingId: number,
  expiries: readonly bigint[],
  beforeUusd: bigint,
): void {
  const { ctx, votes } = block;
  const hasGone = dropGone(block, underlyingId, expiries);
  const nowUusd = prices.get(ctx, underlyingId)?.indexUusd ?? 0n;
  const moved = (uusd: bigint) => (beforeUusd === 0n ? uusd : (uusd * nowUusd) / beforeUusd);
  let isNew = hasGone;
  for (const expirySeconds of expiries) {
    const at = { id: underlyingId, expirySeconds };
    const saidForward = collect(votes, (v) => expiryIn(v, underlyingId, expirySeconds)?.forward);
    // What is not said anew keeps its basis, so that it does not stay behind when the index moves.
    const forward = { ...at, kind: FEED_KIND_FORWARD };
    applyPrice(block, forward, FEED_KIND_FORWARD, saidForward, moved);
    const surface = { ...at, kind: FEED_KIND_SURFACE };
    const before = feeds.get(ctx, keyOf(surface));
    const after = applySurfaceFeed(block, surface);
    if (after.volsBp !== before?.volsBp || after.status !== before.status) isNew = true;
  }
  if (isNew) makeSurface(block, underlyingId);
}

/** Expiries that are no longer voted on: whether there were any. */
function dropGone({ ctx }: VotedBlock, id: number, expiries: readonly bigint[]): boolean {
  const all = [...feedsOf(ctx, FEED_KIND_FORWARD, id), ...feedsOf(ctx, FEED_KIND_SURFACE, id)];
  const gone = all.filter(({ expirySeconds }) => !expiries.includes(expirySeconds));
  for (const feed of gone) feeds.delete(ctx, keyOf(feed));
  return gone.length > 0;
}

function applySurfaceFeed(block: VotedBlock, id: FeedId): FeedState {
  const said = collect(block.votes, (v) => expiryIn(v, id.id, id.expirySeconds)?.surface);
  const seen = medianVols(said, block.quorum);
  const pace = paceOf(block, FEED_KIND_SURFACE);
  return changeFeed(block, id, (last) => {
    const standing = advance(last, seen?.ageMs, pace);
    if (seen === undefined) return standing === last ? last : { ...last, ...standing };
    const { volsBp, dispersionPpm, extrapolated } = seen;
    const confidencePpm = surfaceConfidence(seen, pace.rule.noConfidencePpm);
    return { ...last, ...standing, volsBp, dispersionPpm, extrapolated, confidencePpm };
  });
}

/**
 * The medians of all expiries repaired together: a median of surfaces without arbitrage need not be
 * one. What is halted is left out, so that margin falls back to the bound that needs no volatility.
 */
function makeSurface({ ctx }: VotedBlock, underlyingId: number): void {
  const { timeMs } = ctx.header;
  const forwards = new Map(
    feedsOf(ctx, FEED_KIND_FORWARD, underlyingId).map((f) => [f.expirySeconds, f.priceUusd]),
  );
  const usable = feedsOf(ctx, FEED_KIND_SURFACE, underlyingId).filter(
    ({ status, expirySeconds }) =>
      status !== FeedStatus.FEED_STATUS_HALTED &&
      isAhead(Number(expirySeconds), timeMs) &&
      (forwards.get(expirySeconds) ?? 0n) > 0n,
  );
  if (usable.length === 0) {
    surfaces.delete(ctx, underlyingId);
    return;
  }
  const variances = repairVols(
    usable.map(({ expirySeconds }) => Number(expirySeconds)),
    usable.map(({ volsBp }) => volsBp.map((bp) => bp / 10_000)),
    timeMs,
  );
  const rows = usable.map(({ expirySeconds }, i) => ({
    expirySeconds,
    forwardUusd: forwards.get(expirySeconds)!,
    variances: variances[i]!,
  }));
  surfaces.set(ctx, underlyingId, { underlyingId, timeMs: BigInt(timeMs), rows });
}
