import { FeedStatus } from '../../../../proto/gen/tenor.oracle.v1.ts';
import type { View } from '../../../runtime/context.ts';
import { params } from '../params.ts';
import { isFresh } from './advance.ts';
import type { Standing } from './advance.ts';
import { feedName } from './feedId.ts';
import type { FeedId } from './feedId.ts';
import { standingOf } from './standings.ts';

/** What somebody wants to do that rests on prices. */
export type FeedPurpose = 'open' | 'withdraw' | 'settle' | 'liquidate';

const ALLOWED: Readonly<Record<FeedPurpose, (standing: Standing, view: View) => boolean>> = {
  open: ({ status }) => isFresh(status),
  withdraw: ({ status }) => isFresh(status),
  // Only a price of this block's quorum: the next one will also stand for the time without.
  settle: ({ status, timeMs }, view) => isFresh(status) && timeMs === BigInt(view.header.timeMs),
  // After an outage not before enough fresh quorums in a row.
  liquidate: ({ status, freshCount }, view) =>
    status === FeedStatus.FEED_STATUS_LIVE && freshCount >= params.get(view).freshNeeded,
};

/**
 * The one gate for everything that opens risk, withdraws, settles or liquidates: the feeds that it
 * rests on, by name. Undefined when all of them carry it; else why not, in words.
 */
export function requireFeeds(
  view: View,
  purpose: FeedPurpose,
  ids: readonly FeedId[],
): string | undefined {
  const allowed = ALLOWED[purpose];
  for (const id of ids) {
    const standing = standingOf(view, id);
    if (!allowed(standing, view)) return describe(view, id, standing);
  }
  return undefined;
}

const WORDS: Readonly<Record<FeedStatus, string>> = {
  [FeedStatus.FEED_STATUS_NONE]: 'not there yet',
  [FeedStatus.FEED_STATUS_LIVE]: 'without a quorum in this block',
  [FeedStatus.FEED_STATUS_STALE]: 'stale',
  [FeedStatus.FEED_STATUS_HALTED]: 'halted',
  [FeedStatus.FEED_STATUS_RECOVERING]: 'recovering',
};

function describe(view: View, id: FeedId, { status, seenMs }: Standing): string {
  const name = feedName(id, params.get(view));
  if (status === FeedStatus.FEED_STATUS_NONE) return `${name}: ${WORDS[status]}`;
  const seconds = (BigInt(view.header.timeMs) - seenMs) / 1_000n;
  return `${name}: ${WORDS[status]}, last seen ${seconds} s ago`;
}
