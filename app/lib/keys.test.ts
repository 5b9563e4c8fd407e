import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { compareBytes, toBinary } from './bytes.ts';
import { address, after, bytes, i64, lastText, text, tuple, u32, u64, unit } from './keys.ts';
import type { KeyPart } from './keys.ts';

const numbers = (a: number | bigint, b: number | bigint) => (a < b ? -1 : a > b ? 1 : 0);
const texts = (a: string, b: string) => compareBytes(Buffer.from(a), Buffer.from(b));
const binary = (a: string, b: string) => (a < b ? -1 : a > b ? 1 : 0);

const u32s = fc.oneof(fc.constantFrom(0, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1), fc.nat());
const u64s = fc.bigInt(0n, (1n << 64n) - 1n);
const i64s = fc.oneof(
  fc.constantFrom(-(1n << 63n), -1n, 0n, (1n << 63n) - 1n),
  fc.bigInt(-(1n << 63n), (1n << 63n) - 1n),
);
const strings = fc.string({ unit: 'binary' });
const words = strings.filter((s) => !s.includes('\0'));
const twenty = fc.uint8Array({ minLength: 20, maxLength: 20 });

/** Reads back what was written, to its end, and orders keys as it orders values. */
function laws<T>(part: KeyPart<T>, values: fc.Arbitrary<T>, compare: (a: T, b: T) => number): void {
  fc.assert(
    fc.property(values, values, strings.map(toKey), (a, b, before) => {
      const key = part.write(a);
      const [read, end] = part.read(before + key, before.length);
      expect(compare(read, a)).toBe(0);
      expect(end).toBe(before.length + key.length);
      expect(binary(key, part.write(b))).toBe(compare(a, b));
    }),
  );
}
const toKey = (s: string) => toBinary(Buffer.from(s));

describe('a key part reads back what was written and keeps the order of', () => {
  test('u32', () => laws(u32, u32s, numbers));
  test('u64', () => laws(u64, u64s, numbers));
  test('i64', () => laws(i64, i64s, numbers));
  test('text, by its UTF-8 bytes', () => laws(text, words, texts));
  test('text at the end', () => laws(lastText, strings, texts));
  test('bytes', () => laws<Uint8Array>(bytes(20), twenty, compareBytes));
  test('addresses', () => laws<Uint8Array>(address, twenty, compareBytes));
  test('tuples, part after part', () => {
    const parts = tuple(text, i64, lastText);
    laws(parts, fc.tuple(words, i64s, strings), (a, b) =>
      a[0] !== b[0] ? texts(a[0], b[0]) : a[1] !== b[1] ? numbers(a[1], b[1]) : texts(a[2], b[2]),
    );
  });
  test('nothing', () => laws(unit, fc.constant(null), () => 0));
});

describe('a key part refuses', () => {
  test.each([-1, 0.5, 2 ** 32, NaN])('%s as u32', (v) => expect(() => u32.write(v)).toThrow());
  test.each([-1n, 1n << 64n])('%s as u64', (v) => expect(() => u64.write(v)).toThrow());
  test.each([-(1n << 63n) - 1n, 1n << 63n])('%s as i64', (v) => {
    expect(() => i64.write(v)).toThrow();
  });
  test('text with its own end inside, or half a surrogate pair', () => {
    expect(() => text.write('a\0b')).toThrow();
    expect(() => text.write('\ud800')).toThrow();
    expect(() => lastText.write('\udfff')).toThrow();
  });
  test('bytes and addresses of another length', () => {
    expect(() => bytes(4).write(new Uint8Array(5))).toThrow();
    expect(() => address.write(new Uint8Array(19))).toThrow();
  });
});

test('after a prefix comes the first key that does not begin with it', () => {
  const keys = fc.string({ unit: fc.constantFrom('\0', 'a', '\xfe', '\xff'), maxLength: 5 });
  fc.assert(
    fc.property(keys, keys, (prefix, key) => {
      const next = after(prefix);
      const isBelow = next === undefined || key < next;
      expect(key >= prefix && isBelow).toBe(key.startsWith(prefix));
    }),
  );
  expect(after('a\xff\xff')).toBe('b');
  expect(after('\xff')).toBeUndefined();
});
