import { readFileSync } from 'node:fs';
import { describe, expect, it } from '@jest/globals';
import { IavlTree } from './iavlTree.ts';

interface Vectors {
  sequences: {
    name: string;
    blocks: {
      version: number;
      ops: [string, string?][];
      root: string;
      proofs?: Record<string, string>;
    }[];
  }[];
}

const vectors = JSON.parse(
  readFileSync(new URL('../../../test/vectors/iavl/vectors.json', import.meta.url), 'utf8'),
) as Vectors;

const hex = (bytes: Uint8Array) => Buffer.from(bytes).toString('hex');
const keyOf = (text: string) => Buffer.from(text, 'hex').toString('latin1');

describe('against the Go implementation', () => {
  it.each(vectors.sequences)('$name: the same roots and proofs', ({ blocks }) => {
    const tree = IavlTree.empty();
    const values = new Map<string, Buffer>();
    for (const { version, ops, root, proofs } of blocks) {
      for (const [key, value] of ops) {
        if (value === undefined) {
          expect(tree.remove(keyOf(key))).toBe(values.delete(keyOf(key)));
          continue;
        }
        values.set(keyOf(key), Buffer.from(value, 'hex'));
        tree.set(keyOf(key), values.get(keyOf(key))!);
      }
      expect(hex(tree.commit(version).root)).toBe(root);
      expect(tree.size).toBe(values.size);
      for (const [key, proof] of Object.entries(proofs ?? {})) {
        expect(hex(tree.prove(keyOf(key), (k) => values.get(k)!))).toBe(proof);
      }
    }
  });
});
