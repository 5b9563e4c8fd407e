import { assert } from './assert.ts';

/** How a stored value becomes bytes. */
export interface ValueCodec<V> {
  encode(value: V): Uint8Array;
  decode(bytes: Uint8Array): V;
}

/** Unsigned 64-bit, big-endian. */
export const u64Value: ValueCodec<bigint> = {
  encode(value) {
    assert(value >= 0n && value < 1n << 64n, `${value} is not a u64`);
    const bytes = new Uint8Array(8);
    new DataView(bytes.buffer).setBigUint64(0, value);
    return bytes;
  },
  decode: (bytes) => new DataView(bytes.buffer, bytes.byteOffset, 8).getBigUint64(0),
};

export const bytesValue: ValueCodec<Uint8Array> = {
  encode: (value) => value,
  decode: (bytes) => Uint8Array.from(bytes),
};

/** For sets: the key says it all. One byte, since a Merkle leaf must have a value. */
export const present: ValueCodec<true> = {
  encode: () => Uint8Array.of(1),
  decode: () => true,
};

/** A decimal integer of 0 or more as text, as the Cosmos SDK stores balances. */
export const decimalValue: ValueCodec<bigint> = {
  encode(value) {
    assert(value >= 0n, 'an amount below zero');
    return Buffer.from(value.toString(), 'ascii');
  },
  decode: (bytes) => BigInt(Buffer.from(bytes).toString('ascii')),
};
