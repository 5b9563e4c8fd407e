import { hasChecksum } from './checksum.ts';
import { uncompress } from './snappy.ts';
import { readVarint } from './varint.ts';

/**
 * LevelDB's tables as bytes (leveldb/doc/table_format.md): blocks, each followed by its type and
 * checksum, one of them the index of the others, and a footer that says where the index is.
 */
const FOOTER_BYTES = 48;
const MAGIC = 0xdb4775248b80fb57n;
const TRAILER_BYTES = 5;
const PLAIN = 0;
const SNAPPY = 1;

/** Where a block is, without its trailer. */
interface Handle {
  readonly from: number;
  readonly to: number;
}

/** Where the first block begins that is not as it was written, if there is one. */
export function damageOf(table: Uint8Array): number | undefined {
  const footer = table.length - FOOTER_BYTES;
  if (footer < 0) return 0;
  const view = new DataView(table.buffer, table.byteOffset, table.byteLength);
  if (view.getBigUint64(table.length - 8, true) !== MAGIC) return footer;
  const meta = handleAt(table, footer);
  const index = handleAt(table, meta.next);
  if (!isWhole(table, index.block)) return footer;
  if (!isWhole(table, meta.block)) return meta.block.from;
  // Those of the meta index are filters.
  const blocks = [index, meta].flatMap(({ block }) => handlesOf(contents(table, block)));
  return blocks.find((block) => !isWhole(table, block))?.from;
}

function handleAt(bytes: Uint8Array, at: number): { block: Handle; next: number } {
  const from = readVarint(bytes, at);
  const size = readVarint(bytes, from.next);
  return { block: { from: from.value, to: from.value + size.value }, next: size.next };
}

function isWhole(table: Uint8Array, { from, to }: Handle): boolean {
  if (to + TRAILER_BYTES > table.length - FOOTER_BYTES) return false;
  return table[to]! <= SNAPPY && hasChecksum(table, to + 1, from, to + 1);
}

function contents(table: Uint8Array, { from, to }: Handle): Uint8Array {
  const stored = table.subarray(from, to);
  return table[to] === PLAIN ? stored : uncompress(stored);
}

/** The values of a block's entries: in an index, where the blocks are. */
function handlesOf(block: Uint8Array): Handle[] {
  const view = new DataView(block.buffer, block.byteOffset, block.byteLength);
  const restarts = view.getUint32(block.length - 4, true);
  const end = block.length - 4 * (restarts + 1);
  const handles: Handle[] = [];
  for (let at = 0; at < end;) {
    const shared = readVarint(block, at);
    const unshared = readVarint(block, shared.next);
    const size = readVarint(block, unshared.next);
    const value = size.next + unshared.value;
    handles.push(handleAt(block, value).block);
    at = value + size.value;
  }
  return handles;
}
