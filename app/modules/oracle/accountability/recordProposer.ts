import type { Proposer, Turnout } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { compareBytes, toBinary } from '../../../lib/bytes.ts';
import type { Ctx } from '../../../runtime/context.ts';
import { newProposer } from '../core/leavingOut.ts';
import { proposers } from '../state.ts';
import type { CastVote } from '../votes/castVote.ts';

/**
 * Counts a block of its proposer, and the votes that disappeared in it: the block before had one
 * of the same validator.
 *
 * @param before how they took part until the block before, in this window
 */
export function recordProposer(
  ctx: Ctx,
  votes: readonly CastVote[],
  before: readonly Turnout[],
): void {
  const { proposer } = ctx.header;
  // Another's place in the set may be gone by the time of its last block.
  if (!votes.some(({ address }) => toBinary(address) === toBinary(proposer))) return;
  const own = proposers.get(ctx, proposer) ?? newProposer(Uint8Array.from(proposer));
  const wereThere = new Set(
    before.filter((t) => t.absentInARow === 0).map((t) => toBinary(t.consensusAddress)),
  );
  const gone = votes.filter(
    ({ kind, address }) =>
      (kind === 'absent' || kind === 'omitted') && wereThere.has(toBinary(address)),
  );
  const missed = gone.reduce((all, { address }) => withOneMore(all, address), own.missed);
  proposers.set(ctx, own.consensusAddress, { ...own, blocks: own.blocks + 1n, missed });
}

function withOneMore(missed: Proposer['missed'], consensusAddress: Uint8Array): Proposer['missed'] {
  const key = toBinary(consensusAddress);
  const before = missed.find((m) => toBinary(m.consensusAddress) === key)?.blocks ?? 0n;
  const others = missed.filter((m) => toBinary(m.consensusAddress) !== key);
  return [...others, { consensusAddress, blocks: before + 1n }].sort((a, b) =>
    compareBytes(a.consensusAddress, b.consensusAddress),
  );
}
