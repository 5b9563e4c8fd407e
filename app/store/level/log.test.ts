import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Disk } from '../disk.ts';
import { readLog } from './log.ts';

/** Values of the batches, of lengths that end in a block, at its end and over several. */
const SIZES = [10, 5_000, 27_600, 100_000, 1, 32_768, 70_000, 3];

let folder: string;
let log: Buffer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'tenor-log-'));
  const disk = await Disk.open(folder);
  for (const size of SIZES) await disk.write([['v', Buffer.alloc(size, 1 + (size & 63))]]);
  await disk.close();
  log = readFileSync(
    join(
      folder,
      readdirSync(folder).find((name) => name.endsWith('.log'))!,
    ),
  );
});

afterAll(() => {
  rmSync(folder, { recursive: true, force: true });
});

describe("LevelDB's log", () => {
  test('as LevelDB wrote it is whole', () => {
    const whole = { batches: SIZES.length, wholeBytes: log.length, goesOn: false };
    expect(readLog(log)).toEqual(whole);
    expect(readLog(Buffer.alloc(0))).toEqual({ batches: 0, wholeBytes: 0, goesOn: false });
    const reserved = Buffer.concat([log, Buffer.alloc(40_000)]);
    expect(readLog(reserved)).toEqual({ ...whole, wholeBytes: reserved.length });
  });

  test('cut anywhere holds the batches before the cut, and no damage', () => {
    fc.assert(
      fc.property(fc.nat(log.length - 1), (cut) => {
        const { batches, wholeBytes, goesOn } = readLog(log.subarray(0, cut));
        expect(goesOn).toBe(false);
        expect(batches).toBeLessThan(SIZES.length);
        expect(wholeBytes).toBeLessThanOrEqual(cut);
        expect(readLog(log.subarray(0, wholeBytes)).batches).toBe(batches);
      }),
      { numRuns: 200 },
    );
  });

  test('with a byte changed is damaged where the byte is, unless it is of the last batch', () => {
    const beforeLast = readLog(log.subarray(0, log.length - 1)).wholeBytes;
    const change = fc.tuple(fc.nat(log.length - 1), fc.integer({ min: 1, max: 255 }));
    fc.assert(
      fc.property(change, ([at, bits]) => {
        const changed = Uint8Array.from(log);
        changed[at]! ^= bits;
        const { wholeBytes, goesOn, batches } = readLog(changed);
        // The rest of a block, which no header fits in, is no one's.
        if (batches === SIZES.length) return;
        expect(wholeBytes).toBeLessThanOrEqual(at);
        expect(goesOn).toBe(at < beforeLast);
      }),
      { numRuns: 200 },
    );
  });
});
