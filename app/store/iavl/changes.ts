import type { Key } from './api.ts';
import type { Core } from './core.ts';
import { END_LAST, END_PART, RecordWriter } from './records.ts';
import type { RecordReader } from './records.ts';

/** A block rarely fills one part; genesis fills many. */
const PART_BYTES = 262_144;

const SET = 2;
const REMOVE = 3;

const NO_VALUE = -1;

/** What the running block did to the tree, call by call: its shape depends on the order. */
export class Changes {
  readonly #keys: Key[] = [];
  /** Of a set, the number of the value; of a removal, NONE. */
  readonly #values: number[] = [];

  get length(): number {
    return this.#keys.length;
  }

  set(key: Key, pending: number): void {
    this.#keys.push(key);
    this.#values.push(pending);
  }

  remove(key: Key): void {
    this.#keys.push(key);
    this.#values.push(NO_VALUE);
  }

  clear(): void {
    this.#keys.length = 0;
    this.#values.length = 0;
  }

  /** `digests` are the SHA-256 of the values by their numbers, `root` what the block led to. */
  encode(digests: Int32Array, root: Uint8Array): Uint8Array[] {
    const parts: Uint8Array[] = [];
    const writer = new RecordWriter();
    for (let i = 0; i < this.#keys.length; i++) {
      const value = this.#values[i]!;
      writer.uvarint(value === NO_VALUE ? REMOVE : SET);
      writer.key(this.#keys[i]!);
      if (value !== NO_VALUE) writer.hash(digests, 8 * value);
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

/** The changes of a block as its record has them, part by part. */
export class Replay {
  /** Of the values so far, eight words each, with room for more. */
  digests: Int32Array<ArrayBuffer> = new Int32Array(64);
  #values = 0;
  changes = 0;

  /** Does to `core` what a part says; returns the block's root if it is the last. */
  part(core: Core, reader: RecordReader): Uint8Array | undefined {
    for (; ; this.changes++) {
      const tag = reader.uvarint();
      if (tag === SET) {
        core.set(reader.key(), this.#values);
        this.#readDigest(reader);
      } else if (tag === REMOVE) {
        if (!core.remove(reader.key())) reader.fail('it removes a key that is not there');
      } else if (tag === END_LAST) {
        const root = reader.raw(32);
        return reader.done ? root : reader.fail('it does not end with the root');
      } else if (tag === END_PART && reader.done) {
        return undefined;
      } else {
        reader.fail(`no change has tag ${tag}`);
      }
    }
  }

  #readDigest(reader: RecordReader): void {
    if (8 * this.#values === this.digests.length) {
      const larger = new Int32Array(2 * this.digests.length);
      larger.set(this.digests);
      this.digests = larger;
    }
    reader.hash(this.digests, 8 * this.#values++);
  }
}
