import { toHex } from '@cosmjs/encoding';

/** Bytes as the chain's tools write hashes. */
export const hexOf = (bytes: Uint8Array): string => toHex(bytes).toUpperCase();
