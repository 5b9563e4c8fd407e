import type { Binary } from '../lib/bytes.ts';
import { compareStrings } from '../lib/bytes.ts';
import type { DiskWrite } from './disk.ts';
import type { DiskView } from './diskBefore.ts';
import { DiskError, RESTORE } from './disk.ts';
import { IavlTree } from './iavl/iavlTree.ts';
import { Loader } from './iavl/loader.ts';
import { IavlCorruption } from './iavl/records.ts';
import type { ValueCheck } from './iavl/verify.ts';
import { crosses } from './loadProgress.ts';
import type { LoadProgress } from './loadProgress.ts';
import { TREES, treeKey } from './layout.ts';
import { multistoreRoot, proofOps } from './multistore/multistore.ts';
import type { ProofOp } from './multistore/multistore.ts';
import type { HeldStore } from './snapshots/parts.ts';
import type { StoreChanges } from './state.ts';

export type { ProofOp };

const PROGRESS_BYTES = 8_388_608;
/** Nodes of pruned versions freed in a quiet block, in each store. */
const PRUNED_NODES_PER_BLOCK = 4_096;

/**
 * Merkle commitment to every store, as the Cosmos world proves it: an IAVL tree a store, and the
 * simple tree over the stores by name. Its records go into the block's batch.
 */
export class Commitment {
  /** By store name, in its order. */
  #trees: ReadonlyMap<string, IavlTree>;
  /** Of stores that came with an upgrade, the height from which they are under the app hash. */
  readonly #since = new Map<string, number>();

  private constructor(trees: ReadonlyMap<string, IavlTree>) {
    this.#trees = trees;
  }

  /** Names of the stores, in their order. */
  get stores(): string[] {
    return [...this.#trees.keys()];
  }

  /** Adds stores, empty ones, that are under the app hash from a height on. */
  add(stores: readonly string[], height: number): void {
    const added = stores.filter((store) => !this.#trees.has(store));
    if (added.length === 0) return;
    for (const store of added) this.#since.set(store, height);
    const trees = [...this.#trees, ...added.map((store) => [store, IavlTree.empty()] as const)];
    this.#trees = new Map(trees.sort(([a], [b]) => compareStrings(a, b)));
  }

  /** Reads the trees of a height, 0 for none. @throws DiskError when they do not fit together */
  static load(
    disk: DiskView,
    stores: readonly string[],
    height: number,
    onProgress: (progress: LoadProgress) => void,
  ): Promise<Commitment> {
    const names = stores.toSorted(compareStrings);
    if (height === 0) {
      return Promise.resolve(new Commitment(new Map(names.map((s) => [s, IavlTree.empty()]))));
    }
    return disk.size(TREES).then((total) => {
      let done = 0;
      const count = (bytes: number) => {
        if (crosses(done, bytes, PROGRESS_BYTES)) onProgress({ phase: 'trees', done, total });
        done += bytes;
      };
      const trees = new Map<string, IavlTree>();
      return names
        .reduce<Promise<unknown>>(
          (before, store) =>
            before
              .then(() => loadTree(disk, store, height, count))
              .then((tree) => trees.set(store, tree)),
          Promise.resolve(),
        )
        .then(() => new Commitment(trees));
    });
  }

  /**
   * Takes the changes of a block in; returns the app hash and what must be written with the block.
   */
  commit(
    changes: readonly StoreChanges[],
    height: number,
  ): { appHash: Uint8Array; writes: DiskWrite[] } {
    for (const { store, changes: entries } of changes) {
      const tree = this.#trees.get(store)!;
      for (const [key, bytes] of entries) {
        if (bytes === null) tree.remove(key);
        else tree.set(key, bytes);
      }
    }
    const writes: DiskWrite[] = [];
    for (const [store, tree] of this.#trees) {
      const { puts, deletes, replaced } = tree.commit(height);
      for (const [key, bytes] of puts) writes.push([treeKey(store, key), bytes]);
      for (const key of deletes) writes.push([treeKey(store, key), null]);
      // Twice what a block replaces keeps up with any load, and works a backlog off.
      tree.pruneSome(Math.max(PRUNED_NODES_PER_BLOCK, 2 * replaced));
    }
    return { appHash: this.appHash(), writes };
  }

  /** Compares the values of a store with its tree, in the order of their keys. */
  check(store: string): ValueCheck {
    return this.#trees.get(store)!.check();
  }

  /** Keys in all stores. */
  get size(): number {
    let size = 0;
    for (const tree of this.#trees.values()) size += tree.size;
    return size;
  }

  appHash(version?: number): Uint8Array {
    return multistoreRoot(this.#roots(version));
  }

  #roots(version?: number): { name: string; root: Uint8Array }[] {
    const trees = [...this.#trees].filter(([name]) => {
      return version === undefined || version >= (this.#since.get(name) ?? 0);
    });
    return trees.map(([name, tree]) => ({ name, root: tree.root(version) }));
  }

  /**
   * A version's trees, in memory until they are released. `valueAt` gives a store's stored bytes.
   */
  hold(
    version: number,
    valueAt: (store: string, key: Binary) => Uint8Array,
  ): { stores: HeldStore[]; release: () => void } {
    const held = [...this.#trees].map(([name, tree]) => ({ name, tree: tree.hold(version) }));
    return {
      stores: held.map(({ name, tree }) => ({
        name,
        rootNode: tree.rootNode((key) => valueAt(name, key)),
        tree: tree.parts,
      })),
      release: () => {
        for (const { tree } of held) tree.release();
      },
    };
  }

  /** Versions below this can no longer be proved; their memory is freed bit by bit. */
  prune(oldest: number): void {
    for (const tree of this.#trees.values()) tree.prune(oldest);
  }

  /**
   * Proof that a key has its value at a version, or is absent: up to the app hash in the next
   * header. `valueAt` gives the stored bytes of a key at that version.
   * @throws RangeError when the store is empty, where ics23 knows no proof of absence
   */
  prove(
    store: string,
    key: Binary,
    valueAt: (key: Binary) => Uint8Array,
    version: number,
  ): ProofOp[] {
    const tree = this.#trees.get(store)!;
    return proofOps(this.#roots(version), store, key, tree.prove(key, valueAt, version));
  }
}

function loadTree(
  disk: DiskView,
  store: string,
  height: number,
  count: (bytes: number) => void,
): Promise<IavlTree> {
  const prefix = treeKey(store, '');
  const loader = new Loader({ version: height, onlyLast: true });
  return disk
    .scan(prefix, (key, bytes) => {
      loader.add(key.slice(prefix.length), bytes);
      count(bytes.length);
    })
    .then(() => IavlTree.loaded(loader))
    .catch((error: unknown) => {
      if (!(error instanceof IavlCorruption)) throw error;
      throw new DiskError(`the Merkle tree of ${store} is damaged (${error.message}): ${RESTORE}`);
    });
}
