import type { Ctx } from '../../runtime/context.ts';
import { forgetIndex, openSettlementWindow, removedIndexes } from '../oracle/index.ts';
import { dropOldSamples } from './closing.ts';
import { liveExpiries } from './instruments.ts';
import { listSeries } from './listing.ts';
import type { IndexLookup } from './liveIndex.ts';
import type { DeltaLookup } from './liveSmile.ts';
import { params } from './params.ts';
import { sampleExpiries } from './sampling.ts';
import { liveKeys } from './state.ts';

/** Settlement samples and prices first, then new listings. */
export function beginBlock(ctx: Ctx, indexOf: IndexLookup, deltasAt: DeltaLookup): void {
  noteSettlementWindow(ctx);
  sampleExpiries(ctx, indexOf);
  listSeries(ctx, indexOf, deltasAt);
  dropOldSamples(ctx);
}

/** The index of an underlying that validators vote on no more, once it has no series. */
export function forgetRemoved(ctx: Ctx): void {
  const removed = removedIndexes(ctx);
  if (removed.length === 0) return;
  const live = liveExpiries(ctx);
  for (const id of removed) {
    if (!live.some(({ underlyingId }) => underlyingId === id)) forgetIndex(ctx, id);
  }
}

/** From the next block on validators answer for more, until the expiries in it are over. */
function noteSettlementWindow(ctx: Ctx): void {
  const windowMs = Number(params.get(ctx).settlementWindowSeconds) * 1_000;
  const { timeMs } = ctx.header;
  for (const [[expirySeconds]] of liveKeys.entries(ctx)) {
    const endMs = Number(expirySeconds) * 1_000;
    if (timeMs < endMs - windowMs) return;
    if (timeMs < endMs) openSettlementWindow(ctx, endMs);
  }
}
