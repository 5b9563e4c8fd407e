import type { Key } from './api.ts';
import { activeRecord } from './journal.ts';
import { Loader } from './loader.ts';
import { ACTIVE, CHECKPOINT, PART_BYTES, IavlCorruption, recordKey } from './records.ts';
import { ValueCheck } from './verify.ts';

/**
 * A tree from the checkpoint of one version alone, as others send it: their parts, in order and
 * without keys. Nothing is believed but the root, and the number of keys that goes with it: what
 * comes beyond that is refused at once. @throws IavlCorruption from every method
 */
export class TreeRestore {
  readonly #version: number;
  readonly #loader: Loader;
  #parts = 0;
  #last = false;

  constructor(version: number, root: Uint8Array, keys: number) {
    this.#version = version;
    this.#loader = new Loader({ version, root, keysMax: keys });
    this.#loader.add(ACTIVE, activeRecord(version));
  }

  /** The record that says which checkpoint a start begins with. */
  get active(): [Key, Uint8Array] {
    return [ACTIVE, activeRecord(this.#version)];
  }

  /** Takes the next part; returns the record to be written. */
  part(bytes: Uint8Array): [Key, Uint8Array] {
    // Only the last part is small: else a few bytes could cost a record each.
    if (this.#last) throw new IavlCorruption('a part after a small one');
    this.#last = bytes.length < PART_BYTES;
    const key = recordKey(CHECKPOINT, this.#version, this.#parts++);
    this.#loader.add(key, bytes);
    return [key, bytes];
  }

  /** Once all parts came: what takes the values in, in the order of their keys. */
  finish(): ValueCheck {
    return new ValueCheck(this.#loader.finish().core);
  }
}
