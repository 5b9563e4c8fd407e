import { Buffer } from 'buffer';
/** A byte string as a JavaScript string with one char a byte: compares like the bytes do. */
export type Binary = string;

export function toBinary(bytes: Uint8Array): Binary {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('latin1');
}

export function fromBinary(binary: Binary): Buffer {
  return Buffer.from(binary, 'latin1');
}

export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  return a.length === b.length && Buffer.compare(a, b) === 0;
}

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  return Buffer.compare(a, b);
}

/** Total order of strings by UTF-16 code unit; for binary strings that is byte order. */
export function compareStrings(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Bytes after their length as a protobuf varint. */
export function delimited(bytes: Uint8Array): Uint8Array {
  const length: number[] = [];
  for (let rest = bytes.length; ; rest >>>= 7) {
    length.push(rest > 127 ? (rest & 127) | 128 : rest);
    if (rest <= 127) return Buffer.concat([Uint8Array.from(length), bytes]);
  }
}
