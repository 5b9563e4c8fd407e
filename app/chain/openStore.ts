import { Ctx } from '../runtime/context.ts';
import type { Registry } from '../runtime/registry.ts';
import { GasMeter } from '../lib/gas.ts';
import { checkVersions, dueUpgrade, knownUpgrade } from '../runtime/upgrade/index.ts';
import * as upgradeState from '../runtime/upgrade/state.ts';
import { schemasOf } from '../store/collection.ts';
import { Disk, DiskError } from '../store/disk.ts';
import { peek } from '../store/load.ts';
import type { LoadProgress } from '../store/loadProgress.ts';
import type { Meta } from '../store/meta.ts';
import { blockBefore, undoLastBlock } from '../store/rollback.ts';
import { discardUnfinished } from '../store/snapshots/restore.ts';
import { readMeta, Store } from '../store/store.ts';
import type { StoreOptions } from '../store/store.ts';

/** What a start says meanwhile. */
export interface StartLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface OpenStoreOptions {
  readonly retainedHeights: number;
  readonly logger?: StartLogger;
  /** Of the genesis file, where there is one: the database must be of no other chain. */
  readonly chainId?: string | undefined;
  /** See DiskOptions. */
  readonly writeBufferSize?: number;
}

/**
 * Opens the database of a node, checks it and rebuilds what is derived from it.
 * @throws WrongProgram when another program is needed to read it
 * @throws DiskError that says what is wrong and what to do
 */
export function openStore(
  path: string,
  registry: Registry,
  options: OpenStoreOptions,
): Promise<Store> {
  return withDisk(path, options, (disk) =>
    discardUnfinished(disk)
      .then(() => checkReadable(disk, registry))
      .then(() => Store.open(disk, storeOptions(registry, options)))
      .then((store) => ofChain(store, path, options.chainId)),
  );
}

/** The engine does not say of which chain it is once there are blocks: its genesis file does. */
function ofChain(store: Store, path: string, chainId: string | undefined): Store {
  const { committed } = store;
  if (chainId === undefined || committed === undefined || committed.chainId === chainId) {
    return store;
  }
  throw new DiskError(
    `${path} is of chain ${committed.chainId}, the genesis file of ${chainId}: ` +
      'give each chain a home of its own, or remove the database',
  );
}

/**
 * Opens the database as it was a block before, to be read only. @throws NothingToUndo
 */
export function openBefore(path: string, registry: Registry): Promise<Store> {
  const options = { retainedHeights: 1 };
  return withDisk(path, options, (disk) =>
    checkReadable(disk, registry)
      .then(() => blockBefore(disk))
      .then((view) => Store.open(disk, storeOptions(registry, options), view)),
  );
}

/** Undoes the last block of a database; the block that is the last then. @throws NothingToUndo */
export function rollBack(path: string, registry: Registry): Promise<Meta> {
  const options = { ...storeOptions(registry, { retainedHeights: 1 }), rebuild: () => undefined };
  return withDisk(path, {}, (disk) =>
    checkReadable(disk, registry)
      .then(() => undoLastBlock(disk, options))
      .then((meta) => disk.close().then(() => meta)),
  );
}

/** Opens a disk, and closes it when what it was opened for fails. */
function withDisk<T>(
  path: string,
  { logger, writeBufferSize }: Partial<OpenStoreOptions>,
  use: (disk: Disk) => Promise<T>,
): Promise<T> {
  const onTorn = (file: string, bytes: number) => {
    logger?.warn(
      { file, bytes },
      'the end of a file was not written whole, and does not count: its block comes again',
    );
  };
  const level = writeBufferSize === undefined ? {} : { writeBufferSize };
  return Disk.open(path, { onTorn, ...level }).then((disk) =>
    use(disk).catch((error: unknown) =>
      disk.close().then(() => {
        throw error;
      }),
    ),
  );
}

function storeOptions(
  registry: Registry,
  { retainedHeights, logger }: OpenStoreOptions,
): StoreOptions {
  return {
    schemas: registry.schemas,
    stores: registry.modules.map((m) => m.name),
    retainedHeights,
    rebuild: (state, { chainId, height, timeMs }) => {
      const ctx = new Ctx(state, { chainId, height, timeMs, proposer: new Uint8Array(0) });
      // Modules understand such a state only after the upgrade, which rebuilds it.
      if (dueUpgrade(registry, ctx, height + 1) !== undefined) return;
      logger?.info({ phase: 'derived' }, 'starting: rebuilding what is derived');
      for (const module of registry.modules) module.rebuild?.(ctx);
    },
    judge: (disk) => checkReadable(disk, registry),
    onProgress: (progress) => logger?.info(fieldsOf(progress), messages[progress.phase]),
  };
}

/** Reads of which versions the state is, before anything of it is taken for something else. */
function checkReadable(disk: Disk, registry: Registry): Promise<void> {
  return readMeta(disk).then((meta) => {
    if (meta === undefined) return undefined;
    return peek(disk, schemasOf(upgradeState)).then((state) => {
      const reader = { state, gas: new GasMeter(Infinity) };
      checkVersions(registry, reader, knownUpgrade(registry, reader, meta.height + 1));
    });
  });
}

const messages = {
  trees: 'starting: reading the Merkle trees',
  values: 'starting: reading and verifying values',
} as const;

/** The total of the trees is estimated: 100 percent is not said before it is so. */
function fieldsOf({ phase, done, total }: LoadProgress): object {
  const percent = Math.min(Math.floor((100 * done) / Math.max(total, 1)), 99);
  return phase === 'trees'
    ? { phase, megabytes: Math.round(done / 1e6), percent }
    : { phase, values: done, of: total, percent };
}
