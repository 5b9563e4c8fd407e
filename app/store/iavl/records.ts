import { crc32 } from 'node:zlib';
import type { Key } from './api.ts';
import { KEY_BYTES_MAX } from './hashing.ts';

/** What a record that cannot be right throws at start: the disk, or another program, changed it. */
export class IavlCorruption extends Error {}

/** The highest version: nodes keep theirs in 32 bits. */
export const VERSION_MAX = 0x7fffffff;

/** First characters of record keys: in this order they are read. */
export const ACTIVE = 'a';
export const CHECKPOINT = 'c';
export const CHANGES = 'l';

/** Tags that end a part of a record: more parts to come, or the root and no more. */
export const END_PART = 0;
export const END_LAST = 1;

/** A part of a checkpoint is closed when it has reached this length. */
export const PART_BYTES = 65_536;

/** Part `part` of what is recorded for a version, in byte order of version and part. */
export function recordKey(kind: string, version: number, part: number): Key {
  let key = '';
  let high = version;
  for (let i = 0; i < 6; i++) {
    key = String.fromCharCode(high % 256) + key;
    high = Math.floor(high / 256);
  }
  for (let shift = 24; shift >= 0; shift -= 8) key += String.fromCharCode((part >>> shift) & 255);
  return kind + key;
}

export function parseRecordKey(key: Key): { kind: string; version: number; part: number } {
  if (key.length !== 11) throw new IavlCorruption(`a record key of ${key.length} bytes`);
  let version = 0;
  let part = 0;
  for (let i = 1; i < 7; i++) version = version * 256 + key.charCodeAt(i);
  for (let i = 7; i < 11; i++) part = part * 256 + key.charCodeAt(i);
  if (version > VERSION_MAX) throw new IavlCorruption(`a record of version ${version}`);
  return { kind: key[0]!, version, part };
}

/** Of a number below 2^49. */
const UVARINT_BYTES_MAX = 7;

/** Before the rest, over which it is taken. */
const CRC_BYTES = 4;

/** Writes a record: a CRC-32, and numbers, hashes and keys, these as what differs from the last. */
export class RecordWriter {
  #bytes = Buffer.allocUnsafe(1024);
  length = CRC_BYTES;
  #lastKey: Key = '';

  uvarint(value: number): void {
    this.#reserve(10);
    let rest = value;
    while (rest >= 128) {
      this.#bytes[this.length++] = (rest % 128) + 128;
      rest = Math.floor(rest / 128);
    }
    this.#bytes[this.length++] = rest;
  }

  key(key: Key): void {
    const last = this.#lastKey;
    const max = last.length < key.length ? last.length : key.length;
    let same = 0;
    while (same < max && last.charCodeAt(same) === key.charCodeAt(same)) same++;
    this.uvarint(same);
    this.uvarint(key.length - same);
    this.#reserve(key.length - same);
    this.length += this.#bytes.write(key.slice(same), this.length, 'latin1');
    this.#lastKey = key;
  }

  /** Eight words that are 32 bytes in order. */
  hash(words: Int32Array, at: number): void {
    this.raw(new Uint8Array(words.buffer, words.byteOffset + 4 * at, 32));
  }

  raw(bytes: Uint8Array): void {
    this.#reserve(bytes.length);
    this.#bytes.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** What was written; the writer is empty again. */
  take(): Uint8Array {
    this.#bytes.writeUInt32LE(crc32(this.#bytes.subarray(CRC_BYTES, this.length)));
    const taken = Uint8Array.prototype.slice.call(this.#bytes, 0, this.length);
    this.length = CRC_BYTES;
    this.#lastKey = '';
    return taken;
  }

  #reserve(bytes: number): void {
    if (this.length + bytes <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.length + bytes));
    larger.set(this.#bytes.subarray(0, this.length));
    this.#bytes = larger;
  }
}

/** Reads what RecordWriter wrote; `name` is for its errors. */
export class RecordReader {
  readonly #bytes: Buffer;
  readonly #name: string;
  #at = CRC_BYTES;
  /** The last key, as bytes: a string put together from two would stay a rope. */
  readonly #key = Buffer.alloc(KEY_BYTES_MAX);
  #keyLength = 0;

  constructor(bytes: Uint8Array, name: string) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#name = name;
    const whole = this.#bytes.length > CRC_BYTES;
    if (!whole || this.#bytes.readUInt32LE() !== crc32(this.#bytes.subarray(CRC_BYTES))) {
      throw new IavlCorruption(`${name}: its bytes are not those that were written`);
    }
  }

  get done(): boolean {
    return this.#at === this.#bytes.length;
  }

  fail(why: string): never {
    throw new IavlCorruption(`${this.#name}: ${why} at byte ${this.#at}`);
  }

  uvarint(): number {
    let value = 0;
    let scale = 1;
    for (let i = 0; i < UVARINT_BYTES_MAX; i++, scale *= 128) {
      const byte = this.#bytes[this.#at++] ?? this.fail('it ends early');
      value += (byte & 127) * scale;
      if (byte < 128) return value;
    }
    return this.fail('a number is too long');
  }

  key(): Key {
    const same = this.uvarint();
    const length = this.uvarint();
    if (same + length > KEY_BYTES_MAX) this.fail('a key is too long');
    if (same > this.#keyLength) this.fail('a key shares more than there is');
    const from = this.#at;
    this.#skip(length);
    this.#keyLength = same + length;
    this.#bytes.copy(this.#key, same, from, this.#at);
    return this.#key.toString('latin1', 0, this.#keyLength);
  }

  hash(words: Int32Array, at: number): void {
    const from = this.#at;
    const to = new Uint8Array(words.buffer, words.byteOffset + 4 * at, 32);
    to.set(this.#bytes.subarray(from, this.#skip(32)));
  }

  raw(length: number): Uint8Array {
    const from = this.#at;
    return Uint8Array.prototype.slice.call(this.#bytes, from, this.#skip(length));
  }

  #skip(length: number): number {
    if (this.#at + length > this.#bytes.length) this.fail('it ends early');
    this.#at += length;
    return this.#at;
  }
}
