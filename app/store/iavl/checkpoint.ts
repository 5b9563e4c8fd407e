import type { Core } from './core.ts';
import { INNER, NONE, ROOT_HASH, isLeaf } from './nodes.ts';
import type { Ref } from './nodes.ts';
import { END_LAST, END_PART, PART_BYTES, RecordWriter } from './records.ts';
import type { RecordReader } from './records.ts';

/**
 * A checkpoint is a whole version, its nodes in post-order: a leaf as its key, hash and age, an
 * inner node as its age alone, for it stands for the two subtrees before it. Ages count down from
 * the checkpoint's version. It comes in parts of about 64 KiB; each part begins with a key in full.
 */
/** Subtrees that wait for their right neighbour: at most one a level. */
const SUBTREES_MAX = 64;

/** The root's hash is in no node. */
const NOWHERE = 0;
const LEAF_NODE = 2;
const INNER_NODE = 3;

/** Writes a version some nodes at a time; the version must be held meanwhile. */
export class CheckpointWriter {
  readonly version: number;
  readonly #core: Core;
  readonly #root: Uint8Array;
  readonly #writer = new RecordWriter();
  /** Nodes to come: twice their Ref, plus one when their subtrees have been written. */
  readonly #stack: number[] = [];
  /** Of each, where its hash is. */
  readonly #hashes: number[] = [];
  done = false;

  constructor(core: Core, version: number) {
    this.#core = core;
    this.version = version;
    const root = core.history.rootAt(version);
    this.#root = core.history.hashAt(version);
    if (root === NONE) return;
    this.#stack.push(root * 2);
    this.#hashes.push(NOWHERE);
  }

  /** Visits `maxNodes` nodes and returns the parts that were filled, the last one included. */
  next(maxNodes: number): Uint8Array[] {
    const parts: Uint8Array[] = [];
    for (let i = 0; i < maxNodes && this.#stack.length > 0; i++) {
      this.#visit();
      if (this.#writer.length < PART_BYTES || this.#stack.length === 0) continue;
      this.#writer.uvarint(END_PART);
      parts.push(this.#writer.take());
    }
    if (this.#stack.length === 0 && !this.done) {
      this.#writer.uvarint(END_LAST);
      this.#writer.raw(this.#root);
      parts.push(this.#writer.take());
      this.done = true;
    }
    return parts;
  }

  #visit(): void {
    const { nodes } = this.#core;
    const writer = this.#writer;
    const entry = this.#stack.pop()!;
    const hash = this.#hashes.pop()!;
    const ref = entry >>> 1;
    if (isLeaf(ref)) {
      writer.uvarint(LEAF_NODE);
      writer.uvarint(this.version - nodes.version(ref));
      writer.key(nodes.key(ref));
      if (hash === NOWHERE) writer.raw(this.#root);
      else writer.hash(nodes.inner, hash);
    } else if ((entry & 1) === 1) {
      writer.uvarint(INNER_NODE);
      writer.uvarint(this.version - nodes.version(ref));
    } else {
      const at = nodes.at(ref);
      this.#stack.push(entry + 1, nodes.right(ref) * 2, nodes.left(ref) * 2);
      this.#hashes.push(hash, at + INNER.rightHash, at + INNER.leftHash);
    }
  }
}

/** Builds a version from its checkpoint's parts, in order. */
export class CheckpointReader {
  readonly version: number;
  readonly #core: Core;
  /** Roots of finished subtrees, and the slot of the least key in each. */
  readonly #subtrees: Ref[] = [];
  readonly #leastSlots: number[] = [];
  /** Of each that is a leaf, its hash, eight words. */
  readonly #hashes = new Int32Array(8 * SUBTREES_MAX);
  readonly #keysMax: number;
  #keys = 0;
  done = false;

  /** `core` is empty. More keys than `keysMax` are refused as they come. */
  constructor(core: Core, version: number, keysMax = Infinity) {
    this.#core = core;
    this.version = version;
    this.#keysMax = keysMax;
  }

  part(reader: RecordReader): void {
    if (this.done) reader.fail('a part after the last');
    for (;;) {
      const tag = reader.uvarint();
      if (tag === LEAF_NODE) this.#leaf(reader);
      else if (tag === INNER_NODE) this.#innerNode(reader);
      else if (tag === END_PART && reader.done) return;
      else if (tag === END_LAST) {
        this.#finish(reader);
        return;
      } else reader.fail(`no node has tag ${tag}`);
    }
  }

  #leaf(reader: RecordReader): void {
    const { nodes } = this.#core;
    const version = this.#nodeVersion(reader);
    if (this.#keys++ === this.#keysMax) reader.fail('more keys than the root has');
    const slot = nodes.newSlot(reader.key());
    const pending = this.#subtrees.push(nodes.newLeaf(slot, version)) - 1;
    if (pending === SUBTREES_MAX) reader.fail('the tree is too high');
    reader.hash(this.#hashes, 8 * pending);
    this.#leastSlots.push(slot);
  }

  #innerNode(reader: RecordReader): void {
    const { nodes } = this.#core;
    const version = this.#nodeVersion(reader);
    const right = this.#subtrees.pop();
    const left = this.#subtrees.pop();
    if (right === undefined || left === undefined) return reader.fail('a node lacks its subtrees');
    const lean = nodes.height(left) - nodes.height(right);
    if (lean < -1 || lean > 1) reader.fail('the tree is not balanced');
    const ref = nodes.newInner();
    const at = nodes.at(ref);
    nodes.inner[at + INNER.version] = version;
    nodes.setKey(at, this.#leastSlots.pop()!);
    nodes.setChildren(ref, left, right);
    const depth = this.#subtrees.push(ref) - 1;
    this.#hash(left, depth, at + INNER.leftHash);
    this.#hash(right, depth + 1, at + INNER.rightHash);
  }

  /** Puts the hash of a finished subtree where its parent, or the root, has it. */
  #hash(ref: Ref, depth: number, target: number): void {
    const { nodes, hasher } = this.#core;
    if (isLeaf(ref)) nodes.inner.set(this.#hashes.subarray(8 * depth, 8 * depth + 8), target);
    else hasher.add(ref, target);
  }

  #nodeVersion(reader: RecordReader): number {
    const version = this.version - reader.uvarint();
    return version > 0 ? version : reader.fail('a node is older than the chain');
  }

  #finish(reader: RecordReader): void {
    const core = this.#core;
    const expected = reader.raw(32);
    if (!reader.done || this.#subtrees.length > 1) reader.fail('it does not end with one tree');
    core.root = this.#subtrees[0] ?? NONE;
    if (core.root !== NONE) this.#hash(core.root, 0, ROOT_HASH);
    core.hasher.finish();
    const root = core.committedHash();
    if (Buffer.compare(root, expected) !== 0) reader.fail('the nodes do not hash to the root');
    core.history.start(this.version, core.root, root);
    this.done = true;
  }
}
