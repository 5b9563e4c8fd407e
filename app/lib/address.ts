import { Buffer } from 'buffer';
import { bech32 } from '@scure/base';
import { ripemd160 } from '@noble/hashes/legacy.js';
import { memo } from './memo.ts';
import { sha256 } from './sha256.ts';

export { sha256 } from './sha256.ts';

export const ADDRESS_PREFIX = 'tenor';
export const ADDRESS_BYTES = 20;

/** Bech32 text of a 20-byte account address: `tenor1…`. */
export function encodeAddress(bytes: Uint8Array): string {
  return bech32.encode(ADDRESS_PREFIX, bech32.toWords(bytes));
}

/** Of bech32 text (BIP-173). */
const TEXT_MAX = 90;
/** Addresses whose bytes are remembered: a transaction asks for the same few again and again. */
const REMEMBERED = 16_384;

/**
 * The 20 bytes of an address in its one canonical spelling, or null. They are shared by all callers
 * and must not be changed.
 */
export function decodeAddress(text: string): Uint8Array | null {
  return text.length > TEXT_MAX ? null : remembered(text);
}

const remembered = memo(decodeBech32, REMEMBERED);

function decodeBech32(text: string): Uint8Array | null {
  const decoded = bech32.decodeUnsafe(text, TEXT_MAX);
  if (decoded?.prefix !== ADDRESS_PREFIX) return null;
  const bytes = bech32.fromWordsUnsafe(decoded.words);
  if (!bytes || bytes.length !== ADDRESS_BYTES) return null;
  // Bech32 may be all upper case: two spellings of one address would be two keys.
  return encodeAddress(bytes) === text ? Uint8Array.from(bytes) : null;
}

/** Account address of a compressed secp256k1 key: RIPEMD-160 of SHA-256 (Cosmos SDK ADR-028). */
export function addressOfKey(pubkey: Uint8Array): Uint8Array {
  return ripemd160(sha256(pubkey));
}

/** Address of an account that no key controls: the first 20 bytes of SHA-256 of its name (SDK). */
export function moduleAddress(name: string): string {
  return encodeAddress(sha256(Buffer.from(name)).subarray(0, ADDRESS_BYTES));
}
