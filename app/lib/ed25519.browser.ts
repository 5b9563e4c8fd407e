import { ed25519 } from '@noble/curves/ed25519.js';

/** Ed25519 by the rules of ZIP-215, as ed25519.ts has it where there is Node. */
export function verifyEd25519(
  pubkey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (pubkey.length !== 32 || signature.length !== 64) return false;
  try {
    return ed25519.verify(signature, message, pubkey, { zip215: true });
  } catch {
    return false;
  }
}
