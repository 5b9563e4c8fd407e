import type { VoteBase } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { readFeederReport } from '../../../lib/feederReport.ts';
import type { View } from '../../../runtime/context.ts';
import type { VotesSpec } from '../../../runtime/module.ts';
import { setAt } from '../../staking/index.ts';
import { applyVotes } from '../applyVotes.ts';
import { params } from '../params.ts';
import { bases } from '../state.ts';
import { checkVotes } from './check.ts';
import { decodeVote } from './decodeVote.ts';
import { decodeInjection, encodeInjection, isInjection } from './inject.ts';
import { fitVote, voteOf } from './voteOf.ts';

const NOTHING = new Uint8Array(0);

/** What votes for the block being decided are told against: the state before it. */
const baseOf = (view: View): VoteBase | undefined =>
  bases.get(view, BigInt(Math.max(view.header.height - 1, 0)));

/** Whether bytes may be part of a vote: none, or a valid one of allowed size. */
function isAcceptable(view: View, bytes: Uint8Array): boolean {
  if (bytes.length === 0) return true;
  const base = baseOf(view);
  if (base === undefined || bytes.length > params.get(view).maxExtensionBytes) return false;
  return decodeVote(bytes, base) !== null;
}

/** The header of a view that judges a proposal or vote is that of the block being decided. */
export const oracleVotes: VotesSpec = {
  extend(view, bytes) {
    const report = bytes === null ? null : readFeederReport(bytes);
    const base = baseOf(view);
    if (report === null || base === undefined) return NOTHING;
    const said = fitVote(voteOf(report, base), base, params.get(view).maxExtensionBytes);
    return isAcceptable(view, said) ? said : NOTHING;
  },
  verify: isAcceptable,
  inject: (_view, commit) => encodeInjection(commit),
  check(view, first, lastCommit) {
    const height = view.header.height - 1;
    const set = setAt(view, height);
    // The first block of a chain has no commit before it, so there is nothing to inject.
    if (lastCommit.votes.length === 0) return isInjection(first) ? 'votes without a commit' : null;
    if (set === undefined) return `no validator set for height ${height}`;
    if (first === undefined || !isInjection(first)) return 'the votes are missing';
    const injected = decodeInjection(first);
    if (injected === null) return 'the votes cannot be read';
    return checkVotes({
      injected,
      lastCommit,
      set,
      height,
      chainId: view.header.chainId,
    });
  },
  apply(ctx, first) {
    const injected = first !== undefined && isInjection(first) ? decodeInjection(first) : null;
    applyVotes(ctx, injected ?? undefined);
  },
};
