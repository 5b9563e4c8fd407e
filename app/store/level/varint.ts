/** A number in groups of seven bits, the lowest first, and where what follows it begins. */
export function readVarint(bytes: Uint8Array, from: number): { value: number; next: number } {
  let value = 0;
  let scale = 1;
  let at = from;
  for (; at < bytes.length; scale *= 128) {
    const byte = bytes[at++]!;
    value += (byte & 127) * scale;
    if (byte < 128) break;
  }
  return { value, next: at };
}
