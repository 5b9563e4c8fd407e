import type { ExtendedCommitInfo } from 'cosmjs-types/tendermint/abci/types';
import { recordVotes } from './accountability/recordVotes.ts';
import { applyExpiries } from './apply/applyExpiries.ts';
import { applyIndex } from './apply/applyIndex.ts';
import { applyRemoved } from './apply/applyRemoved.ts';
import { applyStablecoins } from './apply/applyStablecoins.ts';
import { PPM } from './core/median.ts';
import { expiriesVoted } from './core/expiriesVoted.ts';
import type { Params } from '../../../proto/gen/tenor.oracle.v1.ts';
import { params } from './params.ts';
import type { Ctx } from '../../runtime/context.ts';
import { bases, prices } from './state.ts';
import { castVote } from './votes/castVote.ts';
import { writeBase } from './writeBase.ts';

/**
 * Takes what feeds say from the votes of the last commit: those with a quorum of reporting power
 * replace what state holds, the others keep it and age. `injected` is undefined when the block
 * brought no votes.
 */
export function applyVotes(ctx: Ctx, injected: ExtendedCommitInfo | undefined): void {
  const p = params.get(ctx);
  // Votes of the height before were made in the state of the one before that.
  const base = bases.get(ctx, BigInt(Math.max(ctx.header.height - 2, 0)));
  const votes = (injected?.votes ?? []).map((vote) => castVote(vote, base, p));
  const totalPower = votes.reduce((sum, v) => sum + v.power, 0n);
  const quorum = (totalPower * BigInt(p.quorumPpm) + PPM - 1n) / PPM;
  const expiries = expiriesVoted(ctx.header.timeMs).map(BigInt);
  const block = { ctx, votes, quorum, p, votedMs: votedMs(ctx, p) };
  for (const feed of p.feeds) {
    const before = prices.get(ctx, feed.underlyingId)?.indexUusd ?? 0n;
    applyIndex(block, feed);
    applyExpiries(block, feed.underlyingId, expiries, before);
  }
  applyStablecoins(block);
  applyRemoved(block);
  recordVotes(ctx, votes, base, p);
  writeBase(ctx, p, expiries);
}

/**
 * Votes were cast for the block before, and say how old it was then what they saw. With an outage
 * of the chain between the two they are taken for as old as they can be (ADR 155).
 */
function votedMs(ctx: Ctx, { staleAfterMs }: Params): bigint {
  const { height, timeMs } = ctx.header;
  const before = bases.get(ctx, BigInt(Math.max(height - 1, 0)))?.timeMs ?? 0n;
  const gapMs = before === 0n ? 0n : BigInt(timeMs) - before;
  return gapMs > staleAfterMs ? gapMs : 0n;
}
