import { Ctx } from './runtime/context.ts';
import type { Registry } from './runtime/registry.ts';
import { Disk } from './store/disk.ts';
import { Store } from './store/store.ts';

/** Opens the database of a node and rebuilds what is derived from it. */
export function openStore(
  path: string,
  registry: Registry,
  retainedHeights: number,
  onProgress?: (records: number) => void,
): Promise<Store> {
  return Disk.open(path).then((disk) =>
    Store.open(disk, {
      schemas: registry.schemas,
      stores: registry.modules.map((m) => m.name),
      retainedHeights,
      rebuild: (state, { chainId, height, timeMs }) => {
        const ctx = new Ctx(state, { chainId, height, timeMs, proposer: new Uint8Array(0) });
        for (const module of registry.modules) module.rebuild?.(ctx);
      },
      ...(onProgress === undefined ? {} : { onProgress }),
    }),
  );
}
