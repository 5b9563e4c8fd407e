import type { Params, ValidatorVotes } from '../../../proto/gen/tenor.oracle.v1.ts';
import { toBinary } from '../../lib/bytes.ts';
import type { Ctx } from '../../runtime/context.ts';
import { underlyingIn } from './votes/castVote.ts';
import type { CastVote } from './votes/castVote.ts';
import type { Vote } from './votes/vote.ts';
import { prices, records } from './state.ts';

/**
 * Counts how each validator took part, for people and for later rewards. Who left the set is
 * forgotten. Votes that a proposer left out count against it: only it knows whether it had to.
 */
export function recordVotes(ctx: Ctx, votes: readonly CastVote[], p: Params): void {
  if (votes.length === 0) return;
  const voters = new Set(votes.map((vote) => toBinary(vote.address)));
  for (const [address] of records.entries(ctx)) {
    if (!voters.has(toBinary(address))) records.delete(ctx, address);
  }
  for (const vote of votes) {
    const before = records.get(ctx, vote.address) ?? newRecord(vote.address);
    const reported = vote.kind === 'reported';
    records.set(ctx, vote.address, {
      ...before,
      power: vote.power,
      [vote.kind]: before[vote.kind] + 1n,
      outliers: before.outliers + (isOutlier(ctx, vote, p) ? 1n : 0n),
      lastReportedHeight: reported ? BigInt(ctx.header.height) : before.lastReportedHeight,
      last: vote.vote === undefined ? before.last : lastOf(vote.vote),
    });
  }
  const omitted = votes.filter((vote) => vote.kind === 'omitted').length;
  if (omitted === 0) return;
  const proposer = records.get(ctx, ctx.header.proposer);
  if (proposer === undefined) return;
  const leftOut = proposer.leftOut + BigInt(omitted);
  records.set(ctx, proposer.consensusAddress, { ...proposer, leftOut });
}

const lastOf = ({ underlyings }: Vote) =>
  underlyings.map(({ underlyingId, index }) => ({
    underlyingId,
    indexUusd: index?.priceUusd ?? 0n,
  }));

function newRecord(consensusAddress: Uint8Array): ValidatorVotes {
  return {
    consensusAddress,
    power: 0n,
    reported: 0n,
    empty: 0n,
    malformed: 0n,
    absent: 0n,
    omitted: 0n,
    leftOut: 0n,
    outliers: 0n,
    lastReportedHeight: 0n,
    last: [],
  };
}

function isOutlier(ctx: Ctx, { vote }: CastVote, p: Params): boolean {
  if (vote === undefined) return false;
  return p.feeds.some(({ underlyingId }) => {
    const said = underlyingIn(vote, underlyingId)?.index?.priceUusd ?? 0n;
    const index = prices.get(ctx, underlyingId)?.indexUusd ?? 0n;
    if (said === 0n || index === 0n) return false;
    const distance = said > index ? said - index : index - said;
    return distance * 1_000_000n > index * BigInt(p.outlierPpm);
  });
}
