import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { iavlSpec, tendermintSpec, verifyMembership, verifyNonMembership } from '@confio/ics23';
import { ics23 } from '@confio/ics23';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { fromBinary } from '../lib/bytes.ts';
import { GasMeter } from '../lib/gas.ts';
import { u32 } from '../lib/keys.ts';
import { u64Value } from '../lib/values.ts';
import { Collection } from './collection.ts';
import { Disk } from './disk.ts';
import type { State } from './state.ts';
import { Store } from './store.ts';
import type { Version } from './store.ts';

const RETAINED = 4;
const KEYS = 60;
const prices = new Collection({
  ...{ store: 'shop', prefix: 1, name: 'prices' },
  ...{ key: u32, value: u64Value, storage: 'proved' as const },
});
const on = (state: State) => ({ state, gas: new GasMeter(Infinity), writable: true as const });

/** Sets (a value) and removals (null) of a block, by key. */
type Block = readonly (readonly [number, bigint | null])[];
const value = fc.option(fc.bigInt(0n, (1n << 64n) - 1n), { nil: null });
const blocks = fc.array(fc.array(fc.tuple(fc.nat(KEYS - 1), value), { maxLength: 25 }), {
  minLength: 6,
  maxLength: 16,
}) as fc.Arbitrary<Block[]>;

let folder: string;
let store: Store;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tenor-retention-'));
});

afterEach(() => {
  rmSync(folder, { recursive: true, force: true });
});

async function open(path: string): Promise<void> {
  store = await Store.open(await Disk.open(path), {
    schemas: [prices.spec],
    stores: ['shop', 'other'],
    retainedHeights: RETAINED,
    rebuild: () => undefined,
  });
}

async function commit(block: Block, height: number): Promise<void> {
  for (const [key, price] of block) {
    if (price === null) prices.delete(on(store.working), key);
    else prices.set(on(store.working), key, price);
  }
  store.seal({ chainId: 'shop-1', height, timeMs: height });
  await store.commit();
}

/** Checks, as a client does, that a key has its value at a version, or none. */
function isProved(version: Version, key: number, expected: bigint | undefined): boolean {
  const raw = prices.rawKey(key);
  const bytesOf = (at: string) => u64Value.encode(version.state.get('shop', at) as bigint);
  const [iavl, simple] = store
    .prove(version, 'shop', raw, bytesOf)
    .map(({ data }) => ics23.CommitmentProof.decode(data));
  const root = simple!.exist!.value!;
  const name = Buffer.from('shop');
  if (!verifyMembership(simple!, tendermintSpec, version.appHash, name, root)) return false;
  return expected === undefined
    ? verifyNonMembership(iavl!, iavlSpec, root, fromBinary(raw))
    : verifyMembership(iavl!, iavlSpec, root, fromBinary(raw), u64Value.encode(expected));
}

describe('heights that are retained', () => {
  test('are read and proved as they were while blocks go on, others are not there', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(blocks, fc.nat(KEYS - 1), async (list, probe) => {
        await open(join(folder, String(run++)));
        const models = new Map<number, Map<number, bigint>>();
        /** Reads of each height that are not done yet, a step a block. */
        const readers = new Map<number, Iterator<[number, bigint]>>();
        const read = new Map<number, [number, bigint][]>();
        let model = new Map<number, bigint>([[0, 1n]]);
        await commit([[0, 1n]], 1);
        models.set(1, model);
        for (const [i, block] of list.entries()) {
          const height = i + 2;
          model = new Map(model);
          for (const [key, price] of block) {
            if (price === null) model.delete(key);
            else model.set(key, price);
          }
          await commit(block, height);
          models.set(height, model);
          readers.set(height, prices.entries(on(store.at(height)!.state)));
          read.set(height, []);
          for (const [at, reader] of readers) {
            for (let step = 0; step < 5; step++) {
              const next = reader.next();
              if (next.done !== true) read.get(at)!.push(next.value);
            }
          }
          for (const [at, expected] of models) {
            const version = store.at(at);
            expect(version !== undefined).toBe(at > height - RETAINED);
            if (version === undefined || expected.size === 0) continue;
            expect(isProved(version, probe, expected.get(probe))).toBe(true);
          }
        }
        for (const [at, reader] of readers) {
          for (let next = reader.next(); next.done !== true; next = reader.next()) {
            read.get(at)!.push(next.value);
          }
          // Also of heights that are no longer retained: who began to read goes on.
          expect(read.get(at)).toEqual([...models.get(at)!].sort(([a], [b]) => a - b));
        }
        await store.close();
      }),
      { numRuns: 15 },
    );
  });
});
