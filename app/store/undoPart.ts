import type { Binary } from '../lib/bytes.ts';
import { toBinary } from '../lib/bytes.ts';
import { DiskError, RESTORE } from './diskErrors.ts';

/** Ends a part: more come, or none. Other tags begin an entry. */
const END_PART = 0;
const END_LAST = 1;
const ABSENT = 2;
const PRESENT = 3;

/** Height in 8 bytes, number of the part in 4. */
const HEAD_BYTES = 12;

/** Writes a record of an undo: integers of 32 bits, everything else after its length. */
export class UndoWriter {
  #buffer = Buffer.allocUnsafe(65_536);
  length = HEAD_BYTES;

  constructor(height: number, part: number) {
    this.#buffer.writeBigUInt64BE(BigInt(height), 0);
    this.#buffer.writeUInt32BE(part, 8);
  }

  bytes(bytes: Uint8Array): void {
    this.#reserve(bytes.length + 4);
    this.length = this.#buffer.writeUInt32BE(bytes.length, this.length);
    this.#buffer.set(bytes, this.length);
    this.length += bytes.length;
  }

  /** @param store the bytes of its name */
  entry(store: Uint8Array, key: Binary, value: Uint8Array | null): void {
    this.#tag(value === null ? ABSENT : PRESENT);
    this.bytes(store);
    this.#text(key);
    if (value !== null) this.bytes(value);
  }

  /** What was written. */
  end(isLast: boolean): Uint8Array {
    this.#tag(isLast ? END_LAST : END_PART);
    return this.#buffer.subarray(0, this.length);
  }

  #tag(tag: number): void {
    this.#reserve(1);
    this.#buffer[this.length++] = tag;
  }

  #text(text: Binary): void {
    this.#reserve(text.length + 4);
    let at = this.#buffer.writeUInt32BE(text.length, this.length);
    // Keys are short: quicker than a call of Node's.
    for (let i = 0; i < text.length; i++) this.#buffer[at++] = text.charCodeAt(i);
    this.length = at;
  }

  #reserve(bytes: number): void {
    if (this.length + bytes <= this.#buffer.length) return;
    const larger = Buffer.allocUnsafe(2 * (this.length + bytes));
    larger.set(this.#buffer.subarray(0, this.length));
    this.#buffer = larger;
  }
}

/** Reads what UndoWriter wrote. @throws DiskError when it cannot be that */
export class UndoReader {
  readonly height: number;
  readonly part: number;
  isLast = false;
  readonly #buffer: Buffer;
  #at = HEAD_BYTES;

  constructor(record: Uint8Array) {
    this.#buffer = Buffer.from(record.buffer, record.byteOffset, record.byteLength);
    this.#need(HEAD_BYTES, 0);
    this.height = Number(this.#buffer.readBigUInt64BE(0));
    this.part = this.#buffer.readUInt32BE(8);
  }

  bytes(): Uint8Array {
    this.#need(4);
    const length = this.#buffer.readUInt32BE(this.#at);
    this.#at += 4;
    this.#need(length);
    this.#at += length;
    return Uint8Array.from(this.#buffer.subarray(this.#at - length, this.#at));
  }

  /** The next one; undefined after the last of the part. */
  entry(): readonly [string, Binary, Uint8Array | null] | undefined {
    this.#need(1);
    const tag = this.#buffer[this.#at++]!;
    if (tag === END_PART || tag === END_LAST) {
      this.isLast = tag === END_LAST;
      return undefined;
    }
    if (tag !== ABSENT && tag !== PRESENT) throw this.#damaged();
    const store = toBinary(this.bytes());
    const key = toBinary(this.bytes());
    return [store, key, tag === PRESENT ? this.bytes() : null];
  }

  #need(bytes: number, at = this.#at): void {
    if (at + bytes > this.#buffer.length) throw this.#damaged();
  }

  #damaged(): DiskError {
    return new DiskError(`the record of what the last block overwrote is cut: ${RESTORE}`);
  }
}
