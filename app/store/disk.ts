import { existsSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { ClassicLevel } from 'classic-level';
import type { Binary } from '../lib/bytes.ts';
import { fromBinary, toBinary } from '../lib/bytes.ts';
import { after } from '../lib/keys.ts';
import { DiskError, DiskFailure, RESTORE } from './diskErrors.ts';
import { checkFiles } from './level/files.ts';

export { DiskError, DiskFailure, RESTORE } from './diskErrors.ts';

export type DiskWrite = readonly [Binary, Uint8Array | null];

export interface DiskOptions {
  /** Told of a batch that was not written to its end and does not count, with its file. */
  readonly onTorn?: (file: string, bytes: number) => void;
  /** Bytes in memory before LevelDB writes a table; its own 4 MiB unless told. */
  readonly writeBufferSize?: number;
}

const SCAN_RECORDS = 1_000;
const SCAN_BYTES = 1_048_576;

/**
 * LevelDB with one atomic, synced batch at a time. Every record carries the CRC-32 of its key and
 * value, so that a flipped bit is found when it is read. After a write that failed nothing more is
 * written: what is on disk then is only known after a new start.
 */
export class Disk {
  readonly #db: ClassicLevel<Buffer, Buffer>;
  #failure: DiskError | undefined;

  private constructor(db: ClassicLevel<Buffer, Buffer>) {
    this.#db = db;
  }

  /**
   * @throws DiskError when the folder's files are not a whole database
   * @throws DiskFailure when another process has it, or the disk refuses
   */
  static async open(path: string, options: DiskOptions = {}): Promise<Disk> {
    const { onTorn, ...levelOptions } = options;
    if (existsSync(path)) checkFiles(path, onTorn);
    const db = new ClassicLevel<Buffer, Buffer>(path, {
      keyEncoding: 'buffer',
      valueEncoding: 'buffer',
      ...levelOptions,
    });
    try {
      await db.open();
    } catch (error) {
      throw openFailure(path, error);
    }
    return new Disk(db);
  }

  /** @throws DiskError when the batch is not durable; it is then there as a whole or not at all */
  async write(writes: readonly DiskWrite[]): Promise<void> {
    if (this.#failure !== undefined) throw this.#failure;
    try {
      // Chained: an array of operations costs three times as much, most of it in copies of them.
      const batch = this.#db.batch();
      for (const [key, value] of writes) {
        const rawKey = fromBinary(key);
        if (value === null) batch.del(rawKey);
        else batch.put(rawKey, sealed(rawKey, value));
      }
      await batch.write({ sync: true });
    } catch (error) {
      this.#failure = DiskFailure.of('the database cannot be written', error);
      throw this.#failure;
    }
  }

  async get(key: Binary): Promise<Uint8Array | undefined> {
    const rawKey = fromBinary(key);
    const record = await readable(() => this.#db.get(rawKey));
    return record === undefined ? undefined : unsealed(rawKey, record);
  }

  /** Visits the records whose key begins with the prefix, in key order. */
  async scan(prefix: Binary, visit: (key: Binary, value: Uint8Array) => void): Promise<void> {
    const end = after(prefix);
    const range = {
      gte: fromBinary(prefix),
      ...(end === undefined ? {} : { lt: fromBinary(end) }),
      highWaterMarkBytes: SCAN_BYTES,
      fillCache: false,
    };
    const iterator = readable(() => this.#db.iterator(range));
    try {
      for (;;) {
        const records = await readable(() => iterator.nextv(SCAN_RECORDS));
        if (records.length === 0) return;
        for (const [key, value] of records) visit(toBinary(key), unsealed(key, value));
      }
    } finally {
      await iterator.close();
    }
  }

  /** Whether there is no record at all. */
  async isEmpty(): Promise<boolean> {
    const keys = await readable(() => this.#db.keys({ limit: 1 }).all());
    return keys.length === 0;
  }

  /** About how many bytes the records take in tables whose key begins with the prefix. */
  async size(prefix: Binary): Promise<number> {
    const end = fromBinary(after(prefix) ?? prefix.padEnd(256, '\xff'));
    return readable(() => this.#db.approximateSize(fromBinary(prefix), end));
  }

  /** Removes every record but one. Not atomic: what it is for must be told by that one. */
  async clearAllBut(kept: Binary): Promise<void> {
    const key = fromBinary(kept);
    try {
      await this.#db.clear({ lt: key });
      await this.#db.clear({ gt: key });
    } catch (error) {
      throw (this.#failure = DiskFailure.of('the database cannot be emptied', error));
    }
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    await this.#db.close();
  }
}

function openFailure(path: string, error: unknown): DiskError {
  const { code } = ((error as Error).cause ?? {}) as { code?: string };
  if (code === 'LEVEL_LOCKED') {
    return new DiskFailure(`${path} is in use by another process: stop it first`);
  }
  return (
    DiskFailure.find(`${path} cannot be opened`, error) ??
    new DiskError(`${path} cannot be opened (${DiskFailure.reasonOf(error)}): ${RESTORE}`)
  );
}

/** Turns LevelDB's own findings (a bad block, a file that is gone) into a DiskError. */
function readable<T>(read: () => T): T {
  const refuse = (error: unknown): never => {
    const what = 'the database cannot be read';
    const damage = () => new DiskError(`${what} (${DiskFailure.reasonOf(error)}): ${RESTORE}`);
    throw DiskFailure.find(what, error) ?? damage();
  };
  try {
    const result = read();
    return result instanceof Promise ? (result.catch(refuse) as T) : result;
  } catch (error) {
    return refuse(error);
  }
}

function sealed(key: Buffer, value: Uint8Array): Buffer {
  const record = Buffer.allocUnsafe(value.length + 4);
  record.set(value);
  record.writeUInt32BE(crc32(value, crc32(key)), value.length);
  return record;
}

function unsealed(key: Buffer, record: Buffer): Uint8Array {
  const value = record.subarray(0, -4);
  if (record.length < 4 || record.readUInt32BE(value.length) !== crc32(value, crc32(key))) {
    throw new DiskError(
      `the database is damaged: record ${key.toString('hex')} fails its checksum; ${RESTORE}`,
    );
  }
  return value;
}
