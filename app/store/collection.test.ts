import { beforeEach, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { GAS, GasMeter, OutOfGas } from '../lib/gas.ts';
import { Collection, Item, schemasOf } from './collection.ts';
import { bytes, lastText, tuple, u32 } from '../lib/keys.ts';
import { State } from './state.ts';
import { present, u64Value } from '../lib/values.ts';

const spec = { store: 'shop', value: u64Value, storage: 'proved' } as const;
const numbers = new Collection({ ...spec, prefix: 7, name: 'numbers', key: u32 });
const pairs = new Collection({ ...spec, prefix: 8, name: 'pairs', key: tuple(u32, lastText) });
const last = new Collection({ ...spec, prefix: 255, name: 'last', key: u32 });
const hidden = new Collection({ ...spec, prefix: 9, name: 'hidden', key: u32, storage: 'derived' });
const named = new Collection({ ...spec, prefix: 10, name: 'named', key: bytes(2) });
const single = new Item({ ...spec, prefix: 6, name: 'single' });

const writerOn = (limit = Infinity) => ({
  state: new State(),
  gas: new GasMeter(limit),
  writable: true as const,
});
let ctx: ReturnType<typeof writerOn>;
beforeEach(() => {
  ctx = writerOn();
});

const keysOf = <K>(entries: Iterable<[K, bigint]>): K[] => [...entries].map(([key]) => key);

describe('a key', () => {
  test('is read anew when its tuple or its bytes have changed', () => {
    const pair: [number, string] = [1, 'a'];
    pairs.set(ctx, pair, 1n);
    pair[1] = 'b';
    pairs.set(ctx, pair, 2n);
    expect(pairs.get(ctx, [1, 'a'])).toBe(1n);
    expect(pairs.get(ctx, [1, 'b'])).toBe(2n);
    const id = Uint8Array.of(1, 2);
    named.set(ctx, id, 3n);
    id[1] = 4;
    expect(named.get(ctx, id)).toBeUndefined();
    expect(named.get(ctx, Uint8Array.of(1, 2))).toBe(3n);
  });

  test('that cannot be is refused each time it is asked for', () => {
    for (let i = 0; i < 2; i++) expect(() => numbers.get(ctx, -1)).toThrow(/not a u32/);
    expect(numbers.get(ctx, 0)).toBeUndefined();
  });
});

describe('iteration', () => {
  test('yields the keys of a range in order, either way, and none of the neighbours', () => {
    const some = fc.uniqueArray(fc.nat(30), { maxLength: 12 });
    const bound = fc.option(fc.nat(31), { nil: undefined });
    fc.assert(
      fc.property(some, bound, bound, fc.boolean(), (keys, from, to, reverse) => {
        const fresh = writerOn();
        for (const collection of [numbers, last]) {
          for (const key of keys) collection.set(fresh, key, BigInt(key));
        }
        pairs.set(fresh, [0, ''], 1n);
        single.set(fresh, 1n);
        const range = {
          ...(from === undefined ? {} : { from }),
          ...(to === undefined ? {} : { to }),
        };
        const expected = keys
          .filter((k) => k >= (from ?? 0) && k < (to ?? 99))
          .sort((a, b) => a - b);
        if (reverse) expected.reverse();
        for (const collection of [numbers, last]) {
          expect(keysOf(collection.entries(fresh, { ...range, reverse }))).toEqual(expected);
        }
      }),
    );
  });

  test('goes on when the collection changes between its steps', () => {
    for (const key of [1, 2, 3, 4]) numbers.set(ctx, key, 0n);
    const seen: number[] = [];
    for (const [key] of numbers.entries(ctx)) {
      seen.push(key);
      numbers.delete(ctx, key);
      if (key === 2) numbers.delete(ctx, 3);
      if (key === 4) numbers.set(ctx, 9, 0n);
    }
    expect(seen).toEqual([1, 2, 4, 9]);
  });

  test('under the first parts of a key, and after a whole one', () => {
    for (const key of [
      [1, 'a'],
      [1, 'b'],
      [2, ''],
      [2, 'a'],
    ] as const)
      pairs.set(ctx, key, 0n);
    expect(keysOf(pairs.under(ctx, u32.write(1)))).toEqual([
      [1, 'a'],
      [1, 'b'],
    ]);
    expect(keysOf(pairs.under(ctx, u32.write(2), true))).toEqual([
      [2, 'a'],
      [2, ''],
    ]);
    expect(keysOf(pairs.following(ctx, [1, 'a']))).toEqual([
      [1, 'b'],
      [2, ''],
      [2, 'a'],
    ]);
    expect(keysOf(pairs.following(ctx, [1, 'a'], u32.write(1)))).toEqual([[1, 'b']]);
    expect(keysOf(pairs.following(ctx, [2, '']))).toEqual([[2, 'a']]);
    expect(pairs.first(ctx, u32.write(1))?.[0]).toEqual([1, 'a']);
    expect(pairs.first(ctx, u32.write(3))).toBeUndefined();
  });
});

describe('a collection', () => {
  test('says what is there, and fails on what must be', () => {
    numbers.set(ctx, 1, 5n);
    expect(numbers.get(ctx, 1)).toBe(5n);
    expect(numbers.has(ctx, 2)).toBe(false);
    expect(() => numbers.must(ctx, 2)).toThrow('shop/numbers is missing');
    expect(single.get(ctx)).toBeUndefined();
    single.set(ctx, 3n);
    expect(single.must(ctx)).toBe(3n);
    single.delete(ctx);
    expect(single.get(ctx)).toBeUndefined();
  });

  test('refuses a value that cannot be stored when it is set, and keeps the old one', () => {
    numbers.set(ctx, 1, 5n);
    expect(() => numbers.set(ctx, 1, -1n)).toThrow('not a u64');
    expect(numbers.get(ctx, 1)).toBe(5n);
  });

  test('commits entries under its prefix, but no derived ones; deleting none is no change', () => {
    numbers.set(ctx, 1, 5n);
    hidden.set(ctx, 1, 5n);
    numbers.delete(ctx, 2);
    hidden.delete(ctx, 1);
    const [changes] = ctx.state.takeChanges();
    expect(changes).toEqual({
      store: 'shop',
      changes: [['\x07\0\0\0\x01', u64Value.encode(5n)]],
    });
    expect(hidden.get(ctx, 1)).toBeUndefined();
  });

  test('costs gas for reads, writes by their length, and steps, and stops when it runs out', () => {
    numbers.set(ctx, 1, 5n);
    expect(ctx.gas.used).toBe(GAS.write + 8 * GAS.writeByte);
    const poor = { ...ctx, gas: new GasMeter(GAS.step) };
    const steps = numbers.entries(poor);
    expect(steps.next().done).toBe(false);
    numbers.set(ctx, 2, 5n);
    expect(() => steps.next()).toThrow(OutOfGas);
  });

  test('takes a prefix of 1 to 255', () => {
    for (const prefix of [0, 256]) {
      expect(() => new Collection({ ...spec, prefix, name: 'x', key: u32 })).toThrow('prefix');
    }
  });
});

test('the schemas of a module are its collections and items, by whatever name', () => {
  const found = schemasOf({ numbers, single, helper: () => 1, text: 'x' });
  expect(found.map((s) => s.name)).toEqual(['numbers', 'single']);
});

test('values are read back from their bytes, also out of a larger buffer', () => {
  const framed = Buffer.concat([Buffer.alloc(3, 9), u64Value.encode((1n << 64n) - 1n)]).subarray(3);
  expect(u64Value.decode(framed)).toBe((1n << 64n) - 1n);
  expect(() => u64Value.encode(1n << 64n)).toThrow();
  expect(present.encode(true)).toHaveLength(1);
});
