import { FeedKind, Finding } from '../../../../proto/gen/tenor.oracle.v1.ts';
import type {
  Accountability,
  FeedTally,
  Turnout,
  ValueTally,
} from '../../../../proto/gen/tenor.oracle.v1.ts';
import { followingPpm, NO_FOLLOWING } from './following.ts';
import { weighed } from './turnout.ts';

const { FEED_KIND_FORWARD, FEED_KIND_INDEX, FEED_KIND_SURFACE } = FeedKind;
const { FINDING_FAR, FINDING_LAGGING, FINDING_MISSING } = Finding;
const PPM = 1_000_000n;

/** What a validator did over some windows, together. */
export interface Conduct {
  readonly turnout: Turnout;
  readonly values: ValueTally;
}

/**
 * What is to be found of a validator. Each bound is a share over all the windows: a bad hour, one
 * bad source or a place at the edge of the others is none.
 */
export function findingsOf({ turnout, values }: Conduct, rules: Accountability): Finding[] {
  const findings: Finding[] = [];
  const judged = values.feeds.filter((feed) => isJudged(feed, values, rules));
  if (isAway(turnout, rules) || judged.some((feed) => isSilent(feed, rules))) {
    findings.push(FINDING_MISSING);
  }
  const isFar = judged.some(
    ({ said, far }) => said > 0n && far * PPM > said * BigInt(rules.maxFarPpm),
  );
  if (isFar) findings.push(FINDING_FAR);
  const following = followingPpm(values.following ?? NO_FOLLOWING, rules.minMoves);
  if (following !== undefined && following < BigInt(rules.minFollowingPpm)) {
    findings.push(FINDING_LAGGING);
  }
  return findings;
}

/**
 * A proposer's omission is not its fault. Nor need a late vote be: as many are excused as came in
 * time. One that votes in a third of the blocks is late in the others as far as anybody can tell.
 */
function isAway(turnout: Turnout, { settlementWeight, minReportedPpm }: Accountability): boolean {
  const { blocks, reported, omitted, late } = weighed(turnout, settlementWeight);
  const excused = late < reported ? late : reported;
  return reported * PPM < (blocks - omitted - excused) * BigInt(minReportedPpm);
}

/** A report without an index that is young enough is none: else an empty one would do. */
const isSilent = ({ kind, asked, said, stale }: FeedTally, rules: Accountability): boolean =>
  kind === FEED_KIND_INDEX && (said - stale) * PPM < asked * BigInt(rules.minReportedPpm);

/**
 * A feed is judged when it was asked for often enough, and in half of the blocks that were looked
 * at: a new one is nobody's fault until then. What rests on an index is as old as the index.
 */
function isJudged(feed: FeedTally, { feeds, samples }: ValueTally, rules: Accountability): boolean {
  const rests = feed.kind === FEED_KIND_FORWARD || feed.kind === FEED_KIND_SURFACE;
  const index = feeds.find(({ kind, id }) => kind === FEED_KIND_INDEX && id === feed.id);
  const since = rests ? (index?.asked ?? 0n) : feed.asked;
  return since * 2n >= samples && feed.asked >= BigInt(rules.minAsked);
}
