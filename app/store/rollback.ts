import type { Disk, DiskWrite } from './disk.ts';
import { diskBefore, restoringWrites } from './diskBefore.ts';
import type { DiskView } from './diskBefore.ts';
import { treeKey } from './layout.ts';
import { decodeMeta } from './meta.ts';
import type { Meta } from './meta.ts';
import { readMeta, Store } from './store.ts';
import type { StoreOptions } from './store.ts';
import { clearUndo, readUndo } from './undo.ts';
import type { Undo } from './undo.ts';

/** There is no block to undo; the message says why. */
export class NothingToUndo extends Error {
  override readonly name = 'NothingToUndo';
}

interface LastBlock {
  readonly meta: Meta;
  readonly undo: Undo;
}

function lastBlock(disk: Disk): Promise<LastBlock> {
  return readMeta(disk).then((meta) => {
    if (meta === undefined) throw new NothingToUndo('the database has no block');
    return readUndo(disk, meta.height).then((undo) => {
      if (undo !== undefined) return { meta, undo };
      throw new NothingToUndo(
        `block ${meta.height} cannot be undone: it is the first here, or the one after it was ` +
          'undone already (only one can be)',
      );
    });
  });
}

/** The database as it was before its last block. @throws NothingToUndo */
export function blockBefore(disk: Disk): Promise<DiskView> {
  return lastBlock(disk).then(({ undo }) => diskBefore(disk, undo));
}

/**
 * Undoes the last block in one atomic batch: values, trees and the record of the block are exactly
 * those of the block before, which is checked against its app hash first, as at a start.
 * @throws NothingToUndo
 * @throws DiskError when a record is damaged; nothing is changed then
 */
export function undoLastBlock(disk: Disk, options: StoreOptions): Promise<Meta> {
  return lastBlock(disk).then(({ meta, undo }) => {
    const before = decodeMeta(undo.meta);
    const added = meta.stores.filter((store) => !before.stores.includes(store));
    return Store.open(disk, options, diskBefore(disk, undo))
      .then(() => treeRecords(disk, before.stores.length === 0 ? [] : added))
      .then((trees) => disk.write([...restoringWrites(undo), ...trees, ...clearUndo(undo.parts)]))
      .then(() => before);
  });
}

/** Deletes the trees of stores that came with the block: it will make them anew. */
function treeRecords(disk: Disk, stores: readonly string[]): Promise<DiskWrite[]> {
  const writes: DiskWrite[] = [];
  return stores
    .reduce<Promise<unknown>>(
      (before, store) =>
        before.then(() => disk.scan(treeKey(store, ''), (key) => void writes.push([key, null]))),
      Promise.resolve(),
    )
    .then(() => writes);
}
