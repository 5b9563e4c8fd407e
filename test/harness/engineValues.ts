import type * as abci from 'cosmjs-types/tendermint/abci/types';

export const timestamp = (timeMs: number): { seconds: bigint; nanos: number } => {
  return { seconds: BigInt(Math.floor(timeMs / 1000)), nanos: (timeMs % 1000) * 1_000_000 };
};

/** What the engine says of a commit, without extensions. */
export function commitOf(extended: abci.ExtendedCommitInfo): abci.CommitInfo {
  return {
    round: extended.round,
    votes: extended.votes.map(({ validator, blockIdFlag }) => ({ validator, blockIdFlag })),
  };
}
