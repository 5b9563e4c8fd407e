import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { GasMeter } from '../lib/gas.ts';
import { Collection } from './collection.ts';
import { Disk, DiskError } from './disk.ts';
import { u32 } from '../lib/keys.ts';
import type { State } from './state.ts';
import { Store } from './store.ts';
import { u64Value } from '../lib/values.ts';

const spec = { store: 'shop', key: u32, value: u64Value } as const;
const prices = new Collection({ ...spec, prefix: 1, name: 'prices', storage: 'proved' });
const index = new Collection({ ...spec, prefix: 2, name: 'index', storage: 'derived' });

let folder: string;
let store: Store;

const on = (state: State) => ({ state, gas: new GasMeter(Infinity), writable: true as const });

async function open(path = join(folder, 'db'), known = [prices, index]): Promise<Store> {
  const disk = await Disk.open(path);
  try {
    return await Store.open(disk, {
      schemas: known.map((collection) => collection.spec as never),
      stores: ['shop', 'empty'],
      retainedHeights: 3,
      // Derived: how often each price is there.
      rebuild(state) {
        for (const [key] of prices.entries(on(state))) index.set(on(state), key, 1n);
      },
    });
  } catch (error) {
    await disk.close();
    throw error;
  }
}

/** A block that sets and deletes some prices; returns its app hash. */
async function block(height: number): Promise<string> {
  const writer = on(store.working);
  for (let i = 0; i < 40; i++) prices.set(writer, (height * 7 + i * 3) % 100, BigInt(height));
  prices.delete(writer, (height * 11) % 100);
  const hash = store.seal({ chainId: 'shop-1', height, timeMs: height * 1_000 });
  await store.commit();
  return Buffer.from(hash).toString('hex');
}

const contents = (state: State) => [...prices.entries(on(state))];
const hashOf = (opened: Store) => Buffer.from(opened.committed!.appHash).toString('hex');

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tenor-store-'));
  store = await open();
});

afterEach(async () => {
  await store.close();
  rmSync(folder, { recursive: true, force: true });
});

describe('a store', () => {
  test('resumes at the committed height with the same content and hash', async () => {
    for (let height = 1; height <= 5; height++) {
      const hash = await block(height);
      const before = contents(store.working);
      await store.close();
      store = await open();
      expect(store.committed).toMatchObject({ chainId: 'shop-1', height, timeMs: height * 1_000 });
      expect(hashOf(store)).toBe(hash);
      expect(contents(store.working)).toEqual(before);
      expect(index.get(on(store.working), before[0]![0])).toBe(1n);
    }
  });

  test('that was restarted gives the next block the hash it has without a restart', async () => {
    const hashes: string[] = [];
    for (let height = 1; height <= 4; height++) hashes.push(await block(height));
    await store.close();
    rmSync(join(folder, 'db'), { recursive: true });
    store = await open();
    for (let height = 1; height <= 4; height++) {
      expect(await block(height)).toBe(hashes[height - 1]);
      await store.close();
      store = await open();
    }
  });

  test('shows a block to readers once it is durable, and keeps versions as they were', async () => {
    await block(1);
    const first = contents(store.committed!.state);
    prices.set(on(store.working), 1, 99n);
    store.seal({ chainId: 'shop-1', height: 2, timeMs: 2_000 });
    expect(store.isSealed).toBe(true);
    expect(store.committed?.height).toBe(1);
    await store.commit();
    expect(store.isSealed).toBe(false);
    expect(store.committed?.height).toBe(2);
    expect(contents(store.at(1)!.state)).toEqual(first);
    for (const height of [3, 4]) await block(height);
    expect([1, 2, 4, 5, -1].map((h) => store.at(h)?.height)).toEqual([
      undefined,
      2,
      4,
      undefined,
      undefined,
    ]);
    expect(store.at(0)?.height).toBe(4);
  });

  test('drops what was sealed and not committed when it is opened again', async () => {
    const hash = await block(1);
    prices.set(on(store.working), 1, 99n);
    store.seal({ chainId: 'shop-1', height: 2, timeMs: 2_000 });
    await store.close();
    store = await open();
    expect(store.committed?.height).toBe(1);
    expect(hashOf(store)).toBe(hash);
  });

  test('refuses to seal twice, and to commit what is not sealed', async () => {
    store.seal({ chainId: 'shop-1', height: 1, timeMs: 0 });
    expect(() => store.seal({ chainId: 'shop-1', height: 2, timeMs: 0 })).toThrow('not committed');
    await store.commit();
    expect(() => store.commit()).toThrow('nothing is sealed');
  });

  test('has a hash that depends on content alone, not on the way it came about', async () => {
    await block(1);
    const direct = hashOf(store);
    await store.close();
    rmSync(join(folder, 'db'), { recursive: true });
    store = await open();
    const writer = on(store.working);
    // Written and rolled back, written twice, deleted without having been there.
    prices.set(writer, 5, 1n);
    const mark = store.working.mark();
    prices.set(writer, 5, 2n);
    prices.delete(writer, 6);
    store.working.rollback(mark);
    prices.delete(writer, 5);
    index.set(writer, 1, 1n);
    expect(await block(1)).toBe(direct);
  });
});

describe('what is on disk', () => {
  const rewrite = async (change: (disk: Disk) => Promise<void>) => {
    await store.close();
    const disk = await Disk.open(join(folder, 'db'));
    await change(disk);
    await disk.close();
  };
  const reopen = async () => {
    store = await open();
  };
  const firstKey = (disk: Disk) =>
    new Promise<string>((resolve) => {
      let first: string | undefined;
      void disk
        .scan('vshop', (key) => (first ??= key))
        .then(() => {
          resolve(first!);
        });
    });

  test.each<[string, (disk: Disk) => Promise<void>, RegExp]>([
    [
      'another value under a good checksum',
      async (disk) => disk.write([[await firstKey(disk), u64Value.encode(77n)]]),
      /the value of shop\/01\w+ is not what was committed/,
    ],
    [
      'a value too few',
      async (disk) => disk.write([[await firstKey(disk), null]]),
      /the value of shop\/01\w+ is not what was committed/,
    ],
    [
      'a value too many',
      (disk) => disk.write([['vshop\0\x01\xff\0\0\0', u64Value.encode(1n)]]),
      /the value of shop\/01ff000000 is not what was committed/,
    ],
    ['no last block', (disk) => disk.write([['m', null]]), /does not say of which block it is/],
    [
      'a record of an unknown collection',
      (disk) => disk.write([['vshop\0\x63', u64Value.encode(1n)]]),
      /records of shop\/99 that this program does not know/,
    ],
    [
      'a higher format',
      async (disk) => {
        const meta = Buffer.from((await disk.get('m'))!);
        meta.writeUInt32BE(3, 0);
        await disk.write([['m', meta]]);
      },
      /format 3, this program reads 2/,
    ],
  ])('with %s is refused and named', async (_, change, message) => {
    await block(1);
    await block(2);
    await rewrite(change);
    await expect(open()).rejects.toThrow(message);
    await expect(open()).rejects.toThrow(DiskError);
    rmSync(join(folder, 'db'), { recursive: true });
    await reopen();
  });

  test('with any byte damaged is named, or is an earlier block: never a wrong one', async () => {
    const known = new Map<number, string>();
    for (let height = 1; height <= 6; height++) known.set(height, await block(height));
    await store.close();
    const files = readdirSync(join(folder, 'db'))
      .map((name) => ({ name, size: statSync(join(folder, 'db', name)).size }))
      .filter(({ name, size }) => size > 0 && name !== 'LOG');
    const outcomes = new Set<string>();
    for (let i = 0; i < 60; i++) {
      const copy = join(folder, `copy${i}`);
      cpSync(join(folder, 'db'), copy, { recursive: true });
      const { name, size } = files[i % files.length]!;
      const bytes = readFileSync(join(copy, name));
      const at = (i * 7_919 + 13) % size;
      writeFileSync(join(copy, name), i % 3 === 0 ? bytes.subarray(0, at) : flipped(bytes, at, i));
      outcomes.add(await outcome(copy, known));
    }
    expect([...outcomes].filter((o) => o.startsWith('wrong'))).toEqual([]);
    expect(outcomes).toContain('named');
    await reopen();
  });

  async function outcome(path: string, known: ReadonlyMap<number, string>): Promise<string> {
    let opened: Store;
    try {
      opened = await open(path);
    } catch (error) {
      return error instanceof DiskError ? 'named' : `wrong: ${String(error)}`;
    }
    const { committed } = opened;
    await opened.close();
    if (committed === undefined) return 'empty';
    const hash = Buffer.from(committed.appHash).toString('hex');
    return known.get(committed.height) === hash ? 'as it was' : `wrong: ${committed.height}`;
  }

  function flipped(bytes: Buffer, at: number, i: number): Buffer {
    bytes[at]! ^= 1 << (i % 8);
    return bytes;
  }
});
