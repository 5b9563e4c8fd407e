import { ExtendedCommitInfo } from 'cosmjs-types/tendermint/abci/types';
import { equalBytes } from '../../../lib/bytes.ts';
import { INJECTED_MAGIC } from '../../../runtime/tx.ts';

/**
 * Longest extension that a block carries. Constant, since the extensions of a height are judged by
 * the parameters of the height before, and must fit when those have just been lowered.
 */
export const MAX_CARRIED_BYTES = 4_096;

const HEADER = Uint8Array.of(INJECTED_MAGIC, 0x54, 0x56, 0x01);

/**
 * The first transaction of a block: the extended commit of the height before, verbatim, but for
 * extensions that are too long to carry, which are left out with their signature.
 */
export function encodeInjection(commit: ExtendedCommitInfo): Uint8Array {
  const votes = commit.votes.map((vote) =>
    vote.voteExtension.length > MAX_CARRIED_BYTES
      ? { ...vote, voteExtension: new Uint8Array(0), extensionSignature: new Uint8Array(0) }
      : vote,
  );
  const body = ExtendedCommitInfo.encode({ round: commit.round, votes }).finish();
  const bytes = new Uint8Array(HEADER.length + body.length);
  bytes.set(HEADER);
  bytes.set(body, HEADER.length);
  return bytes;
}

export function isInjection(bytes: Uint8Array | undefined): boolean {
  return bytes?.[0] === INJECTED_MAGIC;
}

/** The extended commit of an injection in its canonical bytes, or null. */
export function decodeInjection(bytes: Uint8Array): ExtendedCommitInfo | null {
  if (!equalBytes(bytes.subarray(0, HEADER.length), HEADER)) return null;
  const body = bytes.subarray(HEADER.length);
  let commit: ExtendedCommitInfo;
  try {
    commit = ExtendedCommitInfo.decode(body);
  } catch {
    return null;
  }
  if (commit.votes.some((vote) => vote.validator.address.length !== 20)) return null;
  // cosmjs-types skips unknown fields: only bytes that it would write itself are accepted.
  return equalBytes(ExtendedCommitInfo.encode(commit).finish(), body) ? commit : null;
}
