import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Disk, DiskError } from './disk.ts';

let folder: string;
let disk: Disk | undefined;

beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tenor-disk-'));
  disk = await Disk.open(folder);
});

afterEach(async () => {
  await disk?.close();
  rmSync(folder, { recursive: true, force: true });
});

const value = (text: string) => Buffer.from(text);

async function scanned(prefix: string): Promise<string[]> {
  const found: string[] = [];
  await disk!.scan(prefix, (key, bytes) => found.push(`${key}=${Buffer.from(bytes).toString()}`));
  return found;
}

/** The database without our own reading of it. */
async function raw(work: (db: ClassicLevel<Buffer, Buffer>) => Promise<void>): Promise<void> {
  await disk!.close();
  const db = new ClassicLevel<Buffer, Buffer>(folder, {
    keyEncoding: 'buffer',
    valueEncoding: 'buffer',
  });
  await work(db);
  await db.close();
  disk = await Disk.open(folder);
}

describe('the disk', () => {
  test('keeps a batch over a restart and lists the records of a prefix in order', async () => {
    await disk!.write([
      ['vb', value('2')],
      ['va', value('1')],
      ['v\xff', value('3')],
      ['w', value('')],
      ['u', value('0')],
    ]);
    await disk!.close();
    disk = await Disk.open(folder);
    expect(await scanned('v')).toEqual(['va=1', 'vb=2', 'v\xff=3']);
    expect(await disk.get('w')).toHaveLength(0);
    await disk.write([
      ['va', null],
      ['vc', value('4')],
    ]);
    expect(await disk.get('va')).toBeUndefined();
    expect(await scanned('v')).toEqual(['vb=2', 'vc=4', 'v\xff=3']);
  });

  test('lists more records than fit one read', async () => {
    const keys = Array.from({ length: 2_500 }, (_, i) => `v${String(i).padStart(5, '0')}`);
    await disk!.write(keys.map((key) => [key, value('x')]));
    expect(await scanned('v')).toEqual(keys.map((key) => `${key}=x`));
  });

  test('names a record with one bit flipped, in its value or its checksum', async () => {
    await disk!.write([['va', value('one')]]);
    for (const at of [0, 2, 3, 6]) {
      await raw(async (db) => {
        const record = (await db.get(Buffer.from('va')))!;
        record[at]! ^= 4;
        await db.put(Buffer.from('va'), record);
      });
      await expect(disk!.get('va')).rejects.toThrow('record 7661 fails its checksum');
      await expect(scanned('v')).rejects.toThrow(DiskError);
      await disk!.write([['va', value('one')]]);
    }
  });

  test('names a record that was moved to another key, or cut short', async () => {
    await disk!.write([['va', value('one')]]);
    await raw(async (db) => {
      const record = (await db.get(Buffer.from('va')))!;
      await db.put(Buffer.from('vb'), record);
      await db.put(Buffer.from('vc'), record.subarray(0, 3));
    });
    expect(await disk!.get('va')).toEqual(value('one'));
    await expect(disk!.get('vb')).rejects.toThrow('7662');
    await expect(disk!.get('vc')).rejects.toThrow('7663');
  });

  test('in use by another is refused, with what to do', async () => {
    await expect(Disk.open(folder)).rejects.toThrow('is in use by another process: stop it first');
  });

  test('whose files are damaged is refused by name', async () => {
    await disk!.close();
    disk = undefined;
    for (const name of readdirSync(folder)) {
      if (name.startsWith('MANIFEST')) truncateSync(join(folder, name), 5);
    }
    await expect(Disk.open(folder)).rejects.toThrow(DiskError);
    await expect(Disk.open(folder)).rejects.toThrow(/restore it from a backup/);
  });

  test('whose tables are damaged says so when they are read', async () => {
    await disk!.write(
      Array.from({ length: 3_000 }, (_, i) => [`v${String(i)}`, Buffer.alloc(64, i & 255)]),
    );
    await raw((db) => db.compactRange(Buffer.from('u'), Buffer.from('w')));
    await disk!.close();
    const table = readdirSync(folder).find((name) => name.endsWith('.ldb'))!;
    const bytes = readFileSync(join(folder, table));
    writeFileSync(join(folder, table), bytes.fill(7, 1_000, 1_100));
    disk = await Disk.open(folder);
    await expect(scanned('v')).rejects.toThrow(DiskError);
  });

  test('that cannot be written says so, and what helps', async () => {
    const closed = disk!;
    await closed.close();
    disk = undefined;
    await expect(closed.write([['v', value('x')]])).rejects.toThrow(/cannot be written.*make room/);
  });
});
