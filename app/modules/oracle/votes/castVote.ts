import type { ExtendedCommitInfo } from 'cosmjs-types/tendermint/abci/types';
import { BlockIDFlag } from 'cosmjs-types/tendermint/types/validator';
import type { Params, UnderlyingReport } from '../../../../proto/gen/tenor.oracle.v1.ts';
import { parseReport } from './report.ts';

/** A validator's part in the last commit, with its report when it has a valid one. */
export interface CastVote {
  readonly address: Uint8Array;
  readonly power: bigint;
  /** `omitted`: signed by the validator, and left out by the proposer. */
  readonly kind: 'reported' | 'empty' | 'malformed' | 'absent' | 'omitted';
  readonly reports: readonly UnderlyingReport[];
}

/** Reads one vote of the last commit. Nothing in its extension can fail: a bad one is malformed. */
export function castVote(vote: ExtendedCommitInfo['votes'][number], p: Params): CastVote {
  const { power } = vote.validator;
  // A copy: a slice of the block's bytes must not keep them all alive in state.
  const address = Uint8Array.from(vote.validator.address);
  const none = { address, power, reports: [] };
  if (vote.blockIdFlag !== BlockIDFlag.BLOCK_ID_FLAG_COMMIT) return { ...none, kind: 'absent' };
  if (vote.extensionSignature.length === 0) return { ...none, kind: 'omitted' };
  if (vote.voteExtension.length === 0) return { ...none, kind: 'empty' };
  if (vote.voteExtension.length > p.maxExtensionBytes) return { ...none, kind: 'malformed' };
  const report = parseReport(vote.voteExtension);
  if (report === null) return { ...none, kind: 'malformed' };
  return { address, power, kind: 'reported', reports: report.underlyings };
}

export const reportFor = (vote: CastVote, underlyingId: number): UnderlyingReport | undefined =>
  vote.reports.find((r) => r.underlyingId === underlyingId);
