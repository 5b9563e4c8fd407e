import { beforeEach, expect, test } from '@jest/globals';
import { FeedKind, FeedStatus } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { Execution } from '../../../../test/harness/execution.ts';
import { settledFeed, settledPrice } from '../fixture.ts';
import { feeds, prices } from '../state.ts';
import { indexFeed, keyOf } from './feedId.ts';
import { worstStanding } from './standings.ts';

const { FEED_KIND_FORWARD, FEED_KIND_SURFACE } = FeedKind;
const { FEED_STATUS_HALTED, FEED_STATUS_LIVE, FEED_STATUS_NONE } = FeedStatus;
const { FEED_STATUS_RECOVERING, FEED_STATUS_STALE } = FeedStatus;

let chain: Execution;
beforeEach(() => {
  chain = new Execution();
  prices.set(chain.ctx, 1, settledPrice(9_000n, { underlyingId: 1, indexUusd: 1n }));
});

const EXPIRY = 1_800_000_000n;

function worstWith(status: FeedStatus, seenMs: bigint) {
  const of = (kind: FeedKind) => ({ kind, id: 1, expirySeconds: EXPIRY });
  const forward = settledFeed(9_000n, of(FEED_KIND_FORWARD));
  const surface = settledFeed(9_000n, { ...of(FEED_KIND_SURFACE), status, seenMs });
  for (const feed of [forward, surface]) feeds.set(chain.ctx, keyOf(feed), feed);
  return worstStanding(chain.view, [indexFeed(1), forward, surface]);
}

test.each([FEED_STATUS_LIVE, FEED_STATUS_RECOVERING, FEED_STATUS_STALE, FEED_STATUS_HALTED])(
  'what rests on several feeds stands as the worst of them, and is as old as the oldest: %s',
  (status) => {
    expect(worstWith(status, 5_000n)).toEqual({ status, seenMs: 5_000n });
  },
);

test('a feed that never had a quorum is worse than all others', () => {
  worstWith(FEED_STATUS_HALTED, 5_000n);
  const missing = { kind: FEED_KIND_SURFACE, id: 1, expirySeconds: EXPIRY + 1n };
  expect(worstStanding(chain.view, [indexFeed(1), missing]).status).toBe(FEED_STATUS_NONE);
});
