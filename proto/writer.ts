const INITIAL_BYTES = 256;
/** A larger buffer is not kept for the next message. */
const KEPT_BYTES = 1 << 20;
/** Below this a number's varint is computed on 32-bit integers, as most are. */
const SMALL = 0x8000_0000;

/** An allocation a value costs more than writing it. */
const SLAB_BYTES = 8_192;
let slab = new Uint8Array(SLAB_BYTES);
let slabAt = 0;

/**
 * Writes protobuf's wire format straight into one growing buffer. A nested message is written
 * before its length is known: one byte is kept for it, and what is longer moves up.
 */
export class ProtoWriter {
  #bytes: Uint8Array;
  #view: DataView;
  #starts: number[] = [];
  #at = 0;

  constructor(bytes = INITIAL_BYTES) {
    this.#bytes = new Uint8Array(bytes);
    this.#view = new DataView(this.#bytes.buffer);
  }

  get length(): number {
    return this.#at;
  }

  /** Room for so many more bytes. */
  #reserve(count: number): void {
    const needed = this.#at + count;
    if (needed <= this.#bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.#bytes.length));
    grown.set(this.#bytes.subarray(0, this.#at));
    this.#bytes = grown;
    this.#view = new DataView(grown.buffer);
  }

  /** A varint of an integer from 0 to 2^32−1; tags too. */
  uint32(value: number): this {
    this.#reserve(5);
    const bytes = this.#bytes;
    let rest = value;
    let at = this.#at;
    while (rest > 127) {
      bytes[at++] = (rest & 127) | 128;
      rest >>>= 7;
    }
    bytes[at++] = rest;
    this.#at = at;
    return this;
  }

  /** A signed 32-bit integer, in ten bytes when it is negative. */
  int32(value: number): this {
    return value < 0 ? this.varint64(BigInt(value)) : this.uint32(value);
  }

  sint32(value: number): this {
    return this.uint32(((value << 1) ^ (value >> 31)) >>> 0);
  }

  /** A varint of 64 bits, of the two's complement when it is negative. */
  varint64(value: bigint): this {
    if (value >= 0n && value < SMALL) return this.uint32(Number(value));
    let low = Number(BigInt.asUintN(32, value));
    let high = Number(BigInt.asUintN(32, value >> 32n));
    this.#reserve(10);
    const bytes = this.#bytes;
    let at = this.#at;
    while (high !== 0 || low > 127) {
      bytes[at++] = (low & 127) | 128;
      low = ((low >>> 7) | (high << 25)) >>> 0;
      high >>>= 7;
    }
    bytes[at++] = low;
    this.#at = at;
    return this;
  }

  fixed32(value: number): this {
    this.#reserve(4);
    this.#view.setInt32(this.#at, value, true);
    this.#at += 4;
    return this;
  }

  fixed64(value: bigint): this {
    this.#reserve(8);
    this.#view.setBigInt64(this.#at, value, true);
    this.#at += 8;
    return this;
  }

  double(value: number): this {
    this.#reserve(8);
    this.#view.setFloat64(this.#at, value, true);
    this.#at += 8;
    return this;
  }

  bool(value: boolean): this {
    return this.uint32(value ? 1 : 0);
  }

  /** Bytes after their length. */
  bytes(value: Uint8Array): this {
    this.uint32(value.length);
    return this.raw(value);
  }

  /** Bytes as they are. */
  raw(value: Uint8Array): this {
    this.#reserve(value.length);
    this.#bytes.set(value, this.#at);
    this.#at += value.length;
    return this;
  }

  /** UTF-8 after its length; half of a surrogate pair in three bytes, as protobufjs has it. */
  string(value: string): this {
    // Three bytes a code unit at most, and five of a length.
    this.#reserve(3 * value.length + 5);
    if (value.length > 127) {
      this.fork();
      this.#text(value, 0);
      return this.ldelim();
    }
    const start = this.#at;
    const bytes = this.#bytes;
    let at = start + 1;
    for (let i = 0; i < value.length; i++) {
      const unit = value.charCodeAt(i);
      if (unit > 127) {
        this.#at = at;
        this.#starts.push(start);
        this.#text(value, i);
        return this.ldelim();
      }
      bytes[at++] = unit;
    }
    bytes[start] = value.length;
    this.#at = at;
    return this;
  }

  /** UTF-8 of a text from a code unit on, for which there is room. */
  #text(value: string, from: number): void {
    const bytes = this.#bytes;
    let at = this.#at;
    for (let i = from; i < value.length; i++) {
      const unit = value.charCodeAt(i);
      if (unit < 0x80) {
        bytes[at++] = unit;
        continue;
      }
      if (unit < 0x800) {
        bytes[at++] = 0xc0 | (unit >> 6);
      } else {
        const code = value.codePointAt(i)!;
        if (code > 0xffff) {
          i++;
          bytes[at++] = 0xf0 | (code >> 18);
          bytes[at++] = 0x80 | ((code >> 12) & 63);
        } else {
          bytes[at++] = 0xe0 | (code >> 12);
        }
        bytes[at++] = 0x80 | ((code >> 6) & 63);
        bytes[at++] = 0x80 | (code & 63);
        continue;
      }
      bytes[at++] = 0x80 | (unit & 63);
    }
    this.#at = at;
  }

  /** Begins a part that stands after its length. */
  fork(): this {
    this.#reserve(1);
    this.#starts.push(this.#at++);
    return this;
  }

  /** Ends the part that was begun last. */
  ldelim(): this {
    const start = this.#starts.pop()!;
    const length = this.#at - start - 1;
    if (length < 128) {
      this.#bytes[start] = length;
      return this;
    }
    const end = this.#at;
    const more = varintBytes(length) - 1;
    this.#reserve(more);
    this.#bytes.copyWithin(start + 1 + more, start + 1, end);
    this.#at = start;
    this.uint32(length);
    this.#at = end + more;
    return this;
  }

  /**
   * A copy of what was written; the writer begins anew. Small ones are cut from one buffer, as
   * Node's own are: who keeps a few bytes for long copies them.
   */
  finish(): Uint8Array {
    const written = this.#bytes.subarray(0, this.#at);
    this.reset();
    const { length } = written;
    if (length > SLAB_BYTES / 4) return written.slice();
    if (slabAt + length > SLAB_BYTES) {
      slab = new Uint8Array(SLAB_BYTES);
      slabAt = 0;
    }
    slab.set(written, slabAt);
    slabAt += length;
    return slab.subarray(slabAt - length, slabAt);
  }

  /** Forgets what was written, also in the middle of it. */
  reset(): void {
    this.#at = 0;
    if (this.#starts.length > 0) this.#starts = [];
    if (this.#bytes.length <= KEPT_BYTES) return;
    this.#bytes = new Uint8Array(INITIAL_BYTES);
    this.#view = new DataView(this.#bytes.buffer);
  }
}

function varintBytes(value: number): number {
  let count = 1;
  for (let rest = value >>> 7; rest > 0; rest >>>= 7) count++;
  return count;
}
