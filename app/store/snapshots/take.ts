import { createHash } from 'node:crypto';
import type { Hash } from 'node:crypto';
import type { FileHandle } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import type { Schema } from '../collection.ts';
import { createChunk } from './archive.ts';
import { CHUNK_BYTES_MAX, encodeManifest } from './manifest.ts';
import { frameOf, partsOf } from './parts.ts';
import type { HeldVersion } from './parts.ts';

export interface TakeOptions {
  readonly schemas: readonly Schema[];
  /** An empty folder, for the chunks. */
  readonly folder: string;
  readonly signal: AbortSignal;
  /** Between two steps, each about a millisecond of work. */
  readonly pauseMs: number;
}

/**
 * Writes a held version as chunks, in steps between which blocks go on; returns its manifest,
 * encoded. A chunk is as many whole parts as fit, so the bytes follow from the content alone.
 * @throws an error of the file system, or the signal's reason
 */
export async function takeSnapshot(held: HeldVersion, options: TakeOptions): Promise<Uint8Array> {
  const chunks = new ChunkWriter(options.folder);
  try {
    for (const part of partsOf(held, options.schemas)) {
      options.signal.throwIfAborted();
      if (part !== undefined) await chunks.add(frameOf(part));
      await sleep(options.pauseMs, undefined, { signal: options.signal });
    }
    const { height, stores } = held;
    return encodeManifest({ height, stores, chunkHashes: await chunks.finish() });
  } finally {
    await chunks.close();
  }
}

/** Little at a time: a block's own sync waits for all that the disk has before it. */
const SYNC_BYTES = 1 << 20;

class ChunkWriter {
  readonly #folder: string;
  readonly #hashes: Uint8Array[] = [];
  #file: FileHandle | undefined;
  #hash: Hash = createHash('sha256');
  #length = 0;
  #unsynced = 0;

  constructor(folder: string) {
    this.#folder = folder;
  }

  async add(frame: Uint8Array): Promise<void> {
    if (this.#file !== undefined && this.#length + frame.length > CHUNK_BYTES_MAX) {
      await this.#endChunk();
    }
    this.#file ??= await createChunk(this.#folder, this.#hashes.length);
    this.#hash.update(frame);
    this.#length += frame.length;
    await this.#file.writeFile(frame);
    this.#unsynced += frame.length;
    if (this.#unsynced >= SYNC_BYTES) await this.#sync();
  }

  async #sync(): Promise<void> {
    await this.#file!.datasync();
    this.#unsynced = 0;
  }

  async finish(): Promise<readonly Uint8Array[]> {
    await this.#endChunk();
    return this.#hashes;
  }

  async #endChunk(): Promise<void> {
    this.#hashes.push(Uint8Array.from(this.#hash.digest()));
    await this.#sync();
    await this.close();
    this.#hash = createHash('sha256');
    this.#length = 0;
  }

  async close(): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
  }
}
