import { createHash } from 'node:crypto';
import { CodecError } from '../../../proto/codec.ts';
import { Manifest as ManifestMessage } from '../../../proto/gen/tenor.snapshot.v1.ts';
import { IavlCorruption } from '../iavl/records.ts';
import { readRootNode } from '../iavl/rootNode.ts';
import { multistoreRoot } from '../multistore/multistore.ts';

/** The layout of chunks and manifest; another layout gets another number. */
export const SNAPSHOT_FORMAT = 1;
/** The engine takes 16 MB; well below, so that a chunk passes in its time on a slow link. */
export const CHUNK_BYTES_MAX = 10_000_000;
/** 30,000 chunks, far more than a state in memory has; the engine takes 4 MB. */
export const MANIFEST_BYTES_MAX = 1 << 20;
const HASH_BYTES = 32;

/** What others sent is no snapshot of the trusted state: the reason, for the log. */
export class BadSnapshot extends Error {}

export interface ManifestStore {
  readonly name: string;
  readonly rootNode: Uint8Array;
}

export interface Manifest {
  readonly height: number;
  /** In the order of their names. */
  readonly stores: readonly ManifestStore[];
  readonly chunkHashes: readonly Uint8Array[];
}

export function encodeManifest({ height, stores, chunkHashes }: Manifest): Uint8Array {
  return ManifestMessage.encode({
    height: BigInt(height),
    stores: stores.map(({ name, rootNode }) => ({ name, rootNode })),
    chunkHashes: [...chunkHashes],
  });
}

/** @throws BadSnapshot */
export function decodeManifest(bytes: Uint8Array): Manifest {
  if (bytes.length > MANIFEST_BYTES_MAX) throw new BadSnapshot('its manifest is too large');
  const message = refused(() => ManifestMessage.decode(bytes));
  const height = Number(message.height);
  if (!Number.isSafeInteger(height) || height < 1) throw new BadSnapshot('it is of no height');
  if (message.chunkHashes.length === 0) throw new BadSnapshot('it has no chunks');
  if (message.chunkHashes.some((hash) => hash.length !== HASH_BYTES)) {
    throw new BadSnapshot('a chunk hash is no SHA-256');
  }
  return { height, stores: message.stores, chunkHashes: message.chunkHashes };
}

/** The app hash of the state that a manifest speaks of. @throws BadSnapshot */
export function appHashOf({ stores }: Manifest): Uint8Array {
  return refused(() =>
    multistoreRoot(stores.map((s) => ({ name: s.name, root: readRootNode(s.rootNode).root }))),
  );
}

export function sha256(bytes: Uint8Array): Uint8Array {
  return Uint8Array.from(createHash('sha256').update(bytes).digest());
}

/** Runs what reads a stranger's bytes; what it finds wrong is a BadSnapshot. */
export function refused<T>(read: () => T): T {
  try {
    return read();
  } catch (error) {
    const foreign = [CodecError, IavlCorruption, RangeError].some((kind) => error instanceof kind);
    if (foreign && !isOverflow(error)) throw new BadSnapshot((error as Error).message);
    throw error;
  }
}

/** A fault of this host, not of the bytes: the stack, or memory. */
function isOverflow(error: unknown): boolean {
  return /call stack|allocation/.test((error as Error).message);
}
