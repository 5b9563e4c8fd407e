import { FeedKind, FeedStatus } from '../../../../proto/gen/tenor.oracle.v1.ts';
import type { FeedState } from '../../../../proto/gen/tenor.oracle.v1.ts';
import type { Reader } from '../../../store/collection.ts';
import { feeds, prices } from '../state.ts';
import { NO_STANDING } from './advance.ts';
import type { Standing } from './advance.ts';
import { keyOf } from './feedId.ts';
import type { FeedId } from './feedId.ts';

const { FEED_KIND_FORWARD, FEED_KIND_INDEX, FEED_KIND_SURFACE } = FeedKind;
const FIRST = 0n;

/** What stands behind a feed; NONE when it never had a quorum. */
export function standingOf(reader: Reader, id: FeedId): Standing {
  const found =
    id.kind === FEED_KIND_INDEX ? prices.get(reader, id.id) : feeds.get(reader, keyOf(id));
  return found ?? NO_STANDING;
}

/** From the best to the worst. */
const SEVERITY = [
  FeedStatus.FEED_STATUS_LIVE,
  FeedStatus.FEED_STATUS_RECOVERING,
  FeedStatus.FEED_STATUS_STALE,
  FeedStatus.FEED_STATUS_HALTED,
  FeedStatus.FEED_STATUS_NONE,
];

/** The worst status of some feeds, and when the sources saw the oldest; for people. */
export function worstStanding(
  reader: Reader,
  ids: readonly FeedId[],
): Pick<Standing, 'status' | 'seenMs'> {
  const all = ids.map((id) => standingOf(reader, id));
  const worst = all.reduce((most, { status }) => Math.max(most, SEVERITY.indexOf(status)), 0);
  const seenMs = all.map((standing) => standing.seenMs).reduce((a, b) => (a < b ? a : b));
  return { status: SEVERITY[worst]!, seenMs };
}

/** Full agreement. */
export const CONFIDENT_PPM = 1_000_000;

/** The lowest confidence in some feeds, in millionths. */
export function leastConfidence(reader: Reader, ids: readonly FeedId[]): number {
  return ids.reduce(
    (least, id) => Math.min(least, feeds.get(reader, keyOf(id))?.confidencePpm ?? CONFIDENT_PPM),
    CONFIDENT_PPM,
  );
}

/** The forwards or the surfaces of an underlying that have had a quorum, by time. */
export function feedsOf(
  reader: Reader,
  kind: typeof FEED_KIND_FORWARD | typeof FEED_KIND_SURFACE,
  underlyingId: number,
): FeedState[] {
  const found: FeedState[] = [];
  for (const [[k, id], feed] of feeds.following(reader, [kind, underlyingId, FIRST])) {
    if (k !== kind || id !== underlyingId) break;
    if (feed.status !== FeedStatus.FEED_STATUS_NONE) found.push(feed);
  }
  return found;
}

/**
 * The feeds that the mark of an expiry rests on: the index, and forward and surface of the expiries
 * that it lies between; beyond the last, of the last. Without any surface it has none to rest on.
 */
export function feedsBehind(
  reader: Reader,
  underlyingId: number,
  expirySeconds: bigint,
): { readonly forwards: readonly FeedId[]; readonly surfaces: readonly FeedId[] } {
  const around = (kind: typeof FEED_KIND_FORWARD | typeof FEED_KIND_SURFACE): FeedId[] => {
    const all = feedsOf(reader, kind, underlyingId);
    const before = all.findLast((feed) => feed.expirySeconds <= expirySeconds);
    const after = all.find((feed) => feed.expirySeconds >= expirySeconds);
    const found = before === after ? [before] : [before, after];
    return found.flatMap((f) => (f === undefined ? [] : [idOf(f)]));
  };
  return { forwards: around(FEED_KIND_FORWARD), surfaces: around(FEED_KIND_SURFACE) };
}

const idOf = ({ kind, id, expirySeconds }: FeedState): FeedId => ({ kind, id, expirySeconds });
