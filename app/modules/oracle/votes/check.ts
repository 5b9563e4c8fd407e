import type { CommitInfo, ExtendedCommitInfo } from 'cosmjs-types/tendermint/abci/types';
import { BlockIDFlag } from 'cosmjs-types/tendermint/types/validator';
import type { ValidatorSet } from '../../../../proto/gen/tenor.staking.v1.ts';
import { equalBytes, toBinary } from '../../../lib/bytes.ts';
import { MAX_CARRIED_BYTES } from './inject.ts';
import { verifyEd25519 } from '../../../lib/ed25519.ts';
import { extensionSignBytes } from './verifySignature.ts';

export interface VotesCheck {
  readonly injected: ExtendedCommitInfo;
  /** The engine's own account of the same commit. */
  readonly lastCommit: CommitInfo;
  /** Who could sign at the height before. */
  readonly set: ValidatorSet;
  /** The height before. */
  readonly height: number;
  readonly chainId: string;
}

/**
 * Full check of injected votes: null when they are, vote by vote, the last commit with validly
 * signed extensions of more than two thirds of the power; else what is wrong. Nothing in it is
 * trusted: addresses, powers and order come from the engine's commit, keys from the validator set.
 */
export function checkVotes(check: VotesCheck): string | null {
  const { injected, lastCommit } = check;
  if (injected.round !== lastCommit.round) {
    return `round ${injected.round} instead of ${lastCommit.round}`;
  }
  if (injected.votes.length !== lastCommit.votes.length) {
    return `${injected.votes.length} votes instead of ${lastCommit.votes.length}`;
  }
  const byAddress = new Map(check.set.validators.map((v) => [toBinary(v.consensusAddress), v]));
  let totalPower = 0n;
  let signedPower = 0n;
  for (const [i, vote] of injected.votes.entries()) {
    const expected = lastCommit.votes[i]!;
    const wrong = compare(vote, expected);
    if (wrong !== null) return `vote ${i}: ${wrong}`;
    const member = byAddress.get(toBinary(expected.validator.address));
    if (member === undefined) return `vote ${i}: not in the validator set, or there twice`;
    byAddress.delete(toBinary(member.consensusAddress));
    if (member.power !== expected.validator.power) return `vote ${i}: a power of another set`;
    totalPower += member.power;
    if (vote.blockIdFlag !== BlockIDFlag.BLOCK_ID_FLAG_COMMIT) {
      if (vote.voteExtension.length > 0 || vote.extensionSignature.length > 0) {
        return `vote ${i}: an extension without a vote for the block`;
      }
      continue;
    }
    const unsigned = checkExtension(vote, member.consensusPubkey, check);
    if (unsigned !== null) return `vote ${i}: ${unsigned}`;
    if (vote.extensionSignature.length > 0) signedPower += member.power;
  }
  const needed = (2n * totalPower) / 3n + 1n;
  return signedPower >= needed ? null : `signed power ${signedPower} of ${needed} needed`;
}

type InjectedVote = ExtendedCommitInfo['votes'][number];
type CommitVote = CommitInfo['votes'][number];

function compare(vote: InjectedVote, expected: CommitVote): string | null {
  if (!equalBytes(vote.validator.address, expected.validator.address)) return 'another validator';
  if (vote.validator.power !== expected.validator.power) return 'a forged power';
  if (vote.blockIdFlag !== expected.blockIdFlag) return 'a forged flag';
  return null;
}

function checkExtension(vote: InjectedVote, pubkey: Uint8Array, check: VotesCheck): string | null {
  const { voteExtension, extensionSignature } = vote;
  if (voteExtension.length > MAX_CARRIED_BYTES) return 'an oversize extension';
  // Left out by the proposer because it was oversize: not signed, so it does not count as power.
  if (voteExtension.length === 0 && extensionSignature.length === 0) return null;
  const message = extensionSignBytes(
    voteExtension,
    check.height,
    check.injected.round,
    check.chainId,
  );
  return verifyEd25519(pubkey, message, extensionSignature) ? null : 'a forged extension';
}
