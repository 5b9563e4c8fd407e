import { readLog } from './log.ts';
import type { LogFindings } from './log.ts';
import { readVarint } from './varint.ts';

/** What a MANIFEST says is part of the database: other files are left over. */
export interface Manifest extends LogFindings {
  /** Numbers of the tables. */
  readonly tables: ReadonlySet<number>;
  /** Logs below this number have become tables. */
  readonly firstLog: number;
}

/** Tags of an edit's fields (leveldb/db/version_edit.cc), and what follows each. */
const LOG_NUMBER = 2;
const DELETED_FILE = 6;
const NEW_FILE = 7;
type Field = 'number' | 'text';
const FIELDS: Readonly<Record<number, readonly Field[]>> = {
  1: ['text'],
  [LOG_NUMBER]: ['number'],
  3: ['number'],
  4: ['number'],
  5: ['number', 'text'],
  [DELETED_FILE]: ['number', 'number'],
  [NEW_FILE]: ['number', 'number', 'number', 'text', 'text'],
  9: ['number'],
};

export function readManifest(bytes: Uint8Array): Manifest {
  const tables = new Set<number>();
  let firstLog = 0;
  const findings = readLog(bytes, (edit) => {
    for (const [tag, numbers] of fieldsOf(edit)) {
      if (tag === LOG_NUMBER) firstLog = numbers[0]!;
      else if (tag === NEW_FILE) tables.add(numbers[1]!);
      else if (tag === DELETED_FILE) tables.delete(numbers[1]!);
    }
  });
  return { ...findings, tables, firstLog };
}

/** The fields of an edit with their numbers. */
function* fieldsOf(edit: Uint8Array): Generator<readonly [number, readonly number[]]> {
  for (let at = 0; at < edit.length;) {
    const tag = readVarint(edit, at);
    at = tag.next;
    const numbers: number[] = [];
    for (const field of FIELDS[tag.value] ?? []) {
      const { value, next } = readVarint(edit, at);
      if (field === 'number') numbers.push(value);
      at = field === 'text' ? next + value : next;
    }
    yield [tag.value, numbers];
  }
}
