import type { Binary } from '../../lib/bytes.ts';
import type { Schema } from '../collection.ts';
import type { Key } from '../iavl/api.ts';
import { PART_BYTES, RecordReader, RecordWriter } from '../iavl/records.ts';
import type { State } from '../state.ts';

/** What a frame of a chunk holds. */
export const PART = {
  /** Begins the next store; empty. */
  store: 1,
  /** A part of the checkpoint of the store's tree (iavl/checkpoint.ts). */
  tree: 2,
  /** Keys, in order and as what differs from the one before, each with its value. */
  values: 3,
} as const;
export type PartKind = (typeof PART)[keyof typeof PART];

export interface Part {
  readonly kind: PartKind;
  readonly bytes: Uint8Array;
}

/** Values that are encoded without a pause. */
const VALUES_PER_STEP = 1_024;
const EMPTY = new Uint8Array(0);
/** Kind and length before the bytes. */
export const FRAME_BYTES = 5;

/** A version and its trees, which stay in memory until it is released. */
export interface HeldVersion {
  readonly height: number;
  readonly state: State;
  /** In the order of their names. */
  readonly stores: readonly HeldStore[];
  release(): void;
}

export interface HeldStore {
  readonly name: string;
  readonly rootNode: Uint8Array;
  /** The checkpoint of its tree, part by part. */
  readonly tree: Iterable<Uint8Array>;
}

/**
 * A version as parts, the same on every node, in small steps: undefined where nothing is ready yet.
 */
export function* partsOf(
  { state, stores }: HeldVersion,
  schemas: readonly Schema[],
): Generator<Part | undefined> {
  for (const store of stores) {
    yield { kind: PART.store, bytes: EMPTY };
    for (const bytes of store.tree) yield { kind: PART.tree, bytes };
    yield* valueParts(state, store.name, schemas);
  }
}

function* valueParts(
  state: State,
  store: string,
  schemas: readonly Schema[],
): Generator<Part | undefined> {
  const byPrefix = new Map(schemas.filter((s) => s.store === store).map((s) => [s.prefix, s]));
  const writer = new RecordWriter();
  const empty = writer.length;
  let steps = 0;
  for (const [key, value] of state.entries(store)) {
    const schema = byPrefix.get(key.charCodeAt(0))!;
    if (schema.storage !== 'derived') {
      const bytes = schema.value.encode(value);
      writer.key(key);
      writer.uvarint(bytes.length);
      writer.raw(bytes);
    }
    if (writer.length >= PART_BYTES) yield { kind: PART.values, bytes: writer.take() };
    else if (++steps % VALUES_PER_STEP === 0) yield undefined;
  }
  if (writer.length > empty) yield { kind: PART.values, bytes: writer.take() };
}

/** The entries of a part of values. @throws IavlCorruption */
export function* readValues(bytes: Uint8Array, store: string): Generator<[Key, Uint8Array]> {
  const reader = new RecordReader(bytes, `values of ${store}`);
  while (!reader.done) {
    const key: Binary = reader.key();
    yield [key, reader.raw(reader.uvarint())];
  }
}

/** A part as it stands in a chunk: kind, length as 32 bits, bytes. */
export function frameOf({ kind, bytes }: Part): Uint8Array {
  const frame = Buffer.allocUnsafe(FRAME_BYTES + bytes.length);
  frame.writeUInt8(kind);
  frame.writeUInt32BE(bytes.length, 1);
  frame.set(bytes, FRAME_BYTES);
  return frame;
}

/** The parts of a chunk; undefined in place of the first that is none. */
export function* readFrames(chunk: Uint8Array): Generator<Part | undefined> {
  const bytes = Buffer.from(chunk.buffer, chunk.byteOffset, chunk.byteLength);
  for (let at = 0; at < bytes.length;) {
    const body = at + FRAME_BYTES;
    const end = body > bytes.length ? Infinity : body + bytes.readUInt32BE(at + 1);
    const kind = Object.values(PART).find((k) => k === bytes[at]);
    if (kind === undefined || end > bytes.length) {
      yield undefined;
      return;
    }
    yield { kind, bytes: bytes.subarray(body, end) };
    at = end;
  }
}
