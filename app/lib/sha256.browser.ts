import { sha256 as hash } from '@noble/hashes/sha2.js';

export function sha256(...parts: Uint8Array[]): Uint8Array {
  const hasher = hash.create();
  for (const part of parts) hasher.update(part);
  return hasher.digest();
}
