import { createHash } from 'node:crypto';
import { iavlSpec, ics23, verifyMembership, verifyNonMembership } from '@confio/ics23';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { IavlTree } from './iavlTree.ts';

/**
 * The tree in its simplest form: objects that are never changed, hashed from the root each time.
 */
interface Naive {
  key: string;
  value?: Uint8Array;
  version: number;
  left?: Naive;
  right?: Naive;
}
type Inner = Naive & { left: Naive; right: Naive };

const isInner = (node: Naive): node is Inner => node.left !== undefined;
const height = (node: Naive): number =>
  isInner(node) ? 1 + Math.max(height(node.left), height(node.right)) : 0;
const size = (node: Naive): number => (isInner(node) ? size(node.left) + size(node.right) : 1);
const least = (node: Naive): string => (isInner(node) ? least(node.left) : node.key);
const sha256 = (...parts: Uint8Array[]) =>
  createHash('sha256').update(Buffer.concat(parts)).digest();

function join(left: Naive, right: Naive, version: number): Inner {
  return { key: least(right), version, left, right };
}

function balanced(left: Naive, right: Naive, version: number): Naive {
  const lean = height(left) - height(right);
  if (lean > 1 && isInner(left)) {
    const [a, b] = [left.left, left.right];
    if (height(a) >= height(b)) return join(a, join(b, right, version), version);
    const middle = b as Inner;
    const up = join(a, middle.left, version);
    return join(up, join(middle.right, right, version), version);
  }
  if (lean < -1 && isInner(right)) {
    const [b, c] = [right.left, right.right];
    if (height(b) <= height(c)) return join(join(left, b, version), c, version);
    const middle = b as Inner;
    const down = join(middle.right, c, version);
    return join(join(left, middle.left, version), down, version);
  }
  return join(left, right, version);
}

function set(node: Naive | undefined, key: string, value: Uint8Array, version: number): Naive {
  const leaf = { key, value, version };
  if (node === undefined || (!isInner(node) && node.key === key)) return leaf;
  if (!isInner(node)) return key < node.key ? join(leaf, node, version) : join(node, leaf, version);
  return key < node.key
    ? balanced(set(node.left, key, value, version), node.right, version)
    : balanced(node.left, set(node.right, key, value, version), version);
}

function remove(node: Naive, key: string, version: number): Naive | undefined {
  if (!isInner(node)) return undefined;
  if (key < node.key) {
    const left = remove(node.left, key, version);
    return left ? balanced(left, node.right, version) : node.right;
  }
  const right = remove(node.right, key, version);
  return right ? balanced(node.left, right, version) : node.left;
}

function varint(value: number): Uint8Array {
  const bytes: number[] = [];
  let rest = 2 * value;
  for (; rest > 127; rest >>>= 7) bytes.push((rest & 127) | 128);
  return Uint8Array.from([...bytes, rest]);
}

function hash(node: Naive | undefined): Uint8Array {
  if (node === undefined) return sha256();
  const header = [varint(height(node)), varint(size(node)), varint(node.version)];
  const length = Uint8Array.of(32);
  if (isInner(node)) return sha256(...header, length, hash(node.left), length, hash(node.right));
  const key = Buffer.from(node.key, 'latin1');
  return sha256(...header, Uint8Array.of(key.length), key, length, sha256(node.value!));
}

/** The naive tree and the values at every version, beside the tree under test. */
class Model {
  root: Naive | undefined;
  values = new Map<string, Uint8Array>();
  readonly roots = new Map<number, Uint8Array>([[0, hash(undefined)]]);
  readonly valuesAt = new Map<number, Map<string, Uint8Array>>([[0, new Map()]]);

  apply(tree: IavlTree, block: Block, version: number): void {
    for (const { key, value } of block) {
      if (value !== undefined) {
        this.root = set(this.root, key, value, version);
        this.values.set(key, value);
        tree.set(key, value);
      } else {
        expect(tree.remove(key)).toBe(this.values.delete(key));
        if (this.values.size === 0) this.root = undefined;
        else if (this.has(key)) this.root = remove(this.root!, key, version);
      }
    }
    this.roots.set(version, hash(this.root));
    this.valuesAt.set(version, new Map(this.values));
  }

  /** Whether the key is in the naive tree. */
  has(key: string): boolean {
    let node = this.root;
    while (node && isInner(node)) node = key < node.key ? node.left : node.right;
    return node?.key === key;
  }
}

type Block = { key: string; value?: Uint8Array | undefined }[];

const key = fc.integer({ min: 0, max: 40 }).map((n) => String.fromCharCode(128 + n, n % 3));
const value = fc.uint8Array({ minLength: 1, maxLength: 3 });
const change = fc.record({ key, value: fc.option(value, { nil: undefined, freq: 2 }) });
const blocks = fc.array(fc.array(change, { maxLength: 12 }), { minLength: 1, maxLength: 14 });

function apply(tree: IavlTree, block: Block): void {
  for (const { key: k, value: v } of block) {
    if (v === undefined) tree.remove(k);
    else tree.set(k, v);
  }
}

function verify(tree: IavlTree, model: Model, version: number, probe: string): boolean {
  const values = model.valuesAt.get(version)!;
  const proof = ics23.CommitmentProof.decode(tree.prove(probe, (k) => values.get(k)!, version));
  const root = model.roots.get(version)!;
  const name = Buffer.from(probe, 'latin1');
  const expected = values.get(probe);
  return expected
    ? verifyMembership(proof, iavlSpec, root, name, expected)
    : verifyNonMembership(proof, iavlSpec, root, name);
}

type Records = Map<string, Uint8Array>;

function write(records: Records, commit: ReturnType<IavlTree['commit']>): void {
  for (const [record] of commit.puts) expect(commit.deletes).not.toContain(record);
  for (const [record, bytes] of commit.puts) records.set(record, bytes);
  for (const record of commit.deletes) expect(records.delete(record)).toBe(true);
}

const inOrder = (records: Records) => [...records].sort(([a], [b]) => (a < b ? -1 : 1));

describe('against a naive tree', () => {
  it('gives its roots over any blocks, and proofs of presence and absence at every version', () => {
    fc.assert(
      fc.property(blocks, fc.array(key, { minLength: 2, maxLength: 2 }), (list, probes) => {
        const tree = IavlTree.empty();
        const model = new Model();
        list.forEach((block, i) => {
          model.apply(tree, block, i + 1);
          expect(tree.commit(i + 1).root).toEqual(Uint8Array.from(model.roots.get(i + 1)!));
          expect(tree.size).toBe(model.values.size);
        });
        for (const [version, values] of model.valuesAt) {
          expect(tree.root(version)).toEqual(Uint8Array.from(model.roots.get(version)!));
          for (const probe of probes) {
            expect(tree.has(probe, version)).toBe(values.has(probe));
            if (values.size === 0)
              expect(() => verify(tree, model, version, probe)).toThrow('empty');
            else expect(verify(tree, model, version, probe)).toBe(true);
          }
        }
      }),
      { numRuns: 25 },
    );
  });

  it('forgets a discarded block without a trace', () => {
    fc.assert(
      fc.property(blocks, blocks, (list, discarded) => {
        const tree = IavlTree.empty();
        const model = new Model();
        list.forEach((block, i) => {
          apply(tree, discarded[i % discarded.length]!);
          tree.discard();
          const used = tree.usage();
          model.apply(tree, block, i + 1);
          tree.discard();
          expect({ ...tree.usage(), bytes: used.bytes }).toEqual(used);
          apply(tree, block);
          expect(tree.commit(i + 1).root).toEqual(Uint8Array.from(model.roots.get(i + 1)!));
        });
      }),
      { numRuns: 25 },
    );
  });

  it('frees what no kept version needs, and no more, in steps of any size', () => {
    fc.assert(
      fc.property(blocks, fc.integer({ min: 1, max: 5 }), fc.nat(20), (list, kept, step) => {
        const tree = IavlTree.empty();
        const model = new Model();
        list.forEach((block, i) => {
          model.apply(tree, block, i + 1);
          tree.commit(i + 1);
          if (i + 1 > kept) tree.prune(i + 1 - kept);
          tree.pruneSome(step);
        });
        for (let version = tree.oldestVersion; version <= tree.version; version++) {
          for (const probe of model.valuesAt.get(version)!.keys()) {
            expect(verify(tree, model, version, probe)).toBe(true);
          }
        }
        expect(() => tree.root(tree.oldestVersion - 1)).toThrow('not kept');
        tree.prune(tree.version);
        while (tree.pruneSome(step + 1) > step);
        const leaves = model.values.size;
        expect(tree.usage()).toMatchObject({ leaves, inner: Math.max(leaves - 1, 0) });
      }),
      { numRuns: 25 },
    );
  });

  it('comes back from its records at any version, and goes on the same', () => {
    fc.assert(
      fc.property(blocks, fc.nat(), fc.nat(), (list, cut, back) => {
        const first = IavlTree.empty();
        const model = new Model();
        const records: Records = new Map();
        const stop = 1 + (cut % list.length);
        list.slice(0, stop).forEach((block, i) => {
          model.apply(first, block, i + 1);
          write(records, first.commit(i + 1));
        });
        const version = back % (stop + 1);
        const root = model.roots.get(version)!;
        const again = IavlTree.load(inOrder(records), { version, root });
        expect(again.version).toBe(version);
        expect(again.root()).toEqual(Uint8Array.from(root));
        const replayed = new Model();
        const scratch = IavlTree.empty();
        list.forEach((block, i) => {
          replayed.apply(scratch, block, i + 1);
          scratch.commit(i + 1);
          if (i < version) return;
          apply(again, block);
          const commit = again.commit(i + 1);
          write(records, commit);
          expect(commit.root).toEqual(scratch.root());
        });
        expect(IavlTree.load(inOrder(records)).root()).toEqual(scratch.root());
      }),
      { numRuns: 25 },
    );
  });
});
