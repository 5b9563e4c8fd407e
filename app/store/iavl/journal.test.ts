import { describe, expect, it } from '@jest/globals';
import { IavlTree } from './iavlTree.ts';
import { Loader } from './loader.ts';
import { ACTIVE, IavlCorruption } from './records.ts';

const KEYS = 1500;
const CHANGES = 700;
const KEPT = 5;

type Records = Map<string, Uint8Array>;

/** A block's changes, always the same for a version; of different keys, in no order. */
function change(tree: IavlTree, version: number): void {
  for (let i = 0; i < CHANGES; i++) {
    const key = `key ${(version * 389 + i * 7) % KEYS}`;
    if ((version + i) % 9 === 0) tree.remove(key);
    else tree.set(key, Uint8Array.of(version, i, i >>> 8));
  }
}

const inOrder = (records: Records) => [...records].sort(([a], [b]) => (a < b ? -1 : 1));

/** Runs blocks up to `last`, keeping the newest versions and what a disk would hold. */
function run(last: number, tree = IavlTree.empty(), records: Records = new Map()) {
  for (let version = tree.version + 1; version <= last; version++) {
    change(tree, version);
    if (version > KEPT) tree.prune(version - KEPT);
    const { puts, deletes } = tree.commit(version);
    for (const [key, bytes] of puts) records.set(key, bytes);
    for (const key of deletes) records.delete(key);
    tree.pruneSome(Infinity);
  }
  return { tree, records };
}

const versionsOf = (tree: IavlTree) =>
  Array.from({ length: tree.version - tree.oldestVersion + 1 }, (_, i) => tree.oldestVersion + i);

describe('what is written', () => {
  it('stays bounded, as checkpoints take the place of old changes', () => {
    const { tree, records } = run(60);
    expect(records.has(ACTIVE)).toBe(true);
    const bytes = [...records.values()].reduce((sum, r) => sum + r.length, 0);
    const once = [...tree.records()].reduce((sum, [, r]) => sum + r.length, 0);
    expect(bytes).toBeLessThan(10 * once);
    expect([...records.keys()].filter((k) => k.startsWith('l')).length).toBeLessThan(25);
  });

  it('rebuilds every kept version after any block', () => {
    const { tree, records } = run(4);
    for (let last = 5; last <= 30; last += 2) {
      run(last, tree, records);
      const again = IavlTree.load(inOrder(records), { version: last, root: tree.root() });
      expect(again.oldestVersion).toBeLessThanOrEqual(tree.oldestVersion);
      for (const version of versionsOf(tree)) {
        expect(again.root(version)).toEqual(tree.root(version));
      }
    }
  });

  it('lets a node that restarts, or goes back a block, go on as if it had not', () => {
    const { tree } = run(45);
    let current = run(10);
    for (const [back, next] of [
      [0, 17],
      [1, 25],
      [4, 33],
      [1, 45],
    ] as const) {
      const version = current.tree.version - back;
      const again = IavlTree.load(inOrder(current.records), { version });
      again.prune(Math.max(again.oldestVersion, version - KEPT));
      current = run(next, again, current.records);
    }
    expect(current.tree.root()).toEqual(tree.root());
    const loaded = IavlTree.load(inOrder(current.records));
    expect(loaded.root()).toEqual(tree.root());
    expect(loaded.usage().leaves).toBeGreaterThanOrEqual(tree.size);
  });

  it('says so when a version is asked for that is gone', () => {
    const { records } = run(30);
    expect(() => IavlTree.load(inOrder(records), { version: 3 })).toThrow('version 3 is gone');
  });

  it('refuses a root that is not the one expected', () => {
    const { records } = run(3);
    const root = new Uint8Array(32);
    expect(() => IavlTree.load(inOrder(records), { root })).toThrow(IavlCorruption);
  });
});

describe('damage to the records', () => {
  const last = 24;
  const { tree, records } = run(last);
  const sorted = inOrder(records);
  const load = (list: readonly (readonly [string, Uint8Array])[]) =>
    IavlTree.load(list, { version: last, root: tree.root() });
  // Two checkpoints, and the changes of a few blocks. Parts of a checkpoint that is not active yet
  // are not read.
  const active = sorted[1]![0].slice(0, 7);
  const read = sorted.filter(([key]) => !key.startsWith('c') || key.startsWith(active));

  it('of any bit is found', () => {
    expect(active).toMatch(/^c/);
    expect(load(sorted).root()).toEqual(tree.root());
    read.forEach(([key, bytes], at) => {
      for (let i = 0; i < 3; i++) {
        const flipped = Uint8Array.from(bytes);
        flipped[(at * 7919 + i * 104_729) % bytes.length]! ^= 1 << ((at + i) & 7);
        expect(() => load(read.with(at, [key, flipped]))).toThrow(IavlCorruption);
      }
      expect(() => load(read.with(at, [key, bytes.slice(0, -1)]))).toThrow(IavlCorruption);
    });
  });

  it('is reported with the record it is in', () => {
    const [key, bytes] = read.at(-1)!;
    const cut = () => load(read.with(-1, [key, bytes.slice(0, 99)]));
    expect(cut).toThrow(`changes of ${last}, part 0: its bytes are not those`);
  });

  it('by a record that is missing is found', () => {
    for (let at = 0; at < read.length; at++) {
      expect(() => load(read.toSpliced(at, 1))).toThrow(IavlCorruption);
    }
  });
});

describe('a version as records', () => {
  it('is the same on nodes with another past, and loads', () => {
    const { tree, records } = run(15);
    const again = IavlTree.load(inOrder(records));
    const exported = [...tree.records()];
    expect([...again.records()]).toEqual(exported);
    const loader = new Loader();
    for (const [key, bytes] of exported) loader.add(key, bytes);
    const copy = IavlTree.loaded(loader);
    expect([copy.version, copy.oldestVersion]).toEqual([15, 15]);
    const onDisk = new Map(exported);
    run(25, copy, onDisk);
    expect(copy.root()).toEqual(run(25, tree).tree.root());
    expect(IavlTree.load(inOrder(onDisk)).root()).toEqual(copy.root());
  });

  it('is complete although blocks and pruning go on meanwhile', () => {
    const { tree } = run(8);
    const before = [...tree.records()];
    const during: [string, Uint8Array][] = [];
    for (const record of tree.records(8)) {
      during.push(record);
      run(tree.version + 7, tree);
    }
    expect(during).toEqual(before);
    expect(() => tree.root(8)).toThrow('not kept');
    while (tree.pruneSome(1000) === 1000);
    tree.prune(tree.version);
    tree.pruneSome(Infinity);
    expect(tree.usage()).toMatchObject({ leaves: tree.size, inner: tree.size - 1 });
  });
});

describe('misuse', () => {
  it('is refused', () => {
    const { tree } = run(3);
    expect(() => tree.commit(3)).toThrow('does not follow');
    expect(() => tree.commit(2 ** 31)).toThrow('does not follow');
    expect(() => tree.commit(4.5)).toThrow('does not follow');
    expect(() => tree.set('', new Uint8Array(1))).toThrow('1 to');
    expect(() => tree.set('x'.repeat(1000), new Uint8Array(1))).toThrow('1 to');
    expect(() => tree.prune(4)).toThrow('not committed');
    expect(() => tree.root(4)).toThrow('not kept');
  });

  it('of an empty tree has an answer', () => {
    const tree = IavlTree.empty();
    expect(Buffer.from(tree.root()).toString('hex')).toMatch(/^e3b0c442/);
    expect(tree.remove('a')).toBe(false);
    expect(() => tree.prove('a', () => new Uint8Array(1))).toThrow('empty tree');
    expect([...tree.records()].length).toBe(2);
    expect(IavlTree.load(tree.records()).root()).toEqual(tree.root());
    expect(IavlTree.load([]).root()).toEqual(tree.root());
    expect(tree.commit(5)).toEqual({ root: tree.root(), puts: [], deletes: [], replaced: 0 });
    expect(tree.version).toBe(5);
  });
});
