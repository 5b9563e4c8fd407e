import type { Params, Turnout, VoteBase } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { compareBytes, toBinary } from '../../../lib/bytes.ts';
import type { Ctx } from '../../../runtime/context.ts';
import { addBlock, newTurnout } from '../core/turnout.ts';
import { openWindow, prices } from '../state.ts';
import { underlyingIn } from '../votes/castVote.ts';
import type { CastVote } from '../votes/castVote.ts';
import type { Vote } from '../votes/vote.ts';
import { closeWindow } from './closeWindow.ts';
import { recordProposer } from './recordProposer.ts';
import { isInSettlement } from './settlementWindow.ts';
import { sampleVotes } from './sampleVotes.ts';

/**
 * Counts how each validator took part, in the window that the block's time is in; one that is over
 * is closed first. Votes that a proposer left out count against it: only it knows whether it had
 * to. Call it once the votes are applied.
 */
export function recordVotes(
  ctx: Ctx,
  votes: readonly CastVote[],
  base: VoteBase | undefined,
  p: Params,
): void {
  if (votes.length === 0) return;
  const { height, timeMs } = ctx.header;
  const number = BigInt(timeMs) / (p.accountability!.windowSeconds * 1_000n);
  const before = openWindow.get(ctx);
  if (before !== undefined && before.number !== number) closeWindow(ctx, before, votes, p);
  const lastMs = BigInt(timeMs);
  const open = openWindow.get(ctx) ?? {
    ...{ number, startHeight: BigInt(height), startMs: lastMs, lastMs, turnouts: [] },
  };
  recordProposer(ctx, votes, open.turnouts);
  openWindow.set(ctx, { ...open, lastMs, turnouts: turnoutsOf(ctx, open.turnouts, votes, p) });
  sampleVotes(ctx, votes, base, p);
}

/** Who left the set keeps its place until the window is closed. */
function turnoutsOf(
  ctx: Ctx,
  before: readonly Turnout[],
  votes: readonly CastVote[],
  p: Params,
): Turnout[] {
  const turnouts = new Map(before.map((t) => [toBinary(t.consensusAddress), t]));
  const inSettlement = isInSettlement(ctx);
  for (const vote of votes) {
    const key = toBinary(vote.address);
    const turnout = turnouts.get(key) ?? newTurnout(vote.address);
    turnouts.set(key, {
      ...addBlock(turnout, vote.kind, inSettlement),
      ...saidOf(ctx, vote, p),
      outliers: turnout.outliers + (isOutlier(ctx, vote, p) ? 1n : 0n),
    });
  }
  const omitted = votes.filter((vote) => vote.kind === 'omitted').length;
  const proposer = turnouts.get(toBinary(ctx.header.proposer));
  if (omitted > 0 && proposer !== undefined) {
    const leftOut = proposer.leftOut + BigInt(omitted);
    turnouts.set(toBinary(ctx.header.proposer), { ...proposer, leftOut });
  }
  return [...turnouts.values()].sort((a, b) =>
    compareBytes(a.consensusAddress, b.consensusAddress),
  );
}

/** What changes of a turnout beside its counts. */
function saidOf(ctx: Ctx, { power, vote }: CastVote, p: Params): Partial<Turnout> {
  if (vote === undefined) return { power };
  return { power, lastReportedHeight: BigInt(ctx.header.height), last: lastOf(vote, p) };
}

const lastOf = (vote: Vote, { feeds }: Params) =>
  feeds.map(({ underlyingId }) => ({
    underlyingId,
    indexUusd: underlyingIn(vote, underlyingId)?.index?.priceUusd,
  }));

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
