import { FeedStatus } from '../../../../proto/gen/tenor.oracle.v1.ts';
import type { FeedRule } from '../../../../proto/gen/tenor.oracle.v1.ts';

const { FEED_STATUS_NONE, FEED_STATUS_LIVE, FEED_STATUS_STALE, FEED_STATUS_HALTED } = FeedStatus;
const { FEED_STATUS_RECOVERING } = FeedStatus;
const MAX_FRESH = 1_000_000;

/** What stands behind a feed's value, of whatever kind. */
export interface Standing {
  readonly status: FeedStatus;
  /** Height and block time of the last quorum. */
  readonly height: bigint;
  readonly timeMs: bigint;
  /** When its sources saw it. */
  readonly seenMs: bigint;
  readonly freshCount: number;
}

export const NO_STANDING: Standing = {
  status: FEED_STATUS_NONE,
  height: 0n,
  timeMs: 0n,
  seenMs: 0n,
  freshCount: 0,
};

/** The block, and how long a feed may go without being seen anew. */
export interface Pace {
  readonly height: bigint;
  readonly timeMs: bigint;
  readonly rule: FeedRule;
  /** Fresh quorums in a row before a feed is live. */
  readonly freshNeeded: number;
  /** How much older than they say votes may be: 0, but for those of before an outage (ADR 155). */
  readonly votedMs: bigint;
}

/**
 * The state machine of every feed: fresh quorums make it recover, enough of them in a row live;
 * what its sources saw too long ago is stale, then halted, even if validators go on reporting it.
 *
 * @param saidMs median age at the sources of this block's quorum; undefined without a quorum
 */
export function advance(last: Standing, saidMs: number | undefined, pace: Pace): Standing {
  const { height, timeMs, rule, freshNeeded, votedMs } = pace;
  if (saidMs === undefined) {
    const status = statusAt(last.status, timeMs - last.seenMs, rule);
    return status === last.status ? last : { ...last, status, freshCount: 0 };
  }
  const ageMs = BigInt(saidMs) + votedMs;
  const seen = { height, timeMs, seenMs: timeMs - ageMs };
  if (ageMs > rule.staleAfterMs) {
    return { ...seen, status: statusAt(FEED_STATUS_STALE, ageMs, rule), freshCount: 0 };
  }
  // The block time may jump over a whole outage, which then left no stale status behind.
  const follows = isFresh(last.status) && timeMs - last.timeMs <= rule.staleAfterMs;
  const freshCount = Math.min((follows ? last.freshCount : 0) + 1, MAX_FRESH);
  const status = freshCount >= freshNeeded ? FEED_STATUS_LIVE : FEED_STATUS_RECOVERING;
  return { ...seen, status, freshCount };
}

/** Whether a value is young enough to open risk on. */
export function isFresh(status: FeedStatus): boolean {
  return status === FEED_STATUS_LIVE || status === FEED_STATUS_RECOVERING;
}

function statusAt(status: FeedStatus, ageMs: bigint, rule: FeedRule): FeedStatus {
  if (status === FEED_STATUS_NONE) return status;
  if (ageMs > rule.haltAfterMs) return FEED_STATUS_HALTED;
  return ageMs > rule.staleAfterMs ? FEED_STATUS_STALE : status;
}
