import { hasChecksum } from './checksum.ts';

/**
 * LevelDB's write-ahead log as bytes (leveldb/doc/log_format.md): blocks of 32 KiB, in them
 * fragments of batches, each with a masked CRC-32C over its type and data, a length and a type.
 * LevelDB itself skips what fails its checksum and goes on, so that a batch in the middle would be
 * lost without a word; this says where the whole batches end, and whether others begin after that.
 */
export interface LogFindings {
  /** Whole batches from the beginning. */
  readonly batches: number;
  /** Where the first thing begins that is not a whole batch; the length of the log if none. */
  readonly wholeBytes: number;
  /** Whether another batch begins after that: only damage can bring that about. */
  readonly goesOn: boolean;
}

const BLOCK_BYTES = 32_768;
const HEADER_BYTES = 7;
const FULL = 1;
const FIRST = 2;
const MIDDLE = 3;
const LAST = 4;
/** Where the fragment at `at` ends, and its type; undefined when there is no whole one. */
function fragmentAt(log: Uint8Array, at: number): { end: number; type: number } | undefined {
  const blockEnd = Math.min(at - (at % BLOCK_BYTES) + BLOCK_BYTES, log.length);
  if (at + HEADER_BYTES > blockEnd) return undefined;
  const type = log[at + 6]!;
  const end = at + HEADER_BYTES + log[at + 4]! + 256 * log[at + 5]!;
  if (type < FULL || type > LAST || end > blockEnd) return undefined;
  return hasChecksum(log, at, at + 6, end) ? { end, type } : undefined;
}

/** A block's last bytes are zeros when no header fits. */
const skipTrailer = (at: number): number =>
  BLOCK_BYTES - (at % BLOCK_BYTES) < HEADER_BYTES ? at - (at % BLOCK_BYTES) + BLOCK_BYTES : at;

/** `visit` is given each whole batch. */
export function readLog(log: Uint8Array, visit?: (batch: Uint8Array) => void): LogFindings {
  let batches = 0;
  let wholeBytes = 0;
  let inside = false;
  let parts: Uint8Array[] = [];
  for (let at = 0; ;) {
    at = skipTrailer(at);
    const fragment = fragmentAt(log, at);
    const begins = fragment !== undefined && fragment.type <= FIRST;
    if (fragment === undefined || begins === inside) break;
    if (visit !== undefined) parts.push(log.subarray(at + HEADER_BYTES, fragment.end));
    at = fragment.end;
    inside = fragment.type === FIRST || fragment.type === MIDDLE;
    if (inside) continue;
    batches++;
    wholeBytes = at;
    visit?.(Buffer.concat(parts));
    parts = [];
  }
  // Zeros up to the end are space that was reserved, or a block's unused rest.
  if (log.subarray(wholeBytes).every((byte) => byte === 0)) wholeBytes = log.length;
  return { batches, wholeBytes, goesOn: beginsAfter(log, wholeBytes) };
}

/** Whether a batch begins anywhere after the one that should be at `from`. */
function beginsAfter(log: Uint8Array, from: number): boolean {
  for (let at = from + 1; at + HEADER_BYTES <= log.length; at++) {
    const type = log[at + 6];
    if (type !== FULL && type !== FIRST) continue;
    if (fragmentAt(log, at) !== undefined) return true;
  }
  return false;
}
