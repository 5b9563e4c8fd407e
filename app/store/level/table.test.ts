import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ClassicLevel } from 'classic-level';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { damageOf } from './table.ts';

const FOOTER_BYTES = 48;
/** Two handles of at least this many bytes, zeros, and the magic number. */
const FOOTER_PADDING = [4, 40] as const;

let folder: string;
let tables: Buffer[];

async function tablesOf(compression: boolean): Promise<Buffer[]> {
  const path = join(folder, String(compression));
  const level = new ClassicLevel<Buffer, Buffer>(path, {
    keyEncoding: 'buffer',
    valueEncoding: 'buffer',
    compression,
    // Many blocks, so that the index has repetitions to compress and long distances in them.
    blockSize: 256,
  });
  await level.open();
  for (let i = 0; i < 6_000; i++) {
    await level.put(Buffer.from(`key ${String(i).padStart(9, '0')}`), Buffer.alloc(i % 90, i));
  }
  await level.compactRange(Buffer.from('a'), Buffer.from('z'));
  await level.close();
  const names = readdirSync(path).filter((name) => name.endsWith('.ldb'));
  return names.map((name) => readFileSync(join(path, name)));
}

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tenor-table-'));
  tables = [...(await tablesOf(true)), ...(await tablesOf(false))];
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("LevelDB's tables", () => {
  test('as LevelDB wrote them, compressed or not, are whole', () => {
    expect(tables.length).toBeGreaterThanOrEqual(2);
    for (const table of tables) expect(damageOf(table)).toBeUndefined();
  });

  test('are damaged with any byte changed', () => {
    const change = fc.tuple(fc.nat(tables.length - 1), fc.nat(), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(change, ([which, place, bits]) => {
        const table = Uint8Array.from(tables[which]!);
        const at = place % table.length;
        table[at]! ^= bits;
        const inFooter = at - (table.length - FOOTER_BYTES);
        if (inFooter >= FOOTER_PADDING[0] && inFooter < FOOTER_PADDING[1]) return;
        expect(damageOf(table)).toBeLessThanOrEqual(Math.max(at, table.length - FOOTER_BYTES));
      }),
      { numRuns: 300 },
    );
  });

  test('are damaged when they are cut anywhere', () => {
    fc.assert(
      fc.property(fc.nat(), (place) => {
        const table = tables[0]!;
        expect(damageOf(table.subarray(0, place % table.length))).toBeDefined();
      }),
    );
  });
});
