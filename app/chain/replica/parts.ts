import type { Binary } from '../../lib/bytes.ts';
import type { Schema } from '../../store/collection.ts';
import type { State } from '../../store/state.ts';
import type { BlockChanges } from '../../store/store.ts';
import { cloneFrame, FRAME, frameOf } from './frames.ts';

/** A part is closed when it has reached this length: encoded in well below a millisecond. */
const PART_BYTES = 65_536;
/** Derived values in a part. */
const PART_VALUES = 256;
/** Entries that are looked at without a pause. */
const ENTRIES_PER_STEP = 1_024;
/** In place of a value's length: there is none. */
const ABSENT = 0xffffffff;

/** Keys of one store with their encoded values, after each other: lengths of 32 bits. */
class StoredWriter {
  readonly #store: string;
  #buffer = Buffer.allocUnsafe(2 * PART_BYTES);
  #length: number;

  constructor(store: string) {
    this.#store = store;
    this.#length = this.#begin();
  }

  #begin(): number {
    this.#buffer[0] = this.#store.length;
    return 1 + this.#buffer.write(this.#store, 1, 'latin1');
  }

  get isEmpty(): boolean {
    return this.#length === 1 + this.#store.length;
  }

  get isFull(): boolean {
    return this.#length >= PART_BYTES;
  }

  add(key: Binary, value: Uint8Array | null): void {
    this.#reserve(8 + key.length + (value?.length ?? 0));
    this.#length = this.#buffer.writeUInt32LE(key.length, this.#length);
    this.#length += this.#buffer.write(key, this.#length, 'latin1');
    this.#length = this.#buffer.writeUInt32LE(value?.length ?? ABSENT, this.#length);
    if (value === null) return;
    this.#buffer.set(value, this.#length);
    this.#length += value.length;
  }

  take(): Buffer {
    const frame = frameOf(FRAME.stored, this.#buffer.subarray(0, this.#length));
    this.#length = this.#begin();
    return frame;
  }

  #reserve(bytes: number): void {
    if (this.#length + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.#length + bytes));
    this.#buffer.copy(larger, 0, 0, this.#length);
    this.#buffer = larger;
  }
}

/** Derived entries as [store, key, value]; values are plain data, which `node:v8` clones. */
class DerivedWriter {
  #entries: (readonly [string, Binary, unknown])[] = [];

  get isFull(): boolean {
    return this.#entries.length >= PART_VALUES;
  }

  get isEmpty(): boolean {
    return this.#entries.length === 0;
  }

  add(store: string, key: Binary, value: unknown): void {
    this.#entries.push([store, key, value]);
  }

  take(): Buffer {
    const frame = cloneFrame(FRAME.derived, this.#entries);
    this.#entries = [];
    return frame;
  }
}

/** What a block changed, as frames. */
export function* changeFrames({ stored, derived }: BlockChanges): Generator<Buffer> {
  for (const { store, changes } of stored) {
    const writer = new StoredWriter(store);
    for (const [key, bytes] of changes) {
      writer.add(key, bytes);
      if (writer.isFull) yield writer.take();
    }
    if (!writer.isEmpty) yield writer.take();
  }
  const writer = new DerivedWriter();
  for (const { store, key, value } of derived) {
    writer.add(store, key, value);
    if (writer.isFull) yield writer.take();
  }
  if (!writer.isEmpty) yield writer.take();
}

/** A whole version as frames, in small steps: undefined where none is ready yet. */
export function* stateFrames(
  state: State,
  schemas: readonly Schema[],
): Generator<Buffer | undefined> {
  for (const store of [...new Set(schemas.map((schema) => schema.store))]) {
    const byPrefix = new Map(schemas.filter((s) => s.store === store).map((s) => [s.prefix, s]));
    const stored = new StoredWriter(store);
    const derived = new DerivedWriter();
    let steps = 0;
    for (const [key, value] of state.entries(store)) {
      const schema = byPrefix.get(key.charCodeAt(0))!;
      if (schema.storage === 'derived') derived.add(store, key, value);
      else stored.add(key, schema.value.encode(value));
      if (stored.isFull) yield stored.take();
      if (derived.isFull) yield derived.take();
      if (++steps % ENTRIES_PER_STEP === 0) yield undefined;
    }
    if (!stored.isEmpty) yield stored.take();
    if (!derived.isEmpty) yield derived.take();
  }
}

/** Takes a part of stored entries in. */
export function applyStored(
  state: State,
  part: Uint8Array,
  schemaOf: (store: string, key: Binary) => Schema,
): void {
  const bytes = Buffer.from(part.buffer, part.byteOffset, part.byteLength);
  let at = 1 + bytes[0]!;
  const store = bytes.toString('latin1', 1, at);
  while (at < bytes.length) {
    const keyEnd = at + 4 + bytes.readUInt32LE(at);
    const key = bytes.toString('latin1', at + 4, keyEnd);
    const length = bytes.readUInt32LE(keyEnd);
    at = keyEnd + 4;
    if (length === ABSENT) {
      state.load(store, key, undefined);
      continue;
    }
    // A copy: decoded values may keep views of what they were read from.
    const value = Uint8Array.from(bytes.subarray(at, at + length));
    state.load(store, key, schemaOf(store, key).value.decode(value));
    at += length;
  }
}

/** Takes a part of derived entries in. */
export function applyDerived(
  state: State,
  entries: readonly (readonly [string, Binary, unknown])[],
): void {
  for (const [store, key, value] of entries) state.load(store, key, value);
}
