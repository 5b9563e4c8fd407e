import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Disk, DiskError, DiskFailure } from './disk.ts';

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

  test('whose tables are damaged is refused by name', async () => {
    await disk!.write(
      Array.from({ length: 3_000 }, (_, i) => [`v${String(i)}`, Buffer.alloc(64, i & 255)]),
    );
    await raw((db) => db.compactRange(Buffer.from('u'), Buffer.from('w')));
    await disk!.close();
    const table = readdirSync(folder).find((name) => name.endsWith('.ldb'))!;
    const bytes = readFileSync(join(folder, table));
    writeFileSync(join(folder, table), bytes.fill(7, 1_000, 1_100));
    disk = undefined;
    await expect(Disk.open(folder)).rejects.toThrow(/\.ldb is damaged at byte \d+: restore it/);
  });

  test('that was closed says so', async () => {
    const closed = disk!;
    await closed.close();
    disk = undefined;
    await expect(closed.write([['v', value('x')]])).rejects.toThrow(/cannot be written.*not open/);
    await expect(closed.get('v')).rejects.toThrow(DiskError);
    await expect(closed.scan('v', () => undefined)).rejects.toThrow(DiskError);
  });

  test('writes nothing more once a write has failed', async () => {
    await disk!.write([['va', value('1')]]);
    const full = new Error('IO error: No space left on device');
    const batch = { put: () => batch, write: () => Promise.reject(full) };
    const failing = { batch: () => batch };
    const broken = Reflect.construct(Disk, [failing]) as Disk;
    await expect(broken.write([['va', value('2')]])).rejects.toThrow(
      'the database cannot be written (IO error: No space left on device): make room on the ' +
        'disk, and start again',
    );
    batch.write = () => Promise.resolve() as Promise<never>;
    await expect(broken.write([['va', value('3')]])).rejects.toThrow(DiskFailure);
  });

  test('that lost CURRENT is refused, and its tables are left alone', async () => {
    await disk!.write([['va', value('1')]]);
    await disk!.close();
    disk = undefined;
    const current = readFileSync(join(folder, 'CURRENT'));
    unlinkSync(join(folder, 'CURRENT'));
    const files = readdirSync(folder);
    await expect(Disk.open(folder)).rejects.toThrow(/its file CURRENT is missing; restore it/);
    expect(readdirSync(folder)).toEqual(files);
    writeFileSync(join(folder, 'CURRENT'), current);
    disk = await Disk.open(folder);
    expect(await disk.get('va')).toEqual(value('1'));
  });

  test('whose first start was killed before there was anything is begun again', async () => {
    await disk!.close();
    for (const name of readdirSync(folder)) unlinkSync(join(folder, name));
    writeFileSync(join(folder, 'MANIFEST-000001'), 'torn');
    disk = await Disk.open(folder);
    expect(await disk.isEmpty()).toBe(true);
    await disk.write([['v', value('1')]]);
    expect(await disk.isEmpty()).toBe(false);
  });

  test('tells of a batch that was torn, and refuses damage before a whole one', async () => {
    const batch = (i: number) => disk!.write([['v', Buffer.alloc(20_000, i)]]);
    for (const i of [1, 2, 3]) await batch(i);
    await disk!.close();
    disk = undefined;
    const log = join(
      folder,
      readdirSync(folder).find((name) => name.endsWith('.log'))!,
    );
    const bytes = readFileSync(log);
    writeFileSync(log, bytes.subarray(0, bytes.length - 7));
    const torn: unknown[] = [];
    disk = await Disk.open(folder, { onTorn: (...what) => torn.push(what) });
    expect(torn).toEqual([[log, expect.any(Number)]]);
    expect((await disk.get('v'))![0]).toBe(2);
    await disk.close();
    disk = undefined;
    for (const name of readdirSync(folder)) unlinkSync(join(folder, name));
    disk = await Disk.open(folder);
    for (const i of [1, 2, 3]) await batch(i);
    await disk.close();
    disk = undefined;
    const again = join(
      folder,
      readdirSync(folder).find((name) => name.endsWith('.log'))!,
    );
    const damaged = readFileSync(again);
    damaged[20_100]! ^= 1;
    writeFileSync(again, damaged);
    await expect(Disk.open(folder)).rejects.toThrow(/003.log is damaged at byte 20\d+: restore/);
  });
});
