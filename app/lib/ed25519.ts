import { createPublicKey, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { ed25519 } from '@noble/curves/ed25519.js';
import { toBinary } from './bytes.ts';

/** DER header of an Ed25519 public key (RFC 8410). */
const SPKI_HEADER = Buffer.from('302a300506032b6570032100', 'hex');
const keys = new Map<string, KeyObject | null>();
const MAX_KEYS = 1_024;

function keyOf(pubkey: Uint8Array): KeyObject | null {
  const id = toBinary(pubkey);
  let key = keys.get(id);
  if (key === undefined) {
    try {
      key = createPublicKey({
        key: Buffer.concat([SPKI_HEADER, pubkey]),
        format: 'der',
        type: 'spki',
      });
    } catch {
      key = null;
    }
    if (keys.size >= MAX_KEYS) keys.clear();
    keys.set(id, key);
  }
  return key;
}

/**
 * Ed25519 as CometBFT checks it: by the rules of ZIP-215. What OpenSSL accepts is a subset of that
 * and costs a tenth, so only what it refuses is checked again by the wider rules: a validator with
 * an odd but valid signature must not make honest proposals look forged.
 */
export function verifyEd25519(
  pubkey: Uint8Array,
  message: Uint8Array,
  signature: Uint8Array,
): boolean {
  if (pubkey.length !== 32 || signature.length !== 64) return false;
  const key = keyOf(pubkey);
  if (key !== null && verify(null, message, key, signature)) return true;
  try {
    return ed25519.verify(signature, message, pubkey, { zip215: true });
  } catch {
    return false;
  }
}
