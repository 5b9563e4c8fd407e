import { describe, expect, it } from '@jest/globals';
import { IavlTree } from './iavlTree.ts';

const KEYS = 2500;
const entries = Array.from({ length: KEYS }, (_, i): [string, Uint8Array] => [
  `key ${String(i).padStart(5, '0')}`,
  Uint8Array.of(i, i >>> 8),
]);

function treeOf(list: readonly [string, Uint8Array][]): IavlTree {
  const tree = IavlTree.empty();
  for (const [key, value] of list) tree.set(key, value);
  tree.commit(1);
  return tree;
}

function firstMismatch(tree: IavlTree, list: readonly [string, Uint8Array][]): string | undefined {
  const check = tree.check();
  for (const [key, value] of list) check.add(key, value);
  return check.finish();
}

describe('a store compared with its tree', () => {
  it('agrees when every key and value is there', () => {
    expect(firstMismatch(treeOf(entries), entries)).toBeUndefined();
    expect(firstMismatch(treeOf(entries.slice(0, 1)), entries.slice(0, 1))).toBeUndefined();
    expect(firstMismatch(treeOf([]), [])).toBeUndefined();
  });

  it.each([0, 1, 1023, 1024, 2047, KEYS - 1])('differs at key %i in any way', (at) => {
    const [key] = entries[at]!;
    const tree = treeOf(entries);
    expect(firstMismatch(tree, entries.with(at, [key, Uint8Array.of(9, 9, 9)]))).toBe(key);
    expect(firstMismatch(tree, entries.toSpliced(at, 1))).toBe(key);
    expect(firstMismatch(tree, entries.toSpliced(at + 1, 0, [`${key}x`, Uint8Array.of(1)]))).toBe(
      `${key}x`,
    );
    expect(firstMismatch(treeOf(entries.toSpliced(at, 1)), entries)).toBe(key);
  });

  it('reports the first of several', () => {
    const wrong = entries.with(5, [entries[5]![0], Uint8Array.of(0)]).toSpliced(20, 1);
    expect(firstMismatch(treeOf(entries), wrong)).toBe(entries[5]![0]);
  });
});
