import { mkdir, open, readFile, readdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { webcrypto } from 'node:crypto';
import { equalBytes } from '../../lib/bytes.ts';
import { BadSnapshot, decodeManifest, sha256, SNAPSHOT_FORMAT } from './manifest.ts';
import type { Manifest } from './manifest.ts';

/** A snapshot in the folder: whole, durable, and not changed any more. */
export interface Snapshot {
  readonly manifest: Manifest;
  /** The manifest as others get it. */
  readonly metadata: Uint8Array;
  /** SHA-256 of the metadata. */
  readonly hash: Uint8Array;
}

const MANIFEST = 'manifest';
const PARTIAL = '.partial';
const nameOf = (height: number) => `${height}-${SNAPSHOT_FORMAT}`;
const chunkFile = (folder: string, index: number) => join(folder, `chunk-${index}`);

export function snapshotOf(metadata: Uint8Array): Snapshot {
  return { manifest: decodeManifest(metadata), metadata, hash: sha256(metadata) };
}

/**
 * The folder of a node's snapshots, each in a folder of its own named after height and format. One
 * that is being written has another name until all of it is durable.
 */
export class Archive {
  readonly #dir: string;
  #snapshots: Snapshot[];

  private constructor(dir: string, snapshots: Snapshot[]) {
    this.#dir = dir;
    this.#snapshots = snapshots;
  }

  /**
   * Opens the folder. What a crash left unfinished, or is no snapshot of ours, is removed; so is
   * one of a later height than this node's state, which is of a block that was undone.
   */
  static async open(dir: string, lastHeight: number): Promise<Archive> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    const snapshots: Snapshot[] = [];
    for (const name of await readdir(dir)) {
      const snapshot = await readSnapshot(join(dir, name));
      const { height = Infinity } = snapshot?.manifest ?? {};
      if (snapshot !== undefined && name === nameOf(height) && height <= lastHeight) {
        snapshots.push(snapshot);
      } else if (/^\d+-\d+(\.partial)?$/.test(name)) {
        await rm(join(dir, name), { recursive: true });
      }
    }
    return new Archive(dir, snapshots.sort(newestFirst));
  }

  /** Newest first. */
  get snapshots(): readonly Snapshot[] {
    return this.#snapshots;
  }

  /** An empty folder for a snapshot to be written into. */
  async begin(height: number): Promise<string> {
    const folder = join(this.#dir, nameOf(height) + PARTIAL);
    await rm(folder, { recursive: true, force: true });
    await mkdir(folder, { mode: 0o700 });
    return folder;
  }

  async abandon(folder: string): Promise<void> {
    await rm(folder, { recursive: true, force: true });
  }

  /** Makes what was written into a folder a snapshot, and removes all but the newest `keep`. */
  async finish(folder: string, metadata: Uint8Array, keep: number): Promise<Snapshot> {
    const snapshot = snapshotOf(metadata);
    await writeDurably(join(folder, MANIFEST), metadata);
    await syncFolder(folder);
    const final = join(this.#dir, nameOf(snapshot.manifest.height));
    await rm(final, { recursive: true, force: true });
    await rename(folder, final);
    await syncFolder(this.#dir);
    const { height } = snapshot.manifest;
    const others = this.#snapshots.filter((s) => s.manifest.height !== height);
    const all = [snapshot, ...others].sort(newestFirst);
    this.#snapshots = all.slice(0, keep);
    for (const old of all.slice(keep)) await this.#remove(old);
    return snapshot;
  }

  /**
   * A chunk's bytes, or undefined when there is no such chunk. @throws BadSnapshot when its file is
   * damaged or gone; the snapshot is then removed
   */
  async chunk(height: number, index: number): Promise<Uint8Array | undefined> {
    const snapshot = this.#snapshots.find((s) => s.manifest.height === height);
    const hash = snapshot?.manifest.chunkHashes[index];
    if (snapshot === undefined || hash === undefined) return undefined;
    const path = chunkFile(join(this.#dir, nameOf(height)), index);
    const bytes = await readFile(path).catch(() => undefined);
    if (bytes !== undefined && equalBytes(await digest(bytes), hash)) return bytes;
    this.#snapshots = this.#snapshots.filter((s) => s !== snapshot);
    await this.#remove(snapshot);
    throw new BadSnapshot(`chunk ${index} of the snapshot of height ${height} is damaged`);
  }

  async #remove({ manifest }: Snapshot): Promise<void> {
    await rm(join(this.#dir, nameOf(manifest.height)), { recursive: true, force: true });
  }
}

const newestFirst = (a: Snapshot, b: Snapshot) => b.manifest.height - a.manifest.height;

async function readSnapshot(folder: string): Promise<Snapshot | undefined> {
  try {
    return snapshotOf(await readFile(join(folder, MANIFEST)));
  } catch {
    return undefined;
  }
}

/** SHA-256 on another thread: 10 MB take longer than a block may wait. */
async function digest(bytes: Uint8Array): Promise<Uint8Array> {
  return new Uint8Array(await webcrypto.subtle.digest('SHA-256', bytes));
}

async function writeDurably(path: string, bytes: Uint8Array): Promise<void> {
  const file = await open(path, 'w', 0o600);
  try {
    await file.writeFile(bytes);
    await file.sync();
  } finally {
    await file.close();
  }
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

/** Opens the file of a chunk that is being written. */
export const createChunk = (folder: string, index: number) =>
  open(chunkFile(folder, index), 'w', 0o600);
