import { createHash } from 'node:crypto';
import { describe, expect, it } from '@jest/globals';
import { putVarint } from '../hashing.ts';
import { INNER, INNER_BYTES } from '../nodes.ts';
import { MESSAGE_BYTES_MAX, Sha256Batch } from './batch.ts';

const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
const hexAt = (words: Int32Array, at: number) =>
  Buffer.from(words.buffer, 4 * at, 32).toString('hex');
const bytesOf = (length: number) => Uint8Array.from({ length }, (_, i) => (i * 151 + length) >>> 2);

describe('SHA-256 of many', () => {
  it('is that of node:crypto for messages of every length, in any mixture', () => {
    const batch = new Sha256Batch();
    const lengths = Array.from({ length: MESSAGE_BYTES_MAX + 20 }, (_, i) => (i * 97) % 515);
    const out = new Int32Array(8 * lengths.length);
    batch.begin(out);
    lengths.forEach((length, i) => batch.message(bytesOf(length), 8 * i));
    batch.end();
    lengths.forEach((length, i) => expect(hexAt(out, 8 * i)).toBe(sha256(bytesOf(length))));
  });

  it('leaves nothing behind for the next batch', () => {
    const batch = new Sha256Batch();
    for (const count of [1, 3, 5, 2]) {
      const out = new Int32Array(8 * (count + 1));
      batch.begin(out);
      for (let i = 0; i < count; i++) batch.message(bytesOf(count + i), 8 * i);
      batch.end();
      for (let i = 0; i < count; i++) expect(hexAt(out, 8 * i)).toBe(sha256(bytesOf(count + i)));
      expect(out.subarray(8 * count).every((word) => word === 0)).toBe(true);
    }
  });

  it('builds the preimages of inner nodes, whatever the lengths of their numbers', () => {
    const numbers = [1, 2, 63, 64, 8191, 8192, 2 ** 20, 2 ** 27 - 1, 2 ** 27, 2 ** 31 - 1];
    const nodes = new Int32Array((INNER_BYTES / 4) * numbers.length * numbers.length);
    nodes.forEach((_, i) => (nodes[i] = Math.imul(i, 0x9e3779b9)));
    const expected: string[] = [];
    numbers.forEach((size, i) => {
      numbers.forEach((version, j) => {
        const at = (INNER_BYTES / 4) * (i * numbers.length + j);
        const height = (7 * i + j) % 64;
        nodes[at + INNER.size] = size;
        nodes[at + INNER.version] = version;
        nodes[at + INNER.height] = height;
        const header = new Uint8Array(20);
        let length = putVarint(header, 0, height);
        length = putVarint(header, length, size);
        length = putVarint(header, length, version);
        const left = new Uint8Array(nodes.buffer, 4 * (at + INNER.leftHash), 32);
        const right = new Uint8Array(nodes.buffer, 4 * (at + INNER.rightHash), 32);
        const [prefix, thirtyTwo] = [header.subarray(0, length), Uint8Array.of(32)];
        expected.push(sha256(Buffer.concat([prefix, thirtyTwo, left, thirtyTwo, right])));
      });
    });
    const batch = new Sha256Batch();
    const out = new Int32Array(8 * expected.length);
    batch.begin(out);
    expected.forEach((_, i) => batch.innerNode(nodes, (INNER_BYTES / 4) * i, 8 * i));
    batch.end();
    expect(expected.map((_, i) => hexAt(out, 8 * i))).toEqual(expected);
  });
});
