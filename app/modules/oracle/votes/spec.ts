import { setAt } from '../../staking/index.ts';
import type { VotesSpec } from '../../../runtime/module.ts';
import { applyVotes } from '../applyVotes.ts';
import { params } from '../params.ts';
import { checkVotes } from './check.ts';
import { decodeInjection, encodeInjection, isInjection } from './inject.ts';
import { isAcceptable } from './report.ts';

/** The header of a view that judges a proposal or vote is that of the block being decided. */
export const oracleVotes: VotesSpec = {
  extend(view, report) {
    const { maxExtensionBytes } = params.get(view);
    return report !== null && isAcceptable(report, maxExtensionBytes) ? report : new Uint8Array(0);
  },
  verify: (view, extension) => isAcceptable(extension, params.get(view).maxExtensionBytes),
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
