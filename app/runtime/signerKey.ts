import { CodecError } from '../../proto/codec.ts';
import { LegacyAminoPubKey } from '../../proto/gen/cosmos.crypto.multisig.ts';
import { PubKey } from '../../proto/gen/cosmos.crypto.secp256k1.ts';
import type { Any } from '../../proto/gen/google.protobuf.ts';
import { addressOfKey, encodeAddress, sha256 } from '../lib/address.ts';
import { memo } from '../lib/memo.ts';
import { sdk } from './errors.ts';

/** The public key of an account: one key, or several of which some must sign. */
export interface SignerKey {
  /** As an account keeps it, in the one encoding there is. */
  readonly any: Any;
  /** Compressed secp256k1 keys of 33 bytes, each once at least; one alone if it is no multisig. */
  readonly members: readonly Uint8Array[];
  /** How many members must sign; null of a single key, which signs by itself. */
  readonly threshold: number | null;
}

/** The most members of a multisig: as many as the SDK checks signatures of a transaction. */
export const MAX_MEMBERS = 7;
const KEY_BYTES = 33;

/** Reads a key. @throws Reject */
export function readSignerKey(any: Any): SignerKey {
  if (any.typeUrl === PubKey.typeUrl) return singleKey(any);
  if (any.typeUrl !== LegacyAminoPubKey.typeUrl) {
    throw sdk.invalidPubKey('only secp256k1 keys and multisigs of them are supported');
  }
  const { threshold, publicKeys } = decode(any, LegacyAminoPubKey);
  const count = publicKeys.length;
  if (count < 1 || count > MAX_MEMBERS) {
    throw sdk.invalidPubKey(`a multisig has 1 to ${MAX_MEMBERS} keys, not ${count}`);
  }
  if (threshold < 1 || threshold > count) {
    throw sdk.invalidPubKey(`of ${count} keys ${threshold} cannot be needed`);
  }
  const members = publicKeys.map((member) => {
    if (member.typeUrl !== PubKey.typeUrl) {
      throw sdk.invalidPubKey('the keys of a multisig are secp256k1 keys');
    }
    return singleKey(member).members[0]!;
  });
  return { any: multisigAny(threshold, members), members, threshold };
}

function singleKey(any: Any): SignerKey {
  const { key } = decode(any, PubKey);
  if (key.length !== KEY_BYTES) throw sdk.invalidPubKey('a compressed key has 33 bytes');
  return { any: singleAny(key), members: [key], threshold: null };
}

const singleAny = (key: Uint8Array): Any => ({
  typeUrl: PubKey.typeUrl,
  value: PubKey.encode({ key }),
});

const multisigAny = (threshold: number, members: readonly Uint8Array[]): Any => ({
  typeUrl: LegacyAminoPubKey.typeUrl,
  value: LegacyAminoPubKey.encode({ threshold, publicKeys: members.map(singleAny) }),
});

function decode<T>({ value }: Any, codec: { decode(bytes: Uint8Array): T }): T {
  try {
    return codec.decode(value);
  } catch (error) {
    if (error instanceof CodecError) throw sdk.invalidPubKey(error.message);
    throw error;
  }
}

/** The address that belongs to a key. */
export function addressOf({ members, threshold }: SignerKey): string {
  const [first] = members;
  if (threshold === null) return remembered(Buffer.from(first!).toString('latin1'));
  return encodeAddress(sha256(aminoMultisig(threshold, members)).subarray(0, 20));
}

/** Keys whose addresses are remembered: the same ones sign again and again. */
const REMEMBERED = 16_384;

const remembered = memo(
  (key: string) => encodeAddress(addressOfKey(Buffer.from(key, 'latin1'))),
  REMEMBERED,
);

/** Amino's prefixes, of the SHA-256 of `tendermint/PubKeyMultisigThreshold` and so on. */
const MULTISIG_PREFIX = Uint8Array.of(0x22, 0xc1, 0xf7, 0xe2);
const SECP256K1_PREFIX = Uint8Array.of(0xeb, 0x5a, 0xe9, 0x87, KEY_BYTES);

/** A multisig in binary Amino, of which its address is made (Cosmos SDK, crypto/keys/multisig). */
function aminoMultisig(threshold: number, members: readonly Uint8Array[]): Uint8Array {
  const parts: Uint8Array[] = [MULTISIG_PREFIX, Uint8Array.of(0x08, threshold)];
  for (const member of members) {
    parts.push(Uint8Array.of(0x12, SECP256K1_PREFIX.length + KEY_BYTES), SECP256K1_PREFIX, member);
  }
  return Buffer.concat(parts);
}
