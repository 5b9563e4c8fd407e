import type { Binary } from '../lib/bytes.ts';
import { compareStrings, fromBinary } from '../lib/bytes.ts';
import type { Disk, DiskWrite } from './disk.ts';
import { DiskError, RESTORE } from './diskErrors.ts';
import { UNDO } from './layout.ts';
import type { Schema } from './collection.ts';
import type { StoreChanges } from './state.ts';
import { UndoReader, UndoWriter } from './undoPart.ts';

/** A record is begun anew after this many bytes: a block that changes millions of keys has many. */
const PART_BYTES = 1_048_576;

const partKey = (part: number): Binary => UNDO + String.fromCharCode(part >>> 8, part & 255);
const PARTS_MAX = 65_536;

interface StoreBefore {
  readonly store: string;
  readonly changes: readonly (readonly [Binary, Uint8Array | null])[];
}

/** What the last block overwrote: with it, and the trees' own history, the block can be undone. */
export interface Undo {
  /** Of the block that is undone. */
  readonly height: number;
  /** The encoded Meta of the block before. */
  readonly meta: Uint8Array;
  /** By store: each key that changed, in order, and its bytes before; null where it had none. */
  readonly values: readonly StoreBefore[];
  readonly parts: number;
}

/**
 * The records of a block's undo, written from what its keys held before; those of the block before,
 * `partsBefore`, they replace.
 */
export function undoWrites(
  { height, meta }: Pick<Undo, 'height' | 'meta'>,
  blockChanges: readonly StoreChanges[],
  schemaOf: (store: string, key: Binary) => Schema,
  partsBefore: number,
): DiskWrite[] {
  const parts: Uint8Array[] = [];
  let writer = new UndoWriter(height, 0);
  writer.bytes(meta);
  for (const { store, changes } of blockChanges) {
    const name = fromBinary(store);
    for (const [key, , before] of changes) {
      if (writer.length > PART_BYTES) {
        parts.push(writer.end(false));
        writer = new UndoWriter(height, parts.length);
      }
      const value = before === undefined ? null : schemaOf(store, key).value.encode(before);
      writer.entry(name, key, value);
    }
  }
  parts.push(writer.end(true));
  if (parts.length > PARTS_MAX) return clearUndo(partsBefore);
  const puts = parts.map((bytes, part): DiskWrite => [partKey(part), bytes]);
  return [...puts, ...clearUndo(partsBefore).slice(parts.length)];
}

/** Deletes the records of an undo. */
export function clearUndo(parts: number): DiskWrite[] {
  return Array.from({ length: parts }, (_, part): DiskWrite => [partKey(part), null]);
}

/** How many records the last undo has. */
export function countUndo(disk: Pick<Disk, 'scan'>): Promise<number> {
  let parts = 0;
  return disk
    .scan(UNDO, () => {
      parts++;
    })
    .then(() => parts);
}

/**
 * The undo of the last block, at `height`; undefined when there is none.
 * @throws DiskError when its records do not fit together
 */
export function readUndo(disk: Pick<Disk, 'scan'>, height: number): Promise<Undo | undefined> {
  const records: (readonly [Binary, Uint8Array])[] = [];
  return disk
    .scan(UNDO, (key, bytes) => {
      records.push([key, bytes]);
    })
    .then(() => (records.length === 0 ? undefined : assemble(records, height)));
}

function assemble(records: readonly (readonly [Binary, Uint8Array])[], height: number): Undo {
  const values = new Map<string, [Binary, Uint8Array | null][]>();
  let meta: Uint8Array | undefined;
  let isEnded = false;
  for (const [part, [key, bytes]] of records.entries()) {
    const reader = new UndoReader(bytes);
    if (isEnded || key !== partKey(part) || reader.height !== height || reader.part !== part) {
      throw damaged();
    }
    if (part === 0) meta = reader.bytes();
    for (let entry = reader.entry(); entry !== undefined; entry = reader.entry()) {
      const [store, at, value] = entry;
      const changes = values.get(store) ?? [];
      values.set(store, changes);
      changes.push([at, value]);
    }
    isEnded = reader.isLast;
  }
  if (!isEnded || meta === undefined) throw damaged();
  const stores = [...values].sort(([a], [b]) => compareStrings(a, b));
  return {
    height,
    meta,
    values: stores.map(([store, changes]) => ({ store, changes })),
    parts: records.length,
  };
}

const damaged = () =>
  new DiskError(`the record of what the last block overwrote is damaged: ${RESTORE}`);
