import type { FeedStatus } from '../../../proto/gen/tenor.oracle.v1.ts';
import { isFresh } from '../oracle/index.ts';
import type { View } from '../../runtime/context.ts';

/** What the oracle says of an underlying's index. */
export interface IndexPrice {
  readonly indexUusd: bigint;
  /** Block time at which it last had a quorum. */
  readonly timeMs: number;
  /** When its sources saw it. */
  readonly seenMs: number;
  readonly status: FeedStatus;
  /** What stands behind it: who reported it, what a quorum took, and how much they agree. */
  readonly reportedPower: bigint;
  readonly quorumPower: bigint;
  readonly confidencePpm: number;
}

export type IndexLookup = (view: View, underlyingId: number) => IndexPrice | undefined;

/** The index while its feed is fresh: live or recovering. */
export function liveIndex(
  view: View,
  underlyingId: number,
  indexOf: IndexLookup,
): IndexPrice | undefined {
  const price = indexOf(view, underlyingId);
  return price !== undefined && isFresh(price.status) ? price : undefined;
}
