import type { FeedKind, FeedTally, ValueTally } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { NO_FOLLOWING, sumFollowing } from './following.ts';

/** One value of a validator beside the chain's. */
export interface SeenValue {
  /** What distances are told in: millionths of the median. */
  readonly unitPpm: number;
  /** From the median, in millionths of it; undefined when it said nothing. */
  readonly distancePpm: number | undefined;
  /** Its sources had seen it too long ago. */
  readonly isStale: boolean;
  /** How many times it counts. */
  readonly weight: bigint;
}

/** No distance counts for more, so that one odd value does not stand for a whole day. */
const MAX_DISTANCE_MILLI = 100_000;
/** The least unit is this part of the dispersion that leaves no confidence. */
const LEAST_UNIT = 100;

/**
 * The unit of distances: the dispersion of the block's reports. Where most agree to the last digit
 * that is 0, and an honest validator beside them would be infinitely far: so it has a least size.
 */
export function unitOf(dispersionPpm: number, noConfidencePpm: number): number {
  return Math.max(dispersionPpm, Math.floor(noConfidencePpm / LEAST_UNIT), 1);
}

/** In millionths of the median, which is above 0. Both are safe integers. */
export function distanceOf(said: number, median: number): number {
  return (Math.abs(said - median) / median) * 1e6;
}

export const newTally = (kind: FeedKind, id: number): FeedTally => ({
  ...{ kind, id, asked: 0n, said: 0n, stale: 0n, far: 0n, distanceMilli: 0n },
});

/** @param farMilli how far is far, in thousandths of a unit */
export function addValue(tally: FeedTally, value: SeenValue, farMilli: number): FeedTally {
  const { distancePpm, isStale, unitPpm, weight } = value;
  const asked = tally.asked + weight;
  if (distancePpm === undefined) return { ...tally, asked };
  const milli = Math.min(Math.floor((distancePpm * 1_000) / unitPpm), MAX_DISTANCE_MILLI);
  return {
    ...tally,
    asked,
    said: tally.said + weight,
    stale: tally.stale + (isStale ? weight : 0n),
    far: tally.far + (milli > farMilli ? weight : 0n),
    distanceMilli: tally.distanceMilli + BigInt(milli) * weight,
  };
}

const sumFeed = (a: FeedTally, b: FeedTally): FeedTally => ({
  ...a,
  asked: a.asked + b.asked,
  said: a.said + b.said,
  stale: a.stale + b.stale,
  far: a.far + b.far,
  distanceMilli: a.distanceMilli + b.distanceMilli,
});

const byFeed = (a: FeedTally, b: FeedTally): number => a.kind - b.kind || a.id - b.id;

/** Two tallies of one validator together, feeds by kind and id. */
export function sumTallies(a: ValueTally, b: ValueTally): ValueTally {
  const feeds = [...a.feeds];
  for (const feed of b.feeds) {
    const at = feeds.findIndex(({ kind, id }) => kind === feed.kind && id === feed.id);
    if (at < 0) feeds.push(feed);
    else feeds[at] = sumFeed(feeds[at]!, feed);
  }
  return {
    ...a,
    samples: a.samples + b.samples,
    feeds: feeds.sort(byFeed),
    following: sumFollowing(a.following ?? NO_FOLLOWING, b.following ?? NO_FOLLOWING),
  };
}

export const newValues = (consensusAddress: Uint8Array): ValueTally => ({
  ...{ consensusAddress, samples: 0n, feeds: [], following: undefined },
});
