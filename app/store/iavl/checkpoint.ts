import type { Core } from './core.ts';
import { INNER, LEAF, NONE, isLeaf } from './nodes.ts';
import type { Ref } from './nodes.ts';
import { END_LAST, END_PART, RecordWriter } from './records.ts';
import type { RecordReader } from './records.ts';

/**
 * A checkpoint is a whole version, its nodes in post-order: a leaf as its key, hash and age, an
 * inner node as its age alone, for it stands for the two subtrees before it. Ages count down from
 * the checkpoint's version. It comes in parts of about 64 KiB; each part begins with a key in full.
 */
const PART_BYTES = 65_536;

const LEAF_NODE = 2;
const INNER_NODE = 3;

/** Writes a version some nodes at a time; the version must be held meanwhile. */
export class CheckpointWriter {
  readonly version: number;
  readonly #core: Core;
  readonly #root: Ref;
  readonly #writer = new RecordWriter();
  /** Nodes to come: twice their Ref, plus one when their subtrees have been written. */
  readonly #stack: number[] = [];
  done = false;

  constructor(core: Core, root: Ref, version: number) {
    this.#core = core;
    this.#root = root;
    this.version = version;
    if (root !== NONE) this.#stack.push(root * 2);
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
      this.#writer.raw(this.#core.rootHash(this.#root));
      parts.push(this.#writer.take());
      this.done = true;
    }
    return parts;
  }

  #visit(): void {
    const { nodes } = this.#core;
    const writer = this.#writer;
    const entry = this.#stack.pop()!;
    const ref = entry >>> 1;
    if (isLeaf(ref)) {
      writer.uvarint(LEAF_NODE);
      writer.uvarint(this.version - nodes.version(ref));
      writer.key(nodes.key(ref));
      writer.hash(nodes.leaves, nodes.at(ref) + LEAF.hash);
    } else if ((entry & 1) === 1) {
      writer.uvarint(INNER_NODE);
      writer.uvarint(this.version - nodes.version(ref));
    } else {
      this.#stack.push(entry + 1, nodes.right(ref) * 2, nodes.left(ref) * 2);
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
  readonly #inner: Ref[] = [];
  done = false;

  /** `core` is empty. */
  constructor(core: Core, version: number) {
    this.#core = core;
    this.version = version;
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
    const slot = nodes.newSlot(reader.key());
    const leaf = nodes.newLeaf(slot, 0);
    const at = nodes.at(leaf);
    nodes.leaves[at + LEAF.version] = version;
    reader.hash(nodes.leaves, at + LEAF.hash);
    this.#subtrees.push(leaf);
    this.#leastSlots.push(slot);
  }

  #innerNode(reader: RecordReader): void {
    const { nodes } = this.#core;
    const version = this.#nodeVersion(reader);
    const right = this.#subtrees.pop();
    const left = this.#subtrees.pop();
    if (right === undefined || left === undefined) return reader.fail('a node lacks its subtrees');
    const ref = nodes.newInner(this.#leastSlots.pop()!);
    nodes.setChildren(ref, left, right);
    nodes.inner[nodes.at(ref) + INNER.version] = version;
    this.#inner.push(ref);
    this.#subtrees.push(ref);
  }

  #nodeVersion(reader: RecordReader): number {
    const version = this.version - reader.uvarint();
    return version > 0 ? version : reader.fail('a node is older than the chain');
  }

  #finish(reader: RecordReader): void {
    const core = this.#core;
    const expected = reader.raw(32);
    if (!reader.done || this.#subtrees.length > 1) reader.fail('it does not end with one tree');
    core.hasher.hashInner(this.#inner);
    this.#inner.length = 0;
    core.root = this.#subtrees[0] ?? NONE;
    if (Buffer.compare(core.rootHash(core.root), expected) !== 0) {
      reader.fail('the nodes do not hash to the root');
    }
    core.history.start(this.version, core.root);
    this.done = true;
  }
}
