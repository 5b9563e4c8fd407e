import type { Ctx } from '../../runtime/context.ts';
import { dropOldSamples } from './closing.ts';
import { listSeries } from './listing.ts';
import type { IndexLookup } from './liveIndex.ts';
import { sampleExpiries } from './sampling.ts';

/** Settlement samples and prices first, then new listings. */
export function beginBlock(ctx: Ctx, indexOf: IndexLookup): void {
  sampleExpiries(ctx, indexOf);
  listSeries(ctx, indexOf);
  dropOldSamples(ctx);
}
