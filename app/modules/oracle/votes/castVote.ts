import type { ExtendedCommitInfo } from 'cosmjs-types/tendermint/abci/types';
import { BlockIDFlag } from 'cosmjs-types/tendermint/types/validator';
import type { Params, VoteBase } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { toBinary } from '../../../lib/bytes.ts';
import type { Weighted } from '../core/median.ts';
import { decodeVote } from './decodeVote.ts';
import type { ExpiryVote, UnderlyingVote, Vote } from './vote.ts';

/** A validator's part in the last commit, with its vote when it has a valid one. */
export interface CastVote {
  readonly address: Uint8Array;
  readonly power: bigint;
  /** `omitted`: signed by the validator, and left out by the proposer. */
  readonly kind: 'reported' | 'empty' | 'malformed' | 'absent' | 'omitted';
  readonly vote: Vote | undefined;
}

/** Reads one vote of the last commit. Nothing in its extension can fail: a bad one is malformed. */
export function castVote(
  commit: ExtendedCommitInfo['votes'][number],
  base: VoteBase | undefined,
  p: Params,
): CastVote {
  const { power } = commit.validator;
  const bytes = commit.voteExtension;
  // A copy: a slice of the block's bytes must not keep them all alive in state.
  const address = Uint8Array.from(commit.validator.address);
  const none = { address, power, vote: undefined };
  if (commit.blockIdFlag !== BlockIDFlag.BLOCK_ID_FLAG_COMMIT) return { ...none, kind: 'absent' };
  if (commit.extensionSignature.length === 0) return { ...none, kind: 'omitted' };
  if (bytes.length === 0) return { ...none, kind: 'empty' };
  if (bytes.length > p.maxExtensionBytes) return { ...none, kind: 'malformed' };
  const vote = base === undefined ? null : decodeVote(bytes, base);
  return vote === null
    ? { ...none, kind: 'malformed' }
    : { address, power, kind: 'reported', vote };
}

/** One value of each validator that said it, with its power. */
export function collect<T>(
  votes: readonly CastVote[],
  pick: (vote: Vote) => T | undefined,
): Weighted<T>[] {
  return votes.flatMap(({ vote, power, address }) => {
    const value = vote === undefined ? undefined : pick(vote);
    return value === undefined ? [] : [{ value, power, order: toBinary(address) }];
  });
}

export const underlyingIn = ({ underlyings }: Vote, id: number): UnderlyingVote | undefined =>
  underlyings.find((u) => u.underlyingId === id);

export const expiryIn = (vote: Vote, id: number, expirySeconds: bigint): ExpiryVote | undefined =>
  underlyingIn(vote, id)?.expiries.find((e) => e.expirySeconds === expirySeconds);
