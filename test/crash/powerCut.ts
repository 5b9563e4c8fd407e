import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import type { Random } from './random.ts';

/** A change of the folder, as the fault layer traced it, or a word of the player between them. */
export interface Change {
  /** c created, a opened to append, w appended, s synced, r renamed to, u removed, m a word. */
  readonly op: string;
  readonly name: string;
  readonly data: Buffer;
}

const HEADER_BYTES = 9;

export function readTrace(path: string): Change[] {
  const bytes = readFileSync(path);
  const changes: Change[] = [];
  for (let at = 0; at < bytes.length;) {
    const pathEnd = at + HEADER_BYTES + bytes.readUInt32LE(at + 1);
    const end = pathEnd + bytes.readUInt32LE(at + 5);
    changes.push({
      op: String.fromCharCode(bytes[at]!),
      name: basename(bytes.toString('utf8', at + HEADER_BYTES, pathEnd)),
      data: bytes.subarray(pathEnd, end),
    });
    at = end;
  }
  return changes;
}

interface File {
  /** What a power cut leaves for sure. */
  synced: Buffer;
  /** Appended since the last sync. */
  pending: Buffer[];
}

/**
 * The folder when the power goes after `cut` changes, on a file system like ext4: what was synced
 * is there; creations, renames and removals since the last sync of anything are there up to one of
 * them; of appended bytes that were not synced there are some, in a file of any length up to the
 * right one, and zeros for the others.
 */
export function powerCut(
  changes: readonly Change[],
  cut: number,
  random: Random,
): Map<string, Buffer> {
  const journaled = lastIndex(changes, cut, ({ op }) => op === 's');
  const names = journaled + random.below(cut - journaled + 1);
  const files = new Map<string, File>();
  for (const [i, { op, name, data }] of changes.slice(0, cut).entries()) {
    const isNamed = i < names;
    const file = files.get(name);
    if (op === 'c' && isNamed) files.set(name, { synced: Buffer.alloc(0), pending: [] });
    if (op === 'a' && isNamed && file === undefined) {
      files.set(name, { synced: Buffer.alloc(0), pending: [] });
    }
    if (op === 'w') file?.pending.push(data);
    if (op === 's' && file !== undefined) {
      file.synced = Buffer.concat([file.synced, ...file.pending]);
      file.pending = [];
    }
    if (op === 'u' && isNamed) files.delete(name);
    if (op === 'r' && isNamed && file !== undefined) {
      files.delete(name);
      files.set(basename(data.toString()), file);
    }
  }
  return new Map([...files].map(([name, file]) => [name, left(file, random)]));
}

/** What is left of a file: any length of what was appended, some parts of it never written. */
function left({ synced, pending }: File, random: Random): Buffer {
  const appended = Buffer.concat(pending);
  const kept = Buffer.from(appended.subarray(0, random.below(appended.length + 1)));
  for (let holes = random.below(3); holes > 0 && kept.length > 0; holes--) {
    const from = random.below(kept.length);
    kept.fill(0, from, from + random.below(kept.length - from + 1));
  }
  return Buffer.concat([synced, kept]);
}

function lastIndex(changes: readonly Change[], end: number, holds: (c: Change) => boolean): number {
  for (let i = end - 1; i >= 0; i--) if (holds(changes[i]!)) return i;
  return 0;
}

/** The last height that the player had said something of before a cut: 0 for none. */
export function saidBefore(changes: readonly Change[], cut: number, what: string): number {
  const found = lastIndex(changes, cut, (c) => c.op === 'm' && c.data.toString().startsWith(what));
  const [, height] = changes[found]!.data.toString().split(' ');
  return changes[found]!.op === 'm' ? Number(height) : 0;
}

export function writeFolder(path: string, files: ReadonlyMap<string, Buffer>): void {
  mkdirSync(path, { recursive: true });
  for (const [name, bytes] of files) writeFileSync(join(path, name), bytes);
}
