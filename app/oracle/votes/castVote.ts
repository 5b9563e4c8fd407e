import type { ExtendedCommitInfo } from 'cosmjs-types/tendermint/abci/types';
import { BlockIDFlag } from 'cosmjs-types/tendermint/types/validator';
import type { Params, UnderlyingReport } from '../../../proto/gen/tenor.oracle.v1.ts';
import { parseReport } from './report.ts';

/** A validator's part in the last commit, with its report when it has a valid one. */
export interface CastVote {
  readonly address: Uint8Array;
  readonly power: bigint;
  readonly kind: 'reported' | 'empty' | 'malformed' | 'absent';
  readonly reports: readonly UnderlyingReport[];
}

/** Reads one vote of the last commit. Nothing in its extension can fail: a bad one is malformed. */
export function castVote(vote: ExtendedCommitInfo['votes'][number], p: Params): CastVote {
  const { address, power } = vote.validator;
  const none = { address, power, reports: [] };
  if (vote.blockIdFlag !== BlockIDFlag.BLOCK_ID_FLAG_COMMIT) return { ...none, kind: 'absent' };
  if (vote.voteExtension.length === 0) return { ...none, kind: 'empty' };
  if (vote.voteExtension.length > p.maxExtensionBytes) return { ...none, kind: 'malformed' };
  const report = parseReport(vote.voteExtension);
  if (report === null) return { ...none, kind: 'malformed' };
  return { address, power, kind: 'reported', reports: report.underlyings };
}

export const reportFor = (vote: CastVote, underlyingId: number): UnderlyingReport | undefined =>
  vote.reports.find((r) => r.underlyingId === underlyingId);
