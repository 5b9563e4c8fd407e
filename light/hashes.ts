import { BinaryWriter } from 'cosmjs-types/binary';
import { Timestamp } from 'cosmjs-types/google/protobuf/timestamp';
import type { CommitSig, Commit, Header } from 'cosmjs-types/tendermint/types/types';
import { BlockID } from 'cosmjs-types/tendermint/types/types';
import { BlockIDFlag, SimpleValidator } from 'cosmjs-types/tendermint/types/validator';
import { Consensus } from 'cosmjs-types/tendermint/version/types';
import { sha256 } from '../app/lib/address.ts';
import { compareBytes, delimited } from '../app/lib/bytes.ts';
import { leafHash, merkleRoot } from '../app/lib/merkle.ts';
import { CanonicalVote } from '../proto/gen/tendermint.types.ts';
import type { LightValidator } from './types.ts';

const PRECOMMIT = 2;
const ADDRESS_BYTES = 20;
const NS_PER_SECOND = 1_000_000_000n;

export const nsOf = ({ seconds, nanos }: Timestamp): bigint =>
  seconds * NS_PER_SECOND + BigInt(nanos);

/** A field of a header as its leaf: wrapped in a message, nothing when it is empty (cdcEncode). */
function wrapped(value: string | bigint | Uint8Array): Uint8Array {
  const writer = BinaryWriter.create();
  if (typeof value === 'bigint') {
    if (value !== 0n) writer.uint32(8).int64(value);
  } else if (value.length > 0) {
    writer.uint32(10);
    if (typeof value === 'string') writer.string(value);
    else writer.bytes(value);
  }
  return writer.finish();
}

const rootOf = (leaves: readonly Uint8Array[]): Uint8Array =>
  merkleRoot(leaves.map((leaf) => leafHash(leaf)));

/** The Merkle root of a header's fourteen fields, which is its block's hash (types.Header.Hash). */
export function headerHash(header: Header): Uint8Array {
  return rootOf([
    Consensus.encode(header.version).finish(),
    wrapped(header.chainId),
    wrapped(header.height),
    Timestamp.encode(header.time).finish(),
    BlockID.encode(header.lastBlockId).finish(),
    wrapped(header.lastCommitHash),
    wrapped(header.dataHash),
    wrapped(header.validatorsHash),
    wrapped(header.nextValidatorsHash),
    wrapped(header.consensusHash),
    wrapped(header.appHash),
    wrapped(header.lastResultsHash),
    wrapped(header.evidenceHash),
    wrapped(header.proposerAddress),
  ]);
}

/** The Merkle root of a set in its order (types.ValidatorSet.Hash). */
export function validatorsHash(validators: readonly LightValidator[]): Uint8Array {
  return rootOf(
    validators.map(({ pubkey, power }) =>
      SimpleValidator.encode({ pubKey: { ed25519: pubkey }, votingPower: power }).finish(),
    ),
  );
}

/** The first 20 bytes of the key's SHA-256. */
export const validatorAddress = (pubkey: Uint8Array): Uint8Array =>
  sha256(pubkey).subarray(0, ADDRESS_BYTES);

/** In the order of a set: by power, falling, then by address. */
export function inSetOrder(validators: readonly LightValidator[]): LightValidator[] {
  return validators.toSorted((a, b) => {
    if (a.power !== b.power) return a.power > b.power ? -1 : 1;
    return compareBytes(validatorAddress(a.pubkey), validatorAddress(b.pubkey));
  });
}

/** What a validator signs when it votes as its part of a commit says (types.VoteSignBytes). */
export function voteSignBytes(chainId: string, commit: Commit, signature: CommitSig): Uint8Array {
  const { hash, partSetHeader } = commit.blockId;
  const forBlock = signature.blockIdFlag === BlockIDFlag.BLOCK_ID_FLAG_COMMIT;
  return delimited(
    CanonicalVote.encode({
      type: PRECOMMIT,
      height: commit.height,
      round: BigInt(commit.round),
      blockId: forBlock ? { hash, partSetHeader } : undefined,
      timestamp: signature.timestamp,
      chainId,
    }),
  );
}
