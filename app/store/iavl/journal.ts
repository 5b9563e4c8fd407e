import type { Key } from './api.ts';
import { Changes } from './changes.ts';
import { CheckpointWriter } from './checkpoint.ts';
import type { Core } from './core.ts';
import { ACTIVE, CHANGES, CHECKPOINT, RecordWriter, recordKey } from './records.ts';

/** A checkpoint is due after half as many changes as there are keys, or this many blocks. */
const CHANGES_MIN = 4096;
const BLOCKS_MAX = 8192;
/** How many nodes of a checkpoint a block writes: by its changes, its share of a bounded time. */
const NODES_PER_CHANGE = 8;
const NODES_MIN = 256;
const BLOCKS_PER_CHECKPOINT = 1024;
/** Records of the past that a block deletes. */
const DELETES_PER_BLOCK = 1024;

/** The record of a block's changes, on disk in parts. */
export interface Recorded {
  readonly version: number;
  readonly parts: number;
  readonly changes: number;
}

/**
 * Decides what each block writes: its changes always, a part of a checkpoint now and then. The
 * active checkpoint and the changes after it rebuild every version that is kept, so a new one
 * becomes active only when no version before it is.
 */
export class Journal {
  readonly #core: Core;
  readonly changes = new Changes();
  /** The checkpoint a restart begins with; version 0 is the empty tree and has no records. */
  #active: { version: number; parts: number };
  #recorded: Recorded[];
  #recordedChanges: number;
  #writing: CheckpointWriter | undefined;
  #written = 0;
  readonly #doomed: Key[] = [];
  /**
   * Left over from before a restart; all go with the first block, for their keys may come again.
   */
  #stale: Key[];

  /** `recorded` are the blocks' changes on disk after the active checkpoint, oldest first. */
  constructor(
    core: Core,
    active = { version: 0, parts: 0 },
    recorded: Recorded[] = [],
    stale: Key[] = [],
  ) {
    this.#core = core;
    this.#active = active;
    this.#recorded = recorded;
    this.#recordedChanges = changesOf(recorded);
    this.#stale = stale;
  }

  /** Once the block is hashed and in the history. */
  commit(
    version: number,
    root: Uint8Array,
    digests: Int32Array,
  ): { puts: [Key, Uint8Array][]; deletes: Key[] } {
    const puts: [Key, Uint8Array][] = [];
    const changes = this.changes.length;
    if (changes > 0) {
      const parts = this.changes.encode(digests, root);
      parts.forEach((bytes, part) => puts.push([recordKey(CHANGES, version, part), bytes]));
      this.#recorded.push({ version, parts: parts.length, changes });
      this.#recordedChanges += changes;
      this.changes.clear();
    }
    this.#checkpoint(version, changes, puts);
    return { puts, deletes: this.#takeDoomed(puts) };
  }

  #checkpoint(version: number, changes: number, puts: [Key, Uint8Array][]): void {
    if (this.#writing === undefined) {
      if (changes === 0 || !this.#isDue()) return;
      this.#writing = new CheckpointWriter(this.#core, version);
      this.#core.history.hold(version);
      this.#written = 0;
    }
    const writing = this.#writing;
    if (!writing.done) this.#writeSome(writing, changes, puts);
    if (writing.done && this.#core.history.oldest >= writing.version) this.#activate(puts);
  }

  #writeSome(writing: CheckpointWriter, changes: number, puts: [Key, Uint8Array][]): void {
    const share = Math.ceil((2 * this.#core.size) / BLOCKS_PER_CHECKPOINT);
    for (const bytes of writing.next(Math.max(NODES_MIN, NODES_PER_CHANGE * changes, share))) {
      puts.push([recordKey(CHECKPOINT, writing.version, this.#written++), bytes]);
    }
    if (writing.done) this.#core.history.release(writing.version);
  }

  #isDue(): boolean {
    const enough = Math.max(CHANGES_MIN, this.#core.size / 2);
    return this.#recordedChanges >= enough || this.#recorded.length >= BLOCKS_MAX;
  }

  #activate(puts: [Key, Uint8Array][]): void {
    const { version } = this.#writing!;
    const old = this.#active;
    puts.push([ACTIVE, activeRecord(version)]);
    for (let part = 0; part < old.parts; part++) {
      this.#doomed.push(recordKey(CHECKPOINT, old.version, part));
    }
    const kept = this.#recorded.findIndex((block) => block.version > version);
    const past = this.#recorded.splice(0, kept < 0 ? this.#recorded.length : kept);
    for (const block of past) {
      for (let part = 0; part < block.parts; part++) {
        this.#doomed.push(recordKey(CHANGES, block.version, part));
      }
    }
    this.#recordedChanges -= changesOf(past);
    this.#active = { version, parts: this.#written };
    this.#writing = undefined;
  }

  /** Never a record that is being put: after a rollback the same version comes again. */
  #takeDoomed(puts: readonly [Key, Uint8Array][]): Key[] {
    const stale = this.#stale;
    this.#stale = [];
    const deletes = this.#doomed.splice(0, DELETES_PER_BLOCK);
    if (stale.length === 0) return deletes;
    const put = new Set(puts.map(([key]) => key));
    return [...deletes, ...stale.filter((key) => !put.has(key))];
  }
}

function changesOf(recorded: readonly Recorded[]): number {
  return recorded.reduce((sum, block) => sum + block.changes, 0);
}

export function activeRecord(version: number): Uint8Array {
  const writer = new RecordWriter();
  writer.uvarint(version);
  return writer.take();
}
