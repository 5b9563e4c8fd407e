import { FeedKind, Finding } from '../../../../proto/gen/tenor.oracle.v1.ts';
import type { Accountability, Turnout, ValueTally } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { followingPpm, NO_FOLLOWING } from './following.ts';
import { weighed } from './turnout.ts';

const { FINDING_FAR, FINDING_LAGGING, FINDING_MISSING } = Finding;
const PPM = 1_000_000n;

/** What a validator did over some windows, together. */
export interface Conduct {
  readonly turnout: Turnout;
  readonly values: ValueTally;
}

/**
 * What is to be found of a validator. Each bound is a share over all the windows: a bad hour, one
 * bad source or a place at the edge of the others is none. A proposer's omission is not its fault.
 */
export function findingsOf({ turnout, values }: Conduct, rules: Accountability): Finding[] {
  const findings: Finding[] = [];
  const { blocks, reported } = weighed(turnout, rules.settlementWeight);
  const fair = blocks - turnout.omitted;
  const least = BigInt(rules.minReportedPpm);
  // A report without an index is none: else an empty one would do.
  const isSilent = values.feeds.some(
    ({ kind, asked, said }) => kind === FeedKind.FEED_KIND_INDEX && said * PPM < asked * least,
  );
  if (isSilent || reported * PPM < fair * least) findings.push(FINDING_MISSING);
  const isFar = values.feeds.some(
    ({ said, far }) => said > 0n && far * PPM > said * BigInt(rules.maxFarPpm),
  );
  if (isFar) findings.push(FINDING_FAR);
  const following = followingPpm(values.following ?? NO_FOLLOWING, rules.minMoves);
  if (following !== undefined && following < BigInt(rules.minFollowingPpm)) {
    findings.push(FINDING_LAGGING);
  }
  return findings;
}
