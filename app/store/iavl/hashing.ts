import type { Key } from './api.ts';
import { INNER, LEAF, LEFT_PENDING, NONE, RIGHT_PENDING, ROOT_HASH, isLeaf } from './nodes.ts';
import type { Nodes, Ref } from './nodes.ts';
import { MESSAGE_BYTES_MAX, Sha256Batch } from './sha256/batch.ts';

/** An AVL tree of 2^31 keys is at most 45 high. */
const HEIGHT_MAX = 63;
/** The length of a hash, written before each. */
const HASH_BYTES = 0x20;
/** Height, size, version and the key's length. */
const HEADER_BYTES_MAX = 16;
/** So that a leaf fits in a batch. */
export const KEY_BYTES_MAX = MESSAGE_BYTES_MAX - HEADER_BYTES_MAX - 1 - 32;

/**
 * Of a large block, subtrees up to this height are hashed as soon as this many nodes wait: while
 * they are in the processor's cache, but still many at a time.
 */
const LOW_MAX = 10;
const QUEUED_MAX = 1024;

/** Nodes of one height, and where their hashes go. */
class Level {
  refs = new Int32Array(64);
  targets = new Int32Array(64);
  length = 0;

  push(ref: Ref, target: number): void {
    if (this.length === this.refs.length) {
      this.refs = doubled(this.refs);
      this.targets = doubled(this.targets);
    }
    this.refs[this.length] = ref;
    this.targets[this.length++] = target;
  }
}

function doubled(list: Int32Array): Int32Array<ArrayBuffer> {
  const larger = new Int32Array(2 * list.length);
  larger.set(list);
  return larger;
}

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
 * (iavl v1 node.go writeHashBytes, ics23 iavlSpec). Every hash goes where the node's parent has it.
 */
export class Hasher {
  readonly #nodes: Nodes;
  readonly #batch: Sha256Batch;
  readonly #header = new Uint8Array(HEADER_BYTES_MAX);
  /** Nodes to hash by height, so that children come before parents. */
  readonly #levels: Level[] = [];
  #queued = 0;
  /** Of the block being hashed. */
  #version = 0;
  #digests: Uint8Array = new Uint8Array(0);

  constructor(nodes: Nodes) {
    this.#nodes = nodes;
    this.#batch = shared ??= new Sha256Batch();
    for (let height = 0; height <= HEIGHT_MAX; height++) this.#levels.push(new Level());
  }

  /** SHA-256 of each value, eight words a value. */
  digests(values: readonly Uint8Array[]): Int32Array {
    const digests = new Int32Array(8 * values.length);
    this.#batch.begin(digests);
    for (let i = 0; i < values.length; i++) {
      this.#batch.message(values[i]!, 8 * i);
    }
    this.#batch.end();
    return digests;
  }

  /** The hashes leaves have, eight words a leaf: of `keys`, as set in `versions` to `values`. */
  leafHashes(
    keys: readonly Key[],
    versions: readonly number[],
    values: readonly Uint8Array[],
  ): Int32Array {
    const digests = new Uint8Array(this.digests(values).buffer);
    const hashes = new Int32Array(8 * keys.length);
    this.#batch.begin(hashes);
    keys.forEach((key, i) => this.#queueLeaf(key, versions[i]!, digests, 32 * i, 8 * i));
    this.#batch.end();
    return hashes;
  }

  /**
   * Gives the working nodes under `root` their version and hashes each once. `digests` are those of
   * the values, by the numbers in the working leaves.
   */
  commit(root: Ref, version: number, digests: Int32Array): void {
    if (root === NONE || !this.#nodes.isWorking(root)) return;
    this.#version = version;
    this.#digests = new Uint8Array(digests.buffer);
    this.#collect(root, ROOT_HASH);
    this.#hashQueued(HEIGHT_MAX);
  }

  /**
   * Queues an inner node whose children's hashes are in place or queued; its own goes to `target`.
   * Hashes what is queued now and then: `finish` does the rest.
   */
  add(ref: Ref, target: number): void {
    this.#queue(ref, target);
    if (this.#queued > QUEUED_MAX) this.#hashQueued(HEIGHT_MAX);
  }

  finish(): void {
    this.#hashQueued(HEIGHT_MAX);
  }

  #queue(ref: Ref, target: number): void {
    this.#levels[this.#nodes.height(ref)]!.push(ref, target);
    this.#queued++;
  }

  /** Hashes the nodes that are queued, up to a height. */
  #hashQueued(height: number): void {
    const nodes = this.#nodes;
    this.#batch.begin(nodes.inner);
    this.#hashLeaves(this.#levels[0]!);
    for (let h = 1; h <= height; h++) {
      const level = this.#levels[h]!;
      if (level.length === 0) continue;
      for (let i = 0; i < level.length; i++) {
        this.#batch.innerNode(nodes.inner, nodes.at(level.refs[i]!), level.targets[i]!);
      }
      this.#batch.end();
      level.length = 0;
    }
    this.#queued = 0;
  }

  /** Queues the working nodes under `ref`, itself one of them, and hashes what fills the cache. */
  #collect(ref: Ref, target: number): void {
    const nodes = this.#nodes;
    this.#queue(ref, target);
    if (isLeaf(ref)) return;
    const { inner } = nodes;
    const at = nodes.at(ref);
    const height = nodes.height(ref);
    const pending = inner[at + INNER.height]!;
    inner[at + INNER.version] = this.#version;
    inner[at + INNER.height] = height;
    if ((pending & LEFT_PENDING) !== 0) {
      this.#collect(inner[at + INNER.left]!, at + INNER.leftHash);
      if (height > LOW_MAX && this.#queued > QUEUED_MAX) this.#hashQueued(LOW_MAX);
    }
    if ((pending & RIGHT_PENDING) !== 0) {
      this.#collect(inner[at + INNER.right]!, at + INNER.rightHash);
      if (height > LOW_MAX && this.#queued > QUEUED_MAX) this.#hashQueued(LOW_MAX);
    }
  }

  #hashLeaves(level: Level): void {
    if (level.length === 0) return;
    const nodes = this.#nodes;
    const { leaves, keys } = nodes;
    for (let i = 0; i < level.length; i++) {
      const at = nodes.at(level.refs[i]!);
      const pending = -1 - leaves[at + LEAF.version]!;
      leaves[at + LEAF.version] = this.#version;
      const key = keys[leaves[at + LEAF.key]!]!;
      this.#queueLeaf(key, this.#version, this.#digests, 32 * pending, level.targets[i]!);
    }
    this.#batch.end();
    level.length = 0;
  }

  #queueLeaf(key: Key, version: number, digests: Uint8Array, digest: number, target: number): void {
    const header = this.#header;
    // Height 0 and size 1.
    header[0] = 0;
    header[1] = 2;
    let length = putVarint(header, 2, version);
    length = putUvarint(header, length, key.length);
    const { bytes } = this.#batch;
    let to = this.#batch.open(length + key.length + 1 + 32, target);
    for (let i = 0; i < length; i++) bytes[to++] = header[i]!;
    for (let i = 0; i < key.length; i++) bytes[to++] = key.charCodeAt(i);
    bytes[to++] = HASH_BYTES;
    for (let i = 0; i < 32; i++) bytes[to++] = digests[digest + i]!;
  }
}
