import { INNER, LEAF, NONE, WORKING, isLeaf } from './nodes.ts';
import type { Nodes, Ref } from './nodes.ts';
import { Sha256Batch } from './sha256/batch.ts';

/** An AVL tree of 2^31 keys is at most 45 high. */
const HEIGHT_MAX = 63;
/** The length of a hash, written before each. */
const HASH_BYTES = 0x20;
const INNER_BLOCKS = 2;
const HEADER_BYTES_MAX = 16;

/** One for all trees: nothing stays in it between calls. */
let shared: Sha256Batch | undefined;

/** The hash of a tree without keys: SHA-256 of nothing. */
export function emptyRoot(): Uint8Array {
  return Uint8Array.from(Buffer.from(EMPTY_HEX, 'hex'));
}
const EMPTY_HEX = 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855';

/** Appends the zigzag varint of a non-negative integer below 2^52, returning the new length. */
export function putVarint(bytes: Uint8Array, length: number, value: number): number {
  let rest = value * 2;
  while (rest >= 128) {
    bytes[length++] = (rest % 128) + 128;
    rest = Math.floor(rest / 128);
  }
  bytes[length++] = rest;
  return length;
}

/** Unsigned varint, as before a key. */
export function putUvarint(bytes: Uint8Array, length: number, value: number): number {
  let rest = value;
  while (rest >= 128) {
    bytes[length++] = (rest % 128) + 128;
    rest = Math.floor(rest / 128);
  }
  bytes[length++] = rest;
  return length;
}

/**
 * Hashes nodes of a tree: height, size and version as zigzag varints, then for a leaf its key and
 * the SHA-256 of its value, for an inner node the hashes of its children, each length-prefixed
 * (iavl v1 node.go writeHashBytes, ics23 iavlSpec).
 */
export class Hasher {
  readonly #nodes: Nodes;
  readonly #batch: Sha256Batch;
  #scratch = new Uint8Array(512);
  readonly #header = new Uint8Array(HEADER_BYTES_MAX);
  /** Inner nodes to hash, by height; children come before their parents that way. */
  readonly #byHeight: Ref[][] = [];

  constructor(nodes: Nodes) {
    this.#nodes = nodes;
    this.#batch = shared ??= new Sha256Batch();
    for (let height = 0; height <= HEIGHT_MAX; height++) this.#byHeight.push([]);
  }

  /**
   * Gives the working nodes under `root` their version and hashes each once. `values` are the
   * pending values by the number in their leaf; without them the leaves have their hashes already.
   * Returns how many nodes were hashed.
   */
  commit(root: Ref, version: number, values?: readonly Uint8Array[]): number {
    if (root !== NONE) this.#collect(root, version);
    const leaves = this.#byHeight[0]!;
    if (values !== undefined) this.#hashLeaves(leaves, version, values);
    const hashed = leaves.length + this.#hashInner();
    leaves.length = 0;
    return hashed;
  }

  /** Hashes given inner nodes whose versions and leaves are in place. */
  hashInner(refs: Iterable<Ref>): void {
    for (const ref of refs) this.#byHeight[this.#nodes.height(ref)]!.push(ref);
    this.#hashInner();
  }

  #collect(ref: Ref, version: number): void {
    const nodes = this.#nodes;
    if (isLeaf(ref)) {
      const at = nodes.at(ref);
      if (nodes.leaves[at + LEAF.version] !== WORKING) return;
      nodes.leaves[at + LEAF.version] = version;
      this.#byHeight[0]!.push(ref);
      return;
    }
    const { inner } = nodes;
    const at = nodes.at(ref);
    if (inner[at + INNER.version] !== WORKING) return;
    inner[at + INNER.version] = version;
    this.#byHeight[inner[at + INNER.height]!]!.push(ref);
    this.#collect(inner[at + INNER.left]!, version);
    this.#collect(inner[at + INNER.right]!, version);
  }

  #hashLeaves(leaves: readonly Ref[], version: number, values: readonly Uint8Array[]): void {
    const nodes = this.#nodes;
    const batch = this.#batch;
    const digests = new Int32Array(8 * leaves.length);
    batch.begin(digests);
    leaves.forEach((leaf, i) => {
      const value = values[nodes.leaves[nodes.at(leaf) + LEAF.hash]!]!;
      batch.message(value, value.length, 8 * i);
    });
    batch.end();
    batch.begin(nodes.leaves);
    leaves.forEach((leaf, i) => {
      const length = this.#leafMessage(nodes.key(leaf), version, digests, 8 * i);
      batch.message(this.#scratch, length, nodes.at(leaf) + LEAF.hash);
    });
    batch.end();
  }

  /** Writes the preimage of a leaf's hash to the scratch bytes and returns its length. */
  #leafMessage(key: string, version: number, digests: Int32Array, digest: number): number {
    const needed = key.length + 64;
    if (needed > this.#scratch.length) this.#scratch = new Uint8Array(2 * needed);
    const bytes = this.#scratch;
    bytes[0] = 0;
    bytes[1] = 2;
    let length = putVarint(bytes, 2, version);
    length = putUvarint(bytes, length, key.length);
    for (let i = 0; i < key.length; i++) bytes[length++] = key.charCodeAt(i);
    bytes[length++] = HASH_BYTES;
    for (let i = 0; i < 8; i++) {
      const word = digests[digest + i]!;
      bytes[length++] = word >>> 24;
      bytes[length++] = word >>> 16;
      bytes[length++] = word >>> 8;
      bytes[length++] = word;
    }
    return length;
  }

  #hashInner(): number {
    let hashed = 0;
    const batch = this.#batch;
    const nodes = this.#nodes;
    batch.begin(nodes.inner);
    for (let height = 1; height <= HEIGHT_MAX; height++) {
      const refs = this.#byHeight[height]!;
      if (refs.length === 0) continue;
      for (let i = 0; i < refs.length; i++) this.#queueInner(nodes.at(refs[i]!));
      batch.end();
      hashed += refs.length;
      refs.length = 0;
    }
    return hashed;
  }

  /** Writes the preimage of an inner node's hash straight into a lane, as words. */
  #queueInner(at: number): void {
    const { inner, leaves } = this.#nodes;
    const header = this.#header;
    header[0] = inner[at + INNER.height]! * 2;
    let length = putVarint(header, 1, inner[at + INNER.size]!);
    length = putVarint(header, length, inner[at + INNER.version]!);
    header[length++] = HASH_BYTES;

    const { words } = this.#batch;
    let to = this.#batch.lane(INNER_BLOCKS, at + INNER.hash);
    const last = to + 4 * (16 * INNER_BLOCKS - 1);
    let i = 0;
    for (; i + 4 <= length; i += 4, to += 4) {
      words[to] =
        (header[i]! << 24) | (header[i + 1]! << 16) | (header[i + 2]! << 8) | header[i + 3]!;
    }
    // From here on every word of a hash straddles two words of the message, `bits` to the right.
    let bits = 0;
    let carry = 0;
    for (; i < length; i++, bits += 8) carry |= header[i]! << (24 - bits);
    for (let side: number = INNER.left; side <= INNER.right; side++) {
      const child = inner[at + side]!;
      const from = this.#nodes.at(child) + (isLeaf(child) ? LEAF.hash : INNER.hash);
      const source = isLeaf(child) ? leaves : inner;
      for (let w = 0; w < 8; w++, to += 4) {
        const word = source[from + w]!;
        words[to] = carry | (word >>> bits);
        // In two steps, for a shift by 32 is none.
        carry = (word << 1) << (31 - bits);
      }
      // The length before the second hash; after it the padding's first bit.
      carry |= (side === INNER.left ? HASH_BYTES : 0x80) << (24 - bits);
      bits += 8;
      if (bits === 32) {
        words[to] = carry;
        to += 4;
        bits = 0;
        carry = 0;
      }
    }
    words[to] = carry;
    for (to += 4; to < last; to += 4) words[to] = 0;
    words[last] = (length + 32 + 1 + 32) << 3;
  }
}
