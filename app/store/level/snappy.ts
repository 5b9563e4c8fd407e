import { readVarint } from './varint.ts';

const LITERAL = 0;
const COPY_1 = 1;
/** A literal's length is in the tag up to here; above it, in as many bytes as is more. */
const SHORT_LITERAL = 60;

const numberAt = (bytes: Uint8Array, at: number, length: number): number => {
  let value = 0;
  for (let i = length - 1; i >= 0; i--) value = value * 256 + bytes[at + i]!;
  return value;
};

/** Undoes Snappy's compression (google/snappy, format_description.txt) of whole bytes. */
export function uncompress(bytes: Uint8Array): Uint8Array {
  const size = readVarint(bytes, 0);
  const out = new Uint8Array(size.value);
  let at = size.next;
  let to = 0;
  while (at < bytes.length) {
    const tag = bytes[at++]!;
    const kind = tag & 3;
    if (kind === LITERAL) {
      const more = Math.max((tag >>> 2) - SHORT_LITERAL + 1, 0);
      const length = 1 + (more === 0 ? tag >>> 2 : numberAt(bytes, at, more));
      out.set(bytes.subarray(at + more, at + more + length), to);
      at += more + length;
      to += length;
      continue;
    }
    const width = kind === COPY_1 ? 1 : kind === 2 ? 2 : 4;
    const high = kind === COPY_1 ? (tag >>> 5) * 256 : 0;
    const length = kind === COPY_1 ? ((tag >>> 2) & 7) + 4 : (tag >>> 2) + 1;
    const offset = high + numberAt(bytes, at, width);
    at += width;
    // A copy may reach into itself, so byte by byte.
    for (let i = 0; i < length; i++, to++) out[to] = out[to - offset]!;
  }
  return out;
}
