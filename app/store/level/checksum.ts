/** LevelDB's checksums: CRC-32C (Castagnoli's polynomial, reversed), stored masked. */
const POLYNOMIAL = 0x82f63b78;
const MASK_DELTA = 0xa282ead8;
/** Tables for four bytes at a time: the first is that of a single byte. */
const TABLES = makeTables();

function makeTables(): Uint32Array {
  const tables = new Uint32Array(4 * 256);
  for (let byte = 0; byte < 256; byte++) {
    let crc = byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc & 1) === 1 ? (crc >>> 1) ^ POLYNOMIAL : crc >>> 1;
    tables[byte] = crc;
  }
  for (let i = 256; i < tables.length; i++) {
    const before = tables[i - 256]!;
    tables[i] = (before >>> 8) ^ tables[before & 255]!;
  }
  return tables;
}

export function crc32c(bytes: Uint8Array, from: number, to: number): number {
  let crc = 0xffffffff;
  let i = from;
  for (; i + 4 <= to; i += 4) {
    crc ^= bytes[i]! | (bytes[i + 1]! << 8) | (bytes[i + 2]! << 16) | (bytes[i + 3]! << 24);
    crc =
      TABLES[768 + (crc & 255)]! ^
      TABLES[512 + ((crc >>> 8) & 255)]! ^
      TABLES[256 + ((crc >>> 16) & 255)]! ^
      TABLES[crc >>> 24]!;
  }
  for (; i < to; i++) crc = (crc >>> 8) ^ TABLES[(crc ^ bytes[i]!) & 255]!;
  return ~crc >>> 0;
}

/** Whether the checksum stored at `at` is that of the bytes from `from` to before `to`. */
export function hasChecksum(bytes: Uint8Array, at: number, from: number, to: number): boolean {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const unmasked = (view.getUint32(at, true) - MASK_DELTA) >>> 0;
  return ((unmasked >>> 17) | (unmasked << 15)) >>> 0 === crc32c(bytes, from, to);
}
