import { equalBytes, fromBinary } from '../lib/bytes.ts';
import type { Binary } from '../lib/bytes.ts';
import type { Schema } from './collection.ts';
import type { Commitment } from './commitment.ts';
import type { Disk } from './disk.ts';
import { DiskError, RESTORE } from './diskErrors.ts';
import type { ValueCheck } from './iavl/verify.ts';
import { VALUES, valueKey } from './layout.ts';
import { crosses } from './loadProgress.ts';
import type { LoadProgress } from './loadProgress.ts';
import { State } from './state.ts';

interface LoadOptions {
  readonly schemas: readonly Schema[];
  readonly onProgress?: (progress: LoadProgress) => void;
}

const PROGRESS_VALUES = 100_000;

/**
 * The values on disk, as a state. Each must be the one that its tree commits to, for a record of
 * another time would pass its checksum; and its codec must give back the bytes it read, for proofs
 * encode values again.
 * @throws DiskError that names the key
 */
export function loadValues(
  disk: Pick<Disk, 'scan'>,
  options: LoadOptions,
  commitment: Commitment,
): Promise<State> {
  const state = new State();
  const checks = new Map(commitment.stores.map((store) => [store, commitment.check(store)]));
  const schemaOf = schemaFinder(options.schemas);
  const total = commitment.size;
  let done = 0;
  const visit = (raw: Binary, bytes: Uint8Array): void => {
    const end = raw.indexOf('\0');
    const store = raw.slice(VALUES.length, end);
    const key = raw.slice(end + 1);
    const { value: codec } = schemaOf(store, key);
    const check = checks.get(store)!;
    const own = check.add(key, bytes);
    if (check.mismatch !== undefined) throw notCommitted(store, check.mismatch);
    state.load(store, own, decoded(codec, bytes, store, key));
    if (crosses(done, 1, PROGRESS_VALUES)) {
      options.onProgress?.({ phase: 'values', done: done + 1, total });
    }
    done++;
  };
  return disk.scan(VALUES, visit).then(() => {
    finish(checks);
    return state;
  });
}

/** Some collections of a database, read without a check: to tell which program may read it all. */
export function peek(disk: Pick<Disk, 'scan'>, schemas: readonly Schema[]): Promise<State> {
  const state = new State();
  return schemas
    .reduce<Promise<unknown>>((before, { store, prefix, value }) => {
      const first = String.fromCharCode(prefix);
      const visit = (raw: Binary, bytes: Uint8Array): void => {
        state.load(store, raw.slice(raw.indexOf('\0') + 1), value.decode(bytes));
      };
      return before.then(() => disk.scan(valueKey(store, first), visit));
    }, Promise.resolve())
    .then(() => state);
}

function finish(checks: ReadonlyMap<string, ValueCheck>): void {
  for (const [store, check] of checks) {
    const mismatch = check.finish();
    if (mismatch !== undefined) throw notCommitted(store, mismatch);
  }
}

const nameOf = (store: string, key: Binary) => `${store}/${fromBinary(key).toString('hex')}`;

const notCommitted = (store: string, key: Binary): DiskError =>
  new DiskError(`the value of ${nameOf(store, key)} is not what was committed: ${RESTORE}`);

function decoded(codec: Schema['value'], bytes: Uint8Array, store: string, key: Binary): unknown {
  try {
    const value = codec.decode(bytes);
    if (equalBytes(codec.encode(value), bytes)) return value;
  } catch {
    // Said below: bytes that pass their checksum were written by another program, or are a fault.
  }
  throw new DiskError(
    `the value of ${nameOf(store, key)} is not one this program writes: it was written by ` +
      `another version, or is damaged; ${RESTORE}`,
  );
}

/** Finds the collection of a key; the last one again without a look. */
export function schemaFinder(schemas: readonly Schema[]): (store: string, key: Binary) => Schema {
  let last: Schema | undefined;
  return (store, key) => {
    const prefix = key.charCodeAt(0);
    if (last?.prefix === prefix && last.store === store) return last;
    last = schemas.find((schema) => schema.store === store && schema.prefix === prefix);
    if (last === undefined || last.storage === 'derived') {
      throw new DiskError(
        `the database holds records of ${store}/${prefix} that this program does not know: ` +
          'it was written by another version',
      );
    }
    return last;
  };
}
