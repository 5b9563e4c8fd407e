import { createHash } from 'node:crypto';
import type { Key, ValueAt } from './api.ts';
import { emptyRoot, putUvarint, putVarint } from './hashing.ts';
import { INNER, NONE, isLeaf } from './nodes.ts';
import type { Nodes, Ref } from './nodes.ts';
import { IavlCorruption } from './records.ts';

const HASH_BYTES = 0x20;
const HEADER_BYTES_MAX = 24;
/** Beyond any number of keys. */
const SCALE_MAX = 0x400_0000_0000;

/**
 * The bytes whose SHA-256 is the hash of the root: they bind the number of keys, so whoever trusts
 * the root knows how large the tree is before any of it has come. Nothing for an empty tree.
 */
export function rootNodeOf(nodes: Nodes, root: Ref, valueAt: ValueAt): Uint8Array {
  if (root === NONE) return new Uint8Array(0);
  const header = new Uint8Array(HEADER_BYTES_MAX);
  let length = putVarint(header, 0, nodes.height(root));
  length = putVarint(header, length, nodes.size(root));
  length = putVarint(header, length, nodes.version(root));
  const head = header.subarray(0, length);
  return isLeaf(root)
    ? leafNode(head, nodes.key(root), valueAt)
    : innerNode(head, nodes, nodes.at(root));
}

function leafNode(head: Uint8Array, key: Key, valueAt: ValueAt): Uint8Array {
  const keyLength = new Uint8Array(2);
  const lengthBytes = putUvarint(keyLength, 0, key.length);
  const digest = createHash('sha256').update(valueAt(key)).digest();
  const parts = [keyLength.subarray(0, lengthBytes), Buffer.from(key, 'latin1')];
  return Buffer.concat([head, ...parts, Buffer.of(HASH_BYTES), digest]);
}

function innerNode(head: Uint8Array, nodes: Nodes, at: number): Uint8Array {
  const hashes = [INNER.leftHash, INNER.rightHash].map((side) => nodes.hashBytes(at + side));
  const prefix = Buffer.of(HASH_BYTES);
  return Buffer.concat([head, prefix, hashes[0]!, prefix, hashes[1]!]);
}

/** The root that these bytes hash to, and its number of keys. @throws IavlCorruption */
export function readRootNode(bytes: Uint8Array): { root: Uint8Array; keys: number } {
  if (bytes.length === 0) return { root: emptyRoot(), keys: 0 };
  const root = Uint8Array.from(createHash('sha256').update(bytes).digest());
  const numbers: number[] = [];
  let at = 0;
  while (numbers.length < 2) {
    let value = 0;
    for (let scale = 1; ; scale *= 128) {
      const byte = bytes[at++];
      if (byte === undefined || scale > SCALE_MAX) throw new IavlCorruption('it is no root node');
      value += (byte & 127) * scale;
      if (byte < 128) break;
    }
    numbers.push(value / 2);
  }
  const keys = numbers[1]!;
  if (!Number.isInteger(keys) || keys < 1) throw new IavlCorruption('a root node without keys');
  return { root, keys };
}
