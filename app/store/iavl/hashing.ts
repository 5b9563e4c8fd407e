import { INNER, LEAF, LEFT_PENDING, NONE, RIGHT_PENDING, ROOT_HASH } from './nodes.ts';
import type { Nodes, Ref } from './nodes.ts';
import { Sha256Batch } from './sha256/batch.ts';

/** An AVL tree of 2^31 keys is at most 45 high. */
const HEIGHT_MAX = 63;
/** The length of a hash, written before each. */
const HASH_BYTES = 0x20;

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
  #scratch = new Uint8Array(512);
  /** Nodes to hash by height, so that children come before parents, each with its hash's place. */
  readonly #refs: Ref[][] = [];
  readonly #targets: number[][] = [];

  constructor(nodes: Nodes) {
    this.#nodes = nodes;
    this.#batch = shared ??= new Sha256Batch();
    for (let height = 0; height <= HEIGHT_MAX; height++) {
      this.#refs.push([]);
      this.#targets.push([]);
    }
  }

  /** SHA-256 of each value, eight words a value. */
  digests(values: readonly Uint8Array[]): Int32Array {
    const digests = new Int32Array(8 * values.length);
    this.#batch.begin(digests);
    for (let i = 0; i < values.length; i++) {
      this.#batch.message(values[i]!, values[i]!.length, 8 * i);
    }
    this.#batch.end();
    return digests;
  }

  /**
   * Gives the working nodes under `root` their version and hashes each once. `digests` are those of
   * the values, by the numbers in the working leaves.
   */
  commit(root: Ref, version: number, digests: Int32Array): void {
    if (root !== NONE && this.#nodes.isWorking(root)) this.#collect(root, ROOT_HASH, version);
    this.#hashLeaves(version, digests);
    this.hashQueued();
  }

  /** Queues an inner node whose leaves' hashes are in place; its own goes to `target`. */
  queue(ref: Ref, target: number): void {
    const height = this.#nodes.height(ref);
    this.#refs[height]!.push(ref);
    this.#targets[height]!.push(target);
  }

  /** Hashes the inner nodes that are queued. */
  hashQueued(): void {
    const nodes = this.#nodes;
    this.#batch.begin(nodes.inner);
    for (let height = 1; height <= HEIGHT_MAX; height++) {
      const refs = this.#refs[height]!;
      if (refs.length === 0) continue;
      const targets = this.#targets[height]!;
      for (let i = 0; i < refs.length; i++) {
        this.#batch.innerNode(nodes.inner, nodes.at(refs[i]!), targets[i]!);
      }
      this.#batch.end();
      refs.length = 0;
      targets.length = 0;
    }
  }

  /** `ref` is working. */
  #collect(ref: Ref, target: number, version: number): void {
    const nodes = this.#nodes;
    const { inner } = nodes;
    const at = nodes.at(ref);
    const height = nodes.height(ref);
    this.#refs[height]!.push(ref);
    this.#targets[height]!.push(target);
    if (height === 0) return;
    const pending = inner[at + INNER.height]!;
    inner[at + INNER.version] = version;
    inner[at + INNER.height] = height;
    if ((pending & LEFT_PENDING) !== 0) {
      this.#collect(inner[at + INNER.left]!, at + INNER.leftHash, version);
    }
    if ((pending & RIGHT_PENDING) !== 0) {
      this.#collect(inner[at + INNER.right]!, at + INNER.rightHash, version);
    }
  }

  #hashLeaves(version: number, digests: Int32Array): void {
    const nodes = this.#nodes;
    const { leaves } = nodes;
    const refs = this.#refs[0]!;
    const targets = this.#targets[0]!;
    this.#batch.begin(nodes.inner);
    for (let i = 0; i < refs.length; i++) {
      const at = nodes.at(refs[i]!);
      const pending = -1 - leaves[at + LEAF.version]!;
      leaves[at + LEAF.version] = version;
      const key = nodes.keys[leaves[at + LEAF.key]!]!;
      const length = this.#leafMessage(key, version, digests, 8 * pending);
      this.#batch.message(this.#scratch, length, targets[i]!);
    }
    this.#batch.end();
    refs.length = 0;
    targets.length = 0;
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
    const value = new Uint8Array(digests.buffer, digests.byteOffset + 4 * digest, 32);
    bytes.set(value, length);
    length += 32;
    return length;
  }
}
