import { assert, defined } from '../lib/assert.ts';
import type { Binary } from '../lib/bytes.ts';
import { GAS } from '../lib/gas.ts';
import type { GasMeter } from '../lib/gas.ts';
import { after, unit } from '../lib/keys.ts';
import { recordKey } from '../lib/records.ts';
import type { RecordSpec } from '../lib/records.ts';
import type { State } from './state.ts';

/** What reading state takes. */
export interface Reader {
  readonly state: State;
  readonly gas: GasMeter;
}

/** What writing state takes. */
export interface Writer extends Reader {
  readonly writable: true;
}

/**
 * - `proved`: a leaf of the Merkle tree for each key, and a record on disk.
 * - `paged`: the same for canonical pages of a joined structure.
 * - `derived`: in memory only, rebuilt from the others; not part of the app hash.
 */
export type StorageClass = 'proved' | 'paged' | 'derived';

export interface CollectionSpec<K, V> extends RecordSpec<K, V> {
  readonly storage: StorageClass;
}

/** Bounds of an iteration: keys at or above `from` and below `to`, both given as whole keys. */
export interface Range<K> {
  readonly from?: K;
  readonly to?: K;
  readonly reverse?: boolean;
}

/** Whether keys are the same, as far as that is told without a look at bytes, which may change. */
function isSameKey(a: unknown, b: unknown): boolean {
  if (!Array.isArray(a) || !Array.isArray(b)) return a === b && typeof a !== 'object';
  for (let i = 0; i < a.length; i++) {
    if (a[i] !== b[i] || typeof a[i] === 'object') return false;
  }
  return a.length === b.length;
}

/** A typed part of a module's store: a map ordered by the bytes of its keys. */
export class Collection<K, V> {
  readonly spec: CollectionSpec<K, V>;
  readonly #prefix: Binary;
  readonly #derived: boolean;
  /** Of the key that was asked for last: what is read is often written, and read again. */
  #lastKey: unknown;
  #lastRaw: Binary = '';

  constructor(spec: CollectionSpec<K, V>) {
    assert(spec.prefix > 0 && spec.prefix < 256, `${spec.store}/${spec.name}: prefix 1 to 255`);
    this.spec = spec;
    this.#prefix = String.fromCharCode(spec.prefix);
    this.#derived = spec.storage === 'derived';
  }

  rawKey(key: K): Binary {
    if (!isSameKey(key, this.#lastKey)) {
      this.#lastRaw = recordKey(this.spec, key);
      // A tuple is copied: whoever asked with it may change it.
      this.#lastKey = Array.isArray(key) ? key.slice() : key;
    }
    return this.#lastRaw;
  }

  get(reader: Reader, key: K): V | undefined {
    reader.gas.consume(GAS.read);
    return reader.state.get(this.spec.store, this.rawKey(key)) as V | undefined;
  }

  /** The value of a key that must be there. */
  must(reader: Reader, key: K): V {
    return defined(this.get(reader, key), `${this.spec.store}/${this.spec.name}`);
  }

  has(reader: Reader, key: K): boolean {
    return this.get(reader, key) !== undefined;
  }

  /**
   * Stores a value, which must not be changed afterwards. Encodes it now, so that a bad one fails
   * here.
   */
  set(writer: Writer, key: K, value: V): void {
    const bytes = this.#derived ? undefined : this.spec.value.encode(value);
    writer.gas.consume(GAS.write + GAS.writeByte * (bytes?.length ?? 0));
    writer.state.set(this.spec.store, this.rawKey(key), value, bytes);
  }

  delete(writer: Writer, key: K): void {
    const raw = this.rawKey(key);
    writer.gas.consume(GAS.write);
    if (writer.state.get(this.spec.store, raw) === undefined) return;
    writer.state.delete(this.spec.store, raw, this.#derived);
  }

  /** Entries in key order. The collection may be changed between steps. */
  *entries(reader: Reader, range: Range<K> = {}): Generator<[K, V]> {
    const from = range.from === undefined ? this.#prefix : this.rawKey(range.from);
    const to = range.to === undefined ? after(this.#prefix) : this.rawKey(range.to);
    yield* this.#scan(reader, from, to, range.reverse ?? false);
  }

  /**
   * Entries whose key begins with these parts, in key order: `u64.write(id)` for a tuple's first.
   */
  *under(reader: Reader, parts: Binary, reverse = false): Generator<[K, V]> {
    const prefix = this.#prefix + parts;
    yield* this.#scan(reader, prefix, after(prefix), reverse);
  }

  /** Entries of keys strictly after `key`, under the same leading parts when given. */
  *following(reader: Reader, key: K, parts: Binary = ''): Generator<[K, V]> {
    yield* this.#scan(reader, `${this.rawKey(key)}\0`, after(this.#prefix + parts), false);
  }

  *#scan(
    reader: Reader,
    from: Binary,
    to: Binary | undefined,
    reverse: boolean,
  ): Generator<[K, V]> {
    const { store } = this.spec;
    let entry = reverse
      ? reader.state.next(store, to, true, true)
      : reader.state.next(store, from, false, false);
    while (entry !== undefined) {
      const [raw, value] = entry;
      if (reverse ? raw < from : to !== undefined && raw >= to) return;
      reader.gas.consume(GAS.step);
      yield [this.spec.key.read(raw, 1)[0], value as V];
      entry = reader.state.next(store, raw, reverse, true);
    }
  }

  /** The first entry under these parts, if any. */
  first(reader: Reader, parts: Binary = '', reverse = false): [K, V] | undefined {
    for (const entry of this.under(reader, parts, reverse)) return entry;
    return undefined;
  }
}

/** A single value of a module's store. */
export class Item<V> {
  readonly collection: Collection<null, V>;
  readonly #key: Binary;

  constructor(spec: Omit<CollectionSpec<null, V>, 'key'>) {
    this.collection = new Collection({ ...spec, key: unit });
    this.#key = this.collection.rawKey(null);
  }

  get(reader: Reader): V | undefined {
    reader.gas.consume(GAS.read);
    return reader.state.get(this.collection.spec.store, this.#key) as V | undefined;
  }

  must(reader: Reader): V {
    return defined(this.get(reader), this.collection.spec.name);
  }

  set(writer: Writer, value: V): void {
    this.collection.set(writer, null, value);
  }

  delete(writer: Writer): void {
    this.collection.delete(writer, null);
  }
}

/** What loading a store needs to know of each of its collections. */
export interface Schema {
  readonly store: string;
  readonly prefix: number;
  readonly name: string;
  readonly storage: StorageClass;
  readonly value: { encode(value: unknown): Uint8Array; decode(bytes: Uint8Array): unknown };
}

/**
 * The schemas of a module's `state.ts`, from its namespace import; other exports are passed over.
 */
export function schemasOf(namespace: Readonly<Record<string, unknown>>): Schema[] {
  const schemas: Schema[] = [];
  for (const value of Object.values(namespace)) {
    if (value instanceof Collection) schemas.push(value.spec as Schema);
    else if (value instanceof Item) schemas.push(value.collection.spec as Schema);
  }
  return schemas;
}
