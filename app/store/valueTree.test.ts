import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ValueTree } from './valueTree.ts';

type Step = readonly [act: 'get' | 'set' | 'delete' | 'clone', key: string, value: number];

const keys = fc.constantFrom('a', 'b', 'b\0', 'c', '');
const steps = fc.array(
  fc.tuple(fc.constantFrom('get', 'set', 'delete', 'clone'), keys, fc.nat()),
) as fc.Arbitrary<Step[]>;

describe('a value tree', () => {
  test('answers as a plain map does, and a clone goes its own way', () => {
    fc.assert(
      fc.property(steps, (all) => {
        let tree = new ValueTree();
        const model = new Map<string, number>();
        for (const [act, key, value] of all) {
          if (act === 'set') {
            tree.set(key, value);
            model.set(key, value);
          } else if (act === 'delete') {
            tree.delete(key);
            model.delete(key);
          } else if (act === 'clone') {
            const before = tree;
            tree = tree.clone();
            before.set(key, -1);
          }
          expect(tree.get(key)).toBe(model.get(key));
        }
        const sorted = [...model].sort(([a], [b]) => (a < b ? -1 : 1));
        expect([...tree.entries()]).toEqual(sorted);
        expect(tree.size).toBe(model.size);
      }),
    );
  });

  test('finds values beyond those that it remembers', () => {
    const tree = new ValueTree();
    for (let i = 0; i < 70_000; i++) tree.set(String(i), i);
    for (const i of [0, 1, 65_535, 65_536, 69_999]) expect(tree.get(String(i))).toBe(i);
    tree.delete('1');
    expect(tree.get('1')).toBeUndefined();
    expect(tree.next('1', false, false)).toEqual(['10', 10]);
  });
});
