import { FeedKind, FeedStatus } from '../../../proto/gen/tenor.oracle.v1.ts';
import type { FeedState, Price } from '../../../proto/gen/tenor.oracle.v1.ts';

type Given = Partial<FeedState> & Pick<FeedState, 'kind' | 'id'>;

/** For tests: a feed that all validators agree on since long, but for what is given. */
export const settledFeed = (timeMs: bigint, given: Given): FeedState => ({
  ...{ expirySeconds: 0n, status: FeedStatus.FEED_STATUS_LIVE, height: 1n, timeMs, seenMs: timeMs },
  ...{ dispersionPpm: 0, confidencePpm: 1_000_000, freshCount: 100, priceUusd: 0n },
  ...{ volsBp: [], extrapolated: 0 },
  ...given,
});

/** Forward and surface of an expiry, alike. */
export const expiryFeeds = (timeMs: bigint, given: Omit<Given, 'kind'>): FeedState[] =>
  [FeedKind.FEED_KIND_FORWARD, FeedKind.FEED_KIND_SURFACE].map((kind) =>
    settledFeed(timeMs, { ...given, kind }),
  );

/** For tests: an index that all validators agree on since long. */
export const settledPrice = (
  timeMs: bigint,
  given: Partial<Price> & Pick<Price, 'underlyingId' | 'indexUusd'>,
): Price => ({
  ...{ height: 1n, timeMs, dispersionPpm: 0 },
  ...{
    status: FeedStatus.FEED_STATUS_LIVE,
    freshCount: 100,
    seenMs: timeMs,
    confidencePpm: 1_000_000,
  },
  ...{ reportedPower: 400n, quorumPower: 267n },
  ...given,
});
