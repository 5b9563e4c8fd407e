import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Config } from '../config.ts';
import { openStore } from '../openStore.ts';
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

/** Opens the database of a stopped node, verified, and closes it again. */
export async function withStore(
  program: Program,
  config: Config,
  height: number | undefined,
  use: (opened: Opened) => void,
): Promise<void> {
  const registry = program.createRegistry();
  const store = await openStore(databaseOf(config), registry, { retainedHeights: 1 });
  try {
    const version = store.at(height ?? 0);
    if (version === undefined) {
      const last = store.committed?.height;
      throw new UsageError(
        last === undefined ? 'there is no block yet' : `height ${height} is not kept, ${last} is`,
      );
    }
    use({ registry, version });
  } finally {
    await store.close();
  }
}
