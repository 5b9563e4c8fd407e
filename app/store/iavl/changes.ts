import type { Key } from './api.ts';
import type { Core } from './core.ts';
import { LEAF, NONE } from './nodes.ts';
import type { Ref } from './nodes.ts';
import { END_LAST, END_PART, RecordWriter } from './records.ts';
import type { RecordReader } from './records.ts';

/** A block rarely fills one part; genesis fills many. */
const PART_BYTES = 262_144;

const SET = 2;
const REMOVE = 3;

/** What the running block did to the tree, call by call: its shape depends on the order. */
export class Changes {
  readonly #keys: Key[] = [];
  /** Of a set, the leaf; NONE of a removal. */
  readonly #leaves: Ref[] = [];

  get length(): number {
    return this.#keys.length;
  }

  set(key: Key, leaf: Ref): void {
    this.#keys.push(key);
    this.#leaves.push(leaf);
  }

  remove(key: Key): void {
    this.#keys.push(key);
    this.#leaves.push(NONE);
  }

  clear(): void {
    this.#keys.length = 0;
    this.#leaves.length = 0;
  }

  /**
   * Once the block is hashed. The hash written for a leaf that was set and removed again within the
   * block may be another's: its memory is in use again, and a replay drops it just the same.
   */
  encode({ nodes }: Core, root: Uint8Array): Uint8Array[] {
    const parts: Uint8Array[] = [];
    const writer = new RecordWriter();
    for (let i = 0; i < this.#keys.length; i++) {
      const leaf = this.#leaves[i]!;
      writer.uvarint(leaf === NONE ? REMOVE : SET);
      writer.key(this.#keys[i]!);
      if (leaf !== NONE) writer.hash(nodes.leaves, nodes.at(leaf) + LEAF.hash);
      if (writer.length < PART_BYTES) continue;
      writer.uvarint(END_PART);
      parts.push(writer.take());
    }
    writer.uvarint(END_LAST);
    writer.raw(root);
    parts.push(writer.take());
    return parts;
  }
}

/**
 * Does to `core` what a part of a block's record says. Returns the block's root if this is its last
 * part, and how many changes there were.
 */
export function replay(core: Core, reader: RecordReader): [Uint8Array | undefined, number] {
  for (let changes = 0; ; changes++) {
    const tag = reader.uvarint();
    if (tag === SET) {
      const leaf = core.set(reader.key());
      reader.hash(core.nodes.leaves, core.nodes.at(leaf) + LEAF.hash);
    } else if (tag === REMOVE) {
      if (!core.remove(reader.key())) reader.fail('it removes a key that is not there');
    } else if (tag === END_LAST) {
      const root = reader.raw(32);
      return reader.done ? [root, changes] : reader.fail('it does not end with the root');
    } else if (tag === END_PART && reader.done) {
      return [undefined, changes];
    } else {
      reader.fail(`no change has tag ${tag}`);
    }
  }
}
