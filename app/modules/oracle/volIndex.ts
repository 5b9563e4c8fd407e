import { FeedKind, VolIndexMethod } from '../../../proto/gen/tenor.oracle.v1.ts';
import type { VolIndex } from '../../../proto/gen/tenor.oracle.v1.ts';
import type { View } from '../../runtime/context.ts';
import { slicesOf } from './core/surface.ts';
import { volIndexOf } from './core/volIndex.ts';
import { leastConfidence, worstStanding } from './feeds/standings.ts';
import { surfaces } from './state.ts';

const { VOL_INDEX_METHOD_INTERPOLATED, VOL_INDEX_METHOD_NEAREST } = VolIndexMethod;

/** The volatility index at the time of the block; undefined while nothing is there for it. */
export function volIndexNow(view: View, underlyingId: number): VolIndex | undefined {
  const stored = surfaces.get(view, underlyingId);
  if (stored === undefined) return undefined;
  const index = volIndexOf(slicesOf(stored), Number(stored.timeMs), view.header.timeMs);
  if (index === undefined) return undefined;
  const expiries = index.expiries.map(({ expirySeconds, volPpm }) => ({
    ...{ expirySeconds: BigInt(expirySeconds), volPpm },
  }));
  const feeds = expiries.map(({ expirySeconds }) => ({
    ...{ kind: FeedKind.FEED_KIND_SURFACE, id: underlyingId, expirySeconds },
  }));
  return {
    volPpm: index.volPpm,
    method: index.isNearest ? VOL_INDEX_METHOD_NEAREST : VOL_INDEX_METHOD_INTERPOLATED,
    expiries,
    ...worstStanding(view, feeds),
    confidencePpm: leastConfidence(view, feeds),
  };
}
