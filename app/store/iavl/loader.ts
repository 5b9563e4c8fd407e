import type { Key } from './api.ts';
import { Replay } from './changes.ts';
import { CheckpointReader } from './checkpoint.ts';
import { Core } from './core.ts';
import { Journal } from './journal.ts';
import type { Recorded } from './journal.ts';
import {
  ACTIVE,
  CHANGES,
  CHECKPOINT,
  IavlCorruption,
  RecordReader,
  VERSION_MAX,
  parseRecordKey,
} from './records.ts';

export interface LoadOptions {
  /** The version to load, that of the last record if absent: a version may have no record. */
  readonly version?: number;
  /** Whether the versions on the way to it are let go: they would take memory. */
  readonly onlyLast?: boolean;
  /** What the root must be then. */
  readonly root?: Uint8Array;
  /** How many keys a checkpoint may have, where it comes from others. */
  readonly keysMax?: number;
}

/**
 * Rebuilds a tree from its records, given one by one in the order of their keys: the checkpoint,
 * then block after block, checking each root. Records it has no use for are deleted by the tree's
 * next commit. Throws IavlCorruption that names the record.
 */
export class Loader {
  readonly core = new Core();
  readonly #options: LoadOptions;
  #checkpoint: CheckpointReader | undefined;
  #parts = 0;
  readonly #recorded: Recorded[] = [];
  /** The block whose record is not complete yet. */
  #open: { version: number; parts: number; replay: Replay } | undefined;
  readonly #stale: Key[] = [];

  constructor(options: LoadOptions = {}) {
    this.#options = options;
  }

  add(key: Key, bytes: Uint8Array): void {
    if (key === ACTIVE) {
      this.#begin(bytes);
      return;
    }
    const { kind, version, part } = parseRecordKey(key);
    const name = `${kind === CHECKPOINT ? 'checkpoint' : 'changes of'} ${version}, part ${part}`;
    if (kind === CHECKPOINT) this.#addCheckpoint(key, version, part, new RecordReader(bytes, name));
    else if (kind === CHANGES) this.#addChanges(key, version, part, new RecordReader(bytes, name));
    else throw new IavlCorruption(`no record begins with ${JSON.stringify(kind)}`);
  }

  /** The tree's parts, once all records have been given. */
  finish(): { core: Core; journal: Journal } {
    const { core } = this;
    const checkpoint = this.#needCheckpoint('the end');
    if (this.#open)
      throw new IavlCorruption(`changes of ${this.#open.version}: the end is missing`);
    const { history } = core;
    const { version = history.latest, root } = this.#options;
    if (version < history.latest) {
      throw new RangeError(`version ${version} is gone: the oldest is ${history.oldest}`);
    }
    history.advance(version);
    if (root !== undefined && Buffer.compare(core.committedHash(), root) !== 0) {
      throw new IavlCorruption(`the records of version ${version} do not give its root`);
    }
    const active = { version: checkpoint?.version ?? 0, parts: this.#parts };
    return { core, journal: new Journal(core, active, this.#recorded, this.#stale) };
  }

  #begin(bytes: Uint8Array): void {
    if (this.#checkpoint || this.#recorded.length > 0)
      throw new IavlCorruption('records in disorder');
    const reader = new RecordReader(bytes, 'active checkpoint');
    const version = reader.uvarint();
    if (version > VERSION_MAX || !reader.done) reader.fail('it is no version');
    this.#checkpoint = new CheckpointReader(this.core, version, this.#options.keysMax);
  }

  #addCheckpoint(key: Key, version: number, part: number, reader: RecordReader): void {
    if (version !== this.#checkpoint?.version) {
      this.#stale.push(key);
      return;
    }
    if (part !== this.#parts) reader.fail(`part ${this.#parts} is missing`);
    this.#parts++;
    this.#checkpoint.part(reader);
  }

  #addChanges(key: Key, version: number, part: number, reader: RecordReader): void {
    const base = this.#checkpoint?.version ?? 0;
    const last = this.#options.version ?? Infinity;
    if (version <= base || version > last) {
      this.#stale.push(key);
      return;
    }
    this.#needCheckpoint('the first changes');
    const open = this.#open ?? { version, parts: 0, replay: new Replay() };
    if (open.version !== version || open.parts !== part) {
      reader.fail(`part ${open.parts} of the changes of ${open.version} is missing`);
    }
    const { core } = this;
    open.parts++;
    this.#open = open;
    const { replay } = open;
    const root = replay.part(core, reader);
    if (root === undefined) return;
    core.commit(version, replay.digests);
    if (Buffer.compare(core.committedHash(), root) !== 0) {
      reader.fail('the changes do not lead to the root');
    }
    if (this.#options.onlyLast === true) {
      // What only the versions before need is reused by the next block.
      core.history.prune(version);
      core.history.pruneSome(Infinity);
    }
    this.#recorded.push({ version, parts: open.parts, changes: replay.changes });
    this.#open = undefined;
  }

  #needCheckpoint(before: string): CheckpointReader | undefined {
    if (this.#checkpoint && !this.#checkpoint.done) {
      throw new IavlCorruption(
        `checkpoint ${this.#checkpoint.version}: it is cut before ${before}`,
      );
    }
    return this.#checkpoint;
  }
}
