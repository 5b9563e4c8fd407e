import { Buffer } from 'buffer';
import type { Commit, CommitSig } from 'cosmjs-types/tendermint/types/types';
import { BlockIDFlag } from 'cosmjs-types/tendermint/types/validator';
import { equalBytes, toBinary } from '../app/lib/bytes.ts';
import { verifyEd25519 } from '../app/lib/ed25519.ts';
import { must } from './errors.ts';
import { validatorAddress, voteSignBytes } from './hashes.ts';
import type { LightBlock, LightValidator } from './types.ts';

/** The time in an absent vote: Go's zero time, the start of the year 1. */
const NO_TIME_SECONDS = -62_135_596_800n;

/** Who signed a block. */
export interface Signed {
  readonly signedPower: bigint;
  readonly totalPower: bigint;
  readonly signers: readonly LightValidator[];
}

/**
 * Checks every signature of a commit, those for no block too, and that more than two thirds of the
 * set's power is for the block. Stricter than CometBFT's light client, which stops at two thirds:
 * a node that hands out one wrong signature is a wrong node.
 * @throws LightError a lie
 */
export function verifyCommit(chainId: string, { commit, validators }: LightBlock): Signed {
  const { signatures } = commit;
  must(
    signatures.length === validators.length,
    `the commit has ${signatures.length} signatures for ${validators.length} validators`,
  );
  let [signedPower, totalPower] = [0n, 0n];
  const signers: LightValidator[] = [];
  signatures.forEach((signature, i) => {
    const validator = validators[i]!;
    totalPower += validator.power;
    if (!isSigned(signature)) return;
    checkSignature(chainId, commit, signature, validator);
    if (signature.blockIdFlag !== BlockIDFlag.BLOCK_ID_FLAG_COMMIT) return;
    signedPower += validator.power;
    signers.push(validator);
  });
  must(
    signedPower * 3n > totalPower * 2n,
    `only ${signedPower} of ${totalPower} power signed block ${commit.height}: more than two ` +
      'thirds are needed',
  );
  return { signedPower, totalPower, signers };
}

function isSigned({ blockIdFlag, validatorAddress, timestamp, signature }: CommitSig): boolean {
  if (blockIdFlag !== BlockIDFlag.BLOCK_ID_FLAG_ABSENT) return true;
  const isEmpty =
    validatorAddress.length === 0 &&
    signature.length === 0 &&
    timestamp.seconds === NO_TIME_SECONDS &&
    timestamp.nanos === 0;
  must(isEmpty, 'an absent vote of the commit is not empty');
  return false;
}

function checkSignature(
  chainId: string,
  commit: Commit,
  signature: CommitSig,
  { pubkey }: LightValidator,
): void {
  const flag = signature.blockIdFlag;
  const known = flag === BlockIDFlag.BLOCK_ID_FLAG_COMMIT || flag === BlockIDFlag.BLOCK_ID_FLAG_NIL;
  must(known, `a vote of the commit has the unknown flag ${flag}`);
  const address = validatorAddress(pubkey);
  const who = Buffer.from(address).toString('hex').toUpperCase();
  must(
    equalBytes(address, signature.validatorAddress),
    `the vote in the place of validator ${who} names another`,
  );
  const bytes = voteSignBytes(chainId, commit, signature);
  must(
    verifyEd25519(pubkey, bytes, signature.signature),
    `the signature of validator ${who} under block ${commit.height} is wrong`,
  );
}

/** Power of those of a trusted set that are among the signers, and of the whole set. */
export function overlap(
  trusted: readonly LightValidator[],
  signers: readonly LightValidator[],
): { readonly power: bigint; readonly total: bigint } {
  const keys = new Set(signers.map(({ pubkey }) => toBinary(pubkey)));
  let [power, total] = [0n, 0n];
  for (const validator of trusted) {
    total += validator.power;
    if (keys.has(toBinary(validator.pubkey))) power += validator.power;
  }
  return { power, total };
}
