import { Buffer } from 'buffer';
import { assert } from './assert.ts';
import type { Binary } from './bytes.ts';
import { fromBinary, toBinary } from './bytes.ts';

/**
 * How a key component becomes bytes, such that byte order is the order of the values. Parts are
 * concatenated, so each must tell its own end.
 */
export interface KeyPart<T> {
  write(value: T): Binary;
  /** The value at `at`, and where the next part begins. */
  read(key: Binary, at: number): [T, number];
}

const hex32 = (v: number): Binary =>
  String.fromCharCode((v >>> 24) & 255, (v >>> 16) & 255, (v >>> 8) & 255, v & 255);

const read32 = (key: Binary, at: number): number =>
  ((key.charCodeAt(at) << 24) |
    (key.charCodeAt(at + 1) << 16) |
    (key.charCodeAt(at + 2) << 8) |
    key.charCodeAt(at + 3)) >>>
  0;

export const u32: KeyPart<number> = {
  write(v) {
    assert(Number.isInteger(v) && v >= 0 && v <= 0xffffffff, `key ${v} is not a u32`);
    return hex32(v);
  },
  read: (key, at) => [read32(key, at), at + 4],
};

const U64_END = 1n << 64n;
/** Ids and times are below this, and are written without arithmetic on bigints. */
const EXACT_END = BigInt(Number.MAX_SAFE_INTEGER);
const TWO_32 = 0x1_0000_0000;

function hex64(high: number, low: number): Binary {
  return String.fromCharCode(
    (high >>> 24) & 255,
    (high >>> 16) & 255,
    (high >>> 8) & 255,
    high & 255,
    (low >>> 24) & 255,
    (low >>> 16) & 255,
    (low >>> 8) & 255,
    low & 255,
  );
}

export const u64: KeyPart<bigint> = {
  write(v) {
    if (v >= 0n && v <= EXACT_END) {
      const value = Number(v);
      return hex64(Math.floor(value / TWO_32), value % TWO_32);
    }
    assert(v >= 0n && v < U64_END, `key ${v} is not a u64`);
    return hex64(Number(v >> 32n), Number(v & 0xffffffffn));
  },
  read: (key, at) => [(BigInt(read32(key, at)) << 32n) | BigInt(read32(key, at + 4)), at + 8],
};

/** Signed 64-bit: the sign bit is flipped, so that negative values come first. */
export const i64: KeyPart<bigint> = {
  write(v) {
    assert(v >= -TWO_63 && v < TWO_63, `key ${v} is not an i64`);
    return u64.write(v + TWO_63);
  },
  read(key, at) {
    const [v, next] = u64.read(key, at);
    return [v - TWO_63, next];
  },
};

const TWO_63 = 1n << 63n;

function utf8(v: string): Binary {
  // Its own bytes already, as of nearly all.
  if (isAscii(v)) return v;
  // Halves of surrogate pairs would all be written as the same replacement character.
  assert(v.isWellFormed(), 'a text key must be well-formed');
  return toBinary(Buffer.from(v, 'utf8'));
}

function isAscii(v: string): boolean {
  for (let i = 0; i < v.length; i++) if (v.charCodeAt(i) > 127) return false;
  return true;
}

/** Text without the character 0, which ends it. */
export const text: KeyPart<string> = {
  write(v) {
    assert(!v.includes('\0'), 'a text key must not contain the character 0');
    return `${utf8(v)}\0`;
  },
  read(key, at) {
    const end = key.indexOf('\0', at);
    assert(end >= 0, 'a text key without its end');
    return [fromBinary(key.slice(at, end)).toString('utf8'), end + 1];
  },
};

/** Bytes of a fixed length. */
export function bytes(length: number): KeyPart<Uint8Array> {
  return {
    write(v) {
      assert(v.length === length, `key of ${v.length} bytes, ${length} needed`);
      return toBinary(v);
    },
    read: (key, at) => [fromBinary(key.slice(at, at + length)), at + length],
  };
}

/** A 20-byte address after its length, as the Cosmos SDK writes it. */
export const address: KeyPart<Uint8Array> = {
  write(v) {
    assert(v.length === 20, `an address of ${v.length} bytes`);
    return `\x14${toBinary(v)}`;
  },
  read: (key, at) => [fromBinary(key.slice(at + 1, at + 21)), at + 21],
};

/** Text up to the end of the key: a last part only. */
export const lastText: KeyPart<string> = {
  write: utf8,
  read: (key, at) => [fromBinary(key.slice(at)).toString('utf8'), key.length],
};

type Parts<T extends readonly unknown[]> = { [I in keyof T]: KeyPart<T[I]> };

/** Several parts after one another, in order of importance. */
export function tuple<T extends readonly unknown[]>(...parts: Parts<T>): KeyPart<Readonly<T>> {
  return {
    write(values) {
      let key = '';
      for (let i = 0; i < parts.length; i++) key += parts[i]!.write(values[i]);
      return key;
    },
    read(key, start) {
      let at = start;
      const values = parts.map((part) => {
        const [value, next] = part.read(key, at);
        at = next;
        return value;
      });
      return [values as unknown as Readonly<T>, at];
    },
  };
}

/** For collections of one entry. */
export const unit: KeyPart<null> = { write: () => '', read: (_key, at) => [null, at] };

/**
 * The smallest key that is greater than every key with this prefix; undefined when there is none.
 */
export function after(prefix: Binary): Binary | undefined {
  for (let i = prefix.length - 1; i >= 0; i--) {
    const c = prefix.charCodeAt(i);
    if (c < 255) return prefix.slice(0, i) + String.fromCharCode(c + 1);
  }
  return undefined;
}
