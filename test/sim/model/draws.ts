import { createHash } from 'node:crypto';

/** What a name draws in a block: SHA-256(the hash of the block ‖ the name), in hex (ADR 118). */
export const drawOf = (blockHash: Uint8Array, name: string): string =>
  createHash('sha256').update(blockHash).update(name, 'latin1').digest('hex');

/** One block of four of its last part ends an auction (ADR 168). */
export const endsAuction = (blockHash: Uint8Array, name: string): boolean =>
  Number.parseInt(drawOf(blockHash, `auction ${name}`).slice(0, 2), 16) < 0x40;
