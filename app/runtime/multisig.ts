import { CodecError } from '../../proto/codec.ts';
import type { CompactBitArray } from '../../proto/gen/cosmos.crypto.multisig.v1beta1.ts';
import { MultiSignature } from '../../proto/gen/cosmos.crypto.multisig.v1beta1.ts';
import { SignMode } from '../../proto/gen/cosmos.tx.signing.v1beta1.ts';
import type { ModeInfoMulti } from '../../proto/gen/cosmos.tx.v1beta1.ts';

export interface MemberSignature {
  readonly key: Uint8Array;
  readonly signature: Uint8Array;
}

/**
 * The signatures in a multi-signature, each with the key of the member that gave it; null where
 * bits, modes and signatures do not fit together.
 */
export function memberSignatures(
  members: readonly Uint8Array[],
  multi: ModeInfoMulti | undefined,
  bytes: Uint8Array,
): readonly MemberSignature[] | null {
  const signers = signersOf(members, multi?.bitarray);
  const signatures = decodeOrNull(bytes);
  if (signers === null || signatures === null) return null;
  const modes = multi?.modeInfos ?? [];
  if (modes.length !== signers.length || signatures.length !== signers.length) return null;
  const isAmino = modes.every(
    ({ single }) => single?.mode === SignMode.SIGN_MODE_LEGACY_AMINO_JSON,
  );
  return isAmino ? signers.map((key, i) => ({ key, signature: signatures[i]! })) : null;
}

/** The members whose bit is set. The array has a bit for each member, and no other one is set. */
function signersOf(
  members: readonly Uint8Array[],
  bits: CompactBitArray | undefined,
): readonly Uint8Array[] | null {
  if (bits?.elems.length !== Math.ceil(members.length / 8)) return null;
  if (bits.extraBitsStored !== members.length % 8) return null;
  const isSet = (i: number) => (bits.elems[i >> 3]! & (0x80 >> (i & 7))) !== 0;
  for (let i = members.length; i < bits.elems.length * 8; i++) if (isSet(i)) return null;
  return members.filter((_, i) => isSet(i));
}

function decodeOrNull(bytes: Uint8Array): readonly Uint8Array[] | null {
  try {
    return MultiSignature.decode(bytes).signatures;
  } catch (error) {
    if (error instanceof CodecError) return null;
    throw error;
  }
}

/** How many members signed, by their bits; what fits no multisig counts as one. */
export function countSigned(bits: CompactBitArray | undefined): number {
  let count = 0;
  for (const byte of bits?.elems ?? []) for (let b = byte; b > 0; b &= b - 1) count++;
  return Math.max(1, count);
}
