import { sha256 } from './address.ts';

/** RFC 6962 trees over SHA-256, as CometBFT and the Cosmos SDK build them. */
export const LEAF_PREFIX = Uint8Array.of(0);
export const INNER_PREFIX = Uint8Array.of(1);

export function leafHash(...parts: Uint8Array[]): Uint8Array {
  return sha256(LEAF_PREFIX, ...parts);
}

/** The root over hashes of leaves; SHA-256 of nothing when there are none. */
export function merkleRoot(hashes: readonly Uint8Array[]): Uint8Array {
  if (hashes.length < 2) return hashes[0] ?? sha256();
  const split = splitOf(hashes.length);
  const [left, right] = [hashes.slice(0, split), hashes.slice(split)];
  return sha256(INNER_PREFIX, merkleRoot(left), merkleRoot(right));
}

/** The largest power of two below `length` ≥ 2 (RFC 6962, 2.1): the leaves on the left. */
export function splitOf(length: number): number {
  let split = 1;
  while (split * 2 < length) split *= 2;
  return split;
}
