import { equalBytes, fromBinary } from '../../lib/bytes.ts';
import type { Binary } from '../../lib/bytes.ts';
import type { Item } from '../collection.ts';
import type { Disk, DiskWrite } from '../disk.ts';
import { TreeRestore } from '../iavl/restore.ts';
import { readRootNode } from '../iavl/rootNode.ts';
import type { ValueCheck } from '../iavl/verify.ts';
import { META_KEY, RESTORED_KEY, treeKey, valueKey } from '../layout.ts';
import { encodeMeta, FORMAT_VERSION } from '../meta.ts';
import { appHashOf, BadSnapshot, refused, sha256 } from './manifest.ts';
import type { Manifest } from './manifest.ts';
import { PART, readFrames, readValues } from './parts.ts';
import type { Part } from './parts.ts';

/** Of which block a state is; its own record in it. */
export interface LastBlock {
  readonly chainId: string;
  readonly height: bigint;
  readonly timeMs: bigint;
}

export interface RestoreOptions {
  /** Names of all stores that this program has. */
  readonly stores: readonly string[];
  readonly lastBlock: Item<LastBlock>;
}

/** The trusted state itself has a store that this program does not know. */
export class UnknownStore extends Error {}

/** Where a store stands: first its tree, then its values. */
interface OpenStore {
  readonly name: string;
  readonly keys: number;
  readonly tree: TreeRestore;
  check: ValueCheck | undefined;
}

/**
 * Writes a snapshot to the database chunk by chunk, believing nothing but the app hash: the
 * manifest's roots hash to it, each tree to its root, each value to its leaf. What is wrong is
 * refused within a chunk. Takes the memory of one store's tree; the values go to disk.
 *
 * The database says that it is being restored until the last chunk is durable: `discardUnfinished`
 * empties one that was left before.
 */
export class Restore {
  readonly manifest: Manifest;
  readonly #disk: Disk;
  readonly #options: RestoreOptions;
  readonly #appHash: Uint8Array;
  #stores = 0;
  #open: OpenStore | undefined;
  #lastBlock: LastBlock | undefined;
  /** The chunk that comes next. */
  next = 0;

  private constructor(disk: Disk, options: RestoreOptions, manifest: Manifest) {
    this.#disk = disk;
    this.#options = options;
    this.manifest = manifest;
    this.#appHash = appHashOf(manifest);
  }

  /** Empties the database for a manifest whose app hash is trusted. @throws UnknownStore */
  static async begin(disk: Disk, options: RestoreOptions, manifest: Manifest): Promise<Restore> {
    const names = manifest.stores.map((store) => store.name);
    // A store of ours that is not there may come with an upgrade: `judge` of the Store tells.
    const unknown = names.find((name) => !options.stores.includes(name));
    if (unknown !== undefined) throw new UnknownStore(unknown);
    const restore = new Restore(disk, options, manifest);
    const height = Buffer.from(String(manifest.height));
    await disk.write([
      [META_KEY, null],
      [RESTORED_KEY, height],
    ]);
    await disk.clearAllBut(RESTORED_KEY);
    return restore;
  }

  get isDone(): boolean {
    return this.next === this.manifest.chunkHashes.length;
  }

  /** Whether these are the bytes of the chunk that comes next. */
  isNext(chunk: Uint8Array): boolean {
    return equalBytes(sha256(chunk), this.manifest.chunkHashes[this.next]!);
  }

  /** Takes the next chunk in; after the last one the state is durable. @throws BadSnapshot */
  async apply(chunk: Uint8Array): Promise<void> {
    const writes: DiskWrite[] = refused(() => [...this.#read(chunk)]);
    const isLast = this.next + 1 === this.manifest.chunkHashes.length;
    if (isLast) {
      this.#closeStore();
      writes.push([META_KEY, this.#meta()]);
    }
    await this.#disk.write(writes);
    this.next++;
  }

  *#read(chunk: Uint8Array): Generator<DiskWrite> {
    for (const part of readFrames(chunk)) {
      if (part === undefined) throw new BadSnapshot('a chunk is not made of parts');
      if (part.kind === PART.store) yield this.#openStore();
      else yield* this.#take(part);
    }
    // What waits to be compared is compared before it is written.
    const mismatch = this.#open?.check?.flush();
    if (mismatch !== undefined) this.#wrongValue(mismatch);
  }

  #openStore(): DiskWrite {
    this.#closeStore();
    const store = this.manifest.stores[this.#stores++];
    if (store === undefined) throw new BadSnapshot('it has more stores than its manifest');
    const { root, keys } = readRootNode(store.rootNode);
    const tree = new TreeRestore(this.manifest.height, root, keys);
    this.#open = { name: store.name, keys, tree, check: undefined };
    const [key, bytes] = tree.active;
    return [treeKey(store.name, key), bytes];
  }

  *#take({ kind, bytes }: Part): Generator<DiskWrite> {
    const open = this.#open;
    if (open === undefined) throw new BadSnapshot('it does not begin with a store');
    if (kind === PART.tree) {
      if (open.check !== undefined) throw new BadSnapshot('a tree goes on after its end');
      const [key, record] = open.tree.part(bytes);
      yield [treeKey(open.name, key), record];
      return;
    }
    const check = (open.check ??= open.tree.finish());
    for (const [key, value] of readValues(bytes, open.name)) {
      check.add(key, value);
      if (check.mismatch !== undefined) this.#wrongValue(check.mismatch);
      this.#noteLastBlock(open.name, key, value);
      yield [valueKey(open.name, key), value];
    }
  }

  #closeStore(): void {
    const open = this.#open;
    if (open === undefined) return;
    const mismatch = refused(() => (open.check ??= open.tree.finish()).finish());
    if (mismatch !== undefined) this.#wrongValue(mismatch);
    this.#open = undefined;
  }

  #wrongValue(key: Binary): never {
    const name = `${this.#open!.name}/${fromBinary(key).toString('hex')}`;
    throw new BadSnapshot(`the value of ${name} is not what its tree commits to`);
  }

  #noteLastBlock(store: string, key: Binary, value: Uint8Array): void {
    const { collection } = this.#options.lastBlock;
    const { spec } = collection;
    if (store === spec.store && key === collection.rawKey(null)) {
      this.#lastBlock = spec.value.decode(value);
    }
  }

  #meta(): Uint8Array {
    if (this.#stores !== this.manifest.stores.length) throw new BadSnapshot('stores are missing');
    const block = this.#lastBlock;
    const { height } = this.manifest;
    if (block?.height !== BigInt(height)) throw new BadSnapshot(`it is not of height ${height}`);
    const formatVersion = FORMAT_VERSION;
    const { chainId, timeMs } = block;
    const appHash = this.#appHash;
    const stores = this.manifest.stores.map(({ name }) => name);
    return encodeMeta({ formatVersion, chainId, height, timeMs: Number(timeMs), appHash, stores });
  }
}

/** The height of the snapshot that a database came from, or is coming from. */
export async function restoredHeight(disk: Disk): Promise<number | undefined> {
  const bytes = await disk.get(RESTORED_KEY);
  return bytes === undefined ? undefined : Number(Buffer.from(bytes).toString());
}

/** Empties a database whose restoring was not finished. */
export async function discardUnfinished(disk: Disk): Promise<void> {
  if ((await restoredHeight(disk)) === undefined) return;
  if ((await disk.get(META_KEY)) !== undefined) return;
  await disk.clearAllBut(RESTORED_KEY);
  await disk.write([[RESTORED_KEY, null]]);
}
