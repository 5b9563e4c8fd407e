import { crc32 } from 'node:zlib';
import { ClassicLevel } from 'classic-level';
import type { Binary } from '../lib/bytes.ts';
import { fromBinary, toBinary } from '../lib/bytes.ts';
import { after } from '../lib/keys.ts';

export type DiskWrite = readonly [Binary, Uint8Array | null];

/** What helps against every damage. */
export const RESTORE = 'restore it from a backup, or remove it and sync from the other validators';
const SCAN_RECORDS = 1_000;

/** The database cannot be used as it is; the message says what to do. */
export class DiskError extends Error {
  override readonly name = 'DiskError';
}

/**
 * LevelDB with one atomic, synced batch at a time. Every record carries the CRC-32 of its key and
 * value, so that a flipped bit is found when it is read.
 */
export class Disk {
  readonly #db: ClassicLevel<Buffer, Buffer>;

  private constructor(db: ClassicLevel<Buffer, Buffer>) {
    this.#db = db;
  }

  /** @throws DiskError when the folder is locked by another process or not a database */
  static async open(path: string): Promise<Disk> {
    const db = new ClassicLevel<Buffer, Buffer>(path, {
      keyEncoding: 'buffer',
      valueEncoding: 'buffer',
    });
    try {
      await db.open();
    } catch (error) {
      const { code } = ((error as Error).cause ?? {}) as { code?: string };
      if (code === 'LEVEL_LOCKED') {
        throw new DiskError(`${path} is in use by another process: stop it first`);
      }
      throw new DiskError(`${path} cannot be opened (${reasonOf(error)}): ${RESTORE}`);
    }
    return new Disk(db);
  }

  /** @throws DiskError when the batch is not durable; it is then there as a whole or not at all */
  async write(writes: readonly DiskWrite[]): Promise<void> {
    const operations = writes.map(([key, value]) => {
      const rawKey = fromBinary(key);
      return value === null
        ? ({ type: 'del', key: rawKey } as const)
        : ({ type: 'put', key: rawKey, value: sealed(rawKey, value) } as const);
    });
    try {
      await this.#db.batch(operations, { sync: true });
    } catch (error) {
      throw new DiskError(
        `the database cannot be written (${reasonOf(error)}): make room on the disk, or mend it, ` +
          'and start again',
      );
    }
  }

  async get(key: Binary): Promise<Uint8Array | undefined> {
    const rawKey = fromBinary(key);
    const record = await readable(this.#db.get(rawKey));
    return record === undefined ? undefined : unsealed(rawKey, record);
  }

  /** Visits the records whose key begins with the prefix, in key order. */
  async scan(prefix: Binary, visit: (key: Binary, value: Uint8Array) => void): Promise<void> {
    const end = after(prefix);
    const iterator = this.#db.iterator({
      gte: fromBinary(prefix),
      ...(end === undefined ? {} : { lt: fromBinary(end) }),
    });
    try {
      for (;;) {
        const records = await readable(iterator.nextv(SCAN_RECORDS));
        if (records.length === 0) return;
        for (const [key, value] of records) visit(toBinary(key), unsealed(key, value));
      }
    } finally {
      await iterator.close();
    }
  }

  async close(): Promise<void> {
    await this.#db.close();
  }
}

const reasonOf = (error: unknown): string => {
  const { message, cause } = error as Error;
  return cause instanceof Error ? cause.message : message;
};

/** Turns LevelDB's own findings (a bad block, a file that is gone) into a DiskError. */
const readable = <T>(read: Promise<T>): Promise<T> =>
  read.catch((error: unknown) => {
    throw new DiskError(`the database cannot be read (${reasonOf(error)}): ${RESTORE}`);
  });

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
