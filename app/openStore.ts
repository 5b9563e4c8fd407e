import { Ctx } from './runtime/context.ts';
import type { Registry } from './runtime/registry.ts';
import { dueUpgrade } from './runtime/upgrade/index.ts';
import { Disk } from './store/disk.ts';
import type { LoadProgress } from './store/load.ts';
import { discardUnfinished } from './store/snapshots/restore.ts';
import { Store } from './store/store.ts';

/** What a start says meanwhile. */
export interface StartLogger {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
}

export interface OpenStoreOptions {
  readonly retainedHeights: number;
  readonly logger?: StartLogger;
  /** See DiskOptions. */
  readonly writeBufferSize?: number;
}

/**
 * Opens the database of a node, checks it and rebuilds what is derived from it.
 * @throws DiskError that says what is wrong and what to do
 */
export function openStore(
  path: string,
  registry: Registry,
  { retainedHeights, logger, ...levelOptions }: OpenStoreOptions,
): Promise<Store> {
  const onTorn = (file: string, bytes: number) => {
    logger?.warn(
      { file, bytes },
      'a batch was not written to its end and does not count: the engine gives its block again',
    );
  };
  return Disk.open(path, { onTorn, ...levelOptions }).then((disk) =>
    discardUnfinished(disk)
      .then(() =>
        Store.open(disk, {
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
          onProgress: (progress) => logger?.info(fieldsOf(progress), messages[progress.phase]),
        }),
      )
      .catch((error: unknown) =>
        disk.close().then(() => {
          throw error;
        }),
      ),
  );
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
