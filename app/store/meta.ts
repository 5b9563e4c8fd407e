import { DiskError, RESTORE } from './diskErrors.ts';

/**
 * Layout of the database. 2 keeps the names of its stores, and what the last block overwrote; one
 * of layout 1 goes on as one of layout 2 with its next block.
 */
export const FORMAT_VERSION = 2;

/** What the database says of itself: one record, written in every block's batch. */
export interface Meta {
  readonly formatVersion: number;
  readonly chainId: string;
  readonly height: number;
  readonly timeMs: number;
  /** 32 bytes. */
  readonly appHash: Uint8Array;
  /** Names of the stores under the app hash, sorted; empty in layout 1: those of the program. */
  readonly stores: readonly string[];
}

/**
 * Format 4, height 8, time 8, app hash 32; then the chain id as UTF-8 and the names of the stores,
 * each after a 0.
 */
const FIXED_BYTES = 4 + 8 + 8 + 32;

export function encodeMeta(meta: Meta): Uint8Array {
  const texts = Buffer.from([meta.chainId, ...meta.stores].join('\0'), 'utf8');
  const bytes = new Uint8Array(FIXED_BYTES + texts.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, meta.formatVersion);
  view.setBigUint64(4, BigInt(meta.height));
  view.setBigUint64(12, BigInt(meta.timeMs));
  bytes.set(meta.appHash, 20);
  bytes.set(texts, FIXED_BYTES);
  return bytes;
}

/** @throws DiskError when it is of another format, whatever that looks like after its number */
export function decodeMeta(bytes: Uint8Array): Meta {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const formatVersion = bytes.length < 4 ? 0 : view.getUint32(0);
  if (formatVersion > FORMAT_VERSION) {
    throw new DiskError(
      `the database has format ${formatVersion}, this program reads ${FORMAT_VERSION}: ` +
        'use the program it was written with, or sync anew',
    );
  }
  if (formatVersion < 1 || bytes.length < FIXED_BYTES) {
    throw new DiskError(`the database's record of its last block is no such record: ${RESTORE}`);
  }
  const texts = Buffer.from(bytes.subarray(FIXED_BYTES)).toString('utf8');
  const [chainId, ...stores] = texts.split('\0') as [string, ...string[]];
  return {
    formatVersion,
    height: Number(view.getBigUint64(4)),
    timeMs: Number(view.getBigUint64(12)),
    appHash: Uint8Array.from(bytes.subarray(20, FIXED_BYTES)),
    chainId,
    stores,
  };
}
