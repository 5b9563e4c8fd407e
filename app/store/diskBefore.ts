import type { Binary } from '../lib/bytes.ts';
import { compareStrings } from '../lib/bytes.ts';
import type { Disk, DiskWrite } from './disk.ts';
import { META_KEY, valueKey } from './layout.ts';
import type { Undo } from './undo.ts';

/** What a start reads of a database. */
export type DiskView = Pick<Disk, 'get' | 'scan' | 'size' | 'isEmpty'>;

/** What puts the values of a block's begin back in place, and the record of the block before. */
export function restoringWrites({ values, meta }: Undo): DiskWrite[] {
  const writes: DiskWrite[] = values.flatMap(({ store, changes }) =>
    changes.map(([key, bytes]): DiskWrite => [valueKey(store, key), bytes]),
  );
  return [...writes, [META_KEY, meta]];
}

/**
 * A database as it was before its last block, without changing it. The trees' own records of that
 * block stay: whoever loads the trees of the height before passes them over.
 */
export function diskBefore(disk: DiskView, undo: Undo): DiskView {
  const overlay = restoringWrites(undo).sort(([a], [b]) => compareStrings(a, b));
  const over = new Map(overlay);
  return {
    get: (key) => {
      const bytes = over.get(key);
      return bytes === undefined ? disk.get(key) : Promise.resolve(bytes ?? undefined);
    },
    size: (prefix) => disk.size(prefix),
    isEmpty: () => disk.isEmpty(),
    scan: (prefix, visit) => scanOver(disk, overlay, over, prefix, visit),
  };
}

function scanOver(
  disk: DiskView,
  overlay: readonly DiskWrite[],
  over: ReadonlyMap<Binary, Uint8Array | null>,
  prefix: Binary,
  visit: (key: Binary, value: Uint8Array) => void,
): Promise<void> {
  const mine = overlay.filter(([key, bytes]) => bytes !== null && key.startsWith(prefix));
  let next = 0;
  const upTo = (key: Binary | undefined) => {
    for (; next < mine.length; next++) {
      const [own, bytes] = mine[next]!;
      if (key !== undefined && own > key) return;
      visit(own, bytes!);
    }
  };
  return disk
    .scan(prefix, (key, bytes) => {
      upTo(key);
      if (!over.has(key)) visit(key, bytes);
    })
    .then(() => {
      upTo(undefined);
    });
}
