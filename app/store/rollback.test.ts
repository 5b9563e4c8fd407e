import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { GasMeter } from '../lib/gas.ts';
import { u32 } from '../lib/keys.ts';
import { bytesValue } from '../lib/values.ts';
import { Collection } from './collection.ts';
import { Disk } from './disk.ts';
import type { DiskWrite } from './disk.ts';
import { NothingToUndo, blockBefore, undoLastBlock } from './rollback.ts';
import type { State } from './state.ts';
import { Store } from './store.ts';

const values = new Collection<number, Uint8Array>({
  ...{ store: 'shop', prefix: 1, name: 'values', storage: 'proved' },
  key: u32,
  value: bytesValue,
});
const on = (state: State) => ({ state, gas: new GasMeter(Infinity), writable: true as const });
const options = (stores: readonly string[] = ['shop']) => ({
  schemas: [values.spec as never],
  stores,
  retainedHeights: 1,
  rebuild: () => undefined,
});

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tenor-undo-'));
});
afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

/** Opens the database, does something, and closes it. */
async function withDisk<T>(use: (disk: Disk) => Promise<T>): Promise<T> {
  const disk = await Disk.open(join(folder, 'db'));
  try {
    return await use(disk);
  } finally {
    await disk.close();
  }
}

type Changes = readonly (readonly [key: number, bytes: number | null])[];

/** Blocks in one run of the program; the app hash of the last. */
function run(first: number, blocks: readonly Changes[], stores?: string[]): Promise<string> {
  return withDisk(async (disk) => {
    const store = await Store.open(disk, options(stores));
    let hash = '';
    for (const [i, changes] of blocks.entries()) {
      const writer = on(store.working);
      for (const [key, size] of changes) {
        if (size === null) values.delete(writer, key);
        else values.set(writer, key, new Uint8Array(size).fill(first + i));
      }
      const height = first + i;
      hash = Buffer.from(store.seal({ chainId: 'c', height, timeMs: height })).toString('hex');
      await store.commit();
    }
    return hash;
  });
}

const undo = () => withDisk((disk) => undoLastBlock(disk, options()));

/** Every record but those of the trees, which keep what is of no use until the next block. */
const dump = () =>
  withDisk(async (disk) => {
    const lines: string[] = [];
    for (const prefix of ['m', 'v', 'u']) {
      await disk.scan(prefix, (key, bytes) => {
        lines.push(
          `${Buffer.from(key, 'latin1').toString('hex')} ${Buffer.from(bytes).toString('hex')}`,
        );
      });
    }
    return lines;
  });

const change = fc.tuple(
  fc.nat(60),
  fc.oneof({ weight: 3, arbitrary: fc.nat(50) }, { weight: 1, arbitrary: fc.constant(null) }),
);
const block = fc.array(change, { maxLength: 30 });

describe('undoing a block', () => {
  test('gives the values, trees and hash before it, and any block may follow', async () => {
    const several = fc.array(block, { minLength: 1, maxLength: 12 });
    await fc.assert(
      fc.asyncProperty(several, block, block, async (before, last, other) => {
        rmSync(join(folder, 'db'), { recursive: true, force: true });
        const hash = await run(1, before);
        const height = before.length + 1;
        const records = (await dump()).filter((line) => !line.startsWith('75'));
        const once = await run(height, [last]);
        const meta = await undo();
        expect(meta.height).toBe(height - 1);
        expect(Buffer.from(meta.appHash).toString('hex')).toBe(hash);
        expect(await dump()).toEqual(records);
        expect(await run(height, [last])).toBe(once);
        await undo();
        const otherwise = await run(height, [other]);
        // As if the block that was undone had never been.
        const straight = await withFolder(() => run(1, [...before, other]));
        expect(otherwise).toBe(straight);
      }),
      { numRuns: 10 },
    );
  }, 60_000);

  test('works far into a chain, when trees have written and dropped checkpoints', async () => {
    const many = (height: number): Changes =>
      Array.from({ length: 700 }, (_, i) => [(height * 131 + i * 7) % 3_000, 4]);
    const blocks = Array.from({ length: 40 }, (_, i) => many(i + 1));
    for (let height = 1; height <= 40; height += 5) {
      await run(height, blocks.slice(height - 1, height + 4));
      const { height: back } = await undo();
      expect(back).toBe(height + 3);
      await run(height + 4, [blocks[height + 3]!]);
    }
  }, 60_000);

  test('of a block of megabytes takes several records, which a smaller one drops', async () => {
    const large: Changes = Array.from({ length: 30 }, (_, i) => [i, 100_000]);
    const before = await run(1, [large, large]);
    const parts = (await dump()).filter((line) => line.startsWith('75')).length;
    expect(parts).toBeGreaterThan(2);
    const { appHash } = await undo();
    expect(Buffer.from(appHash).toString('hex')).not.toBe(before);
    await run(2, [large, [[1, 1]]]);
    expect((await dump()).filter((line) => line.startsWith('75'))).toHaveLength(1);
    expect((await undo()).height).toBe(2);
  });

  test('takes back a store that came with the block', async () => {
    const before = await run(1, [[[1, 1]]]);
    const both = await run(2, [[[2, 2]]], ['shop', 'annex']);
    const meta = await withDisk((disk) => undoLastBlock(disk, options(['shop', 'annex'])));
    expect(Buffer.from(meta.appHash).toString('hex')).toBe(before);
    expect(await run(2, [[[2, 2]]], ['shop', 'annex'])).toBe(both);
    await undo();
    expect(await run(2, [[[2, 2]]])).not.toBe(both);
  });

  test('is refused when there is none: no block yet, the first, and a second time', async () => {
    await expect(undo()).rejects.toThrow(NothingToUndo);
    await run(1, [[[1, 1]]]);
    await expect(undo()).rejects.toThrow(/block 1 cannot be undone/);
    await run(2, [[[1, 2]], [[2, 2]]]);
    await undo();
    await expect(undo()).rejects.toThrow(/block 2 cannot be undone/);
  });

  test('the state before can be read without changing anything', async () => {
    await run(1, [[[1, 1], [2, 2]], [[1, null], [3, 3]]]); // prettier-ignore
    const records = await dump();
    await withDisk(async (disk) => {
      const view = await blockBefore(disk);
      const { committed } = await Store.open(disk, options(), view);
      expect(committed!.height).toBe(1);
      expect([...values.entries(on(committed!.state))].map(([key]) => key)).toEqual([1, 2]);
    });
    expect(await dump()).toEqual(records);
  });

  test.each<[string, (bytes: Uint8Array) => Uint8Array | null]>([
    ['of another height', (b) => Uint8Array.from(b).fill(9, 0, 8)],
    ['cut short', (b) => b.subarray(0, b.length - 3)],
    ['empty', () => new Uint8Array(0)],
    ['with another value', (b) => b.with(b.length - 2, b.at(-2)! ^ 1)],
    ['with another key', (b) => b.with(b.lastIndexOf(1) - 6, 7)],
    ['with another app hash', (b) => b.with(12 + 4 + 25, b[12 + 4 + 25]! ^ 1)],
  ])('of a record %s changes nothing and says so', async (_, damage) => {
    await run(1, [[[1, 1], [2, 2]], [[1, 9], [2, 9]]]); // prettier-ignore
    await withDisk(async (disk) => {
      const writes: DiskWrite[] = [];
      await disk.scan('u', (key, bytes) => void writes.push([key, damage(bytes)]));
      await disk.write(writes);
    });
    const records = await dump();
    await expect(undo()).rejects.toThrow(/damaged|cut|not what was committed|app hash|no such/);
    expect(await dump()).toEqual(records);
  });
});

/** Runs something on a database of its own. */
async function withFolder<T>(use: () => Promise<T>): Promise<T> {
  const kept = folder;
  folder = mkdtempSync(join(tmpdir(), 'tenor-undo-'));
  try {
    return await use();
  } finally {
    rmSync(folder, { recursive: true, force: true });
    folder = kept;
  }
}
