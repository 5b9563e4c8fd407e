import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { openBefore, openStore } from '../chain/openStore.ts';
import type { Registry } from '../runtime/registry.ts';
import type { Version } from '../store/store.ts';
import { UsageError } from './command.ts';
import type { Program } from './command.ts';

export interface Opened {
  readonly registry: Registry;
  readonly version: Version;
}

/** The folder of the application's database. @throws UsageError when there is none */
export function databaseOf({ home }: Config): string {
  const path = join(home, 'data', 'app');
  if (existsSync(path)) return path;
  throw new UsageError(`${path} is missing: this node has no blocks yet`);
}

/**
 * Opens the database of a stopped node at its last height or, if asked for, the one before it,
 * verified, and closes it again.
 */
export async function withStore(
  program: Program,
  config: Config,
  height: number | undefined,
  use: (opened: Opened) => void,
): Promise<void> {
  const registry = program.createRegistry();
  const path = databaseOf(config);
  let store = await openStore(path, registry, { retainedHeights: 1 });
  try {
    const last = store.committed?.height;
    if (last === undefined) throw new UsageError('there is no block yet');
    if (height === last - 1) {
      await store.close();
      store = await openBefore(path, registry);
    }
    const version = store.at(height ?? 0);
    if (version === undefined) {
      throw new UsageError(`height ${height} is not kept: ${last - 1} and ${last} are`);
    }
    use({ registry, version });
  } finally {
    await store.close();
  }
}
