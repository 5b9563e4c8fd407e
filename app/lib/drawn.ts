import { hash } from 'node:crypto';
import type { Binary } from './bytes.ts';

/**
 * An owner's ticket in a draw: SHA-256(seed ‖ owner), one character a byte, so that it is compared
 * as text as it would be byte by byte.
 */
export const drawn = (seed: Uint8Array, owner: string): Binary =>
  hash('sha256', Buffer.concat([seed, Buffer.from(owner, 'latin1')]), 'binary');
