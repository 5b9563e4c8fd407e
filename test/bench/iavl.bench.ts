import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { ClassicLevel } from 'classic-level';
import { IavlTree } from '../../app/store/iavl/iavlTree.ts';
import type { Emit } from './figure.ts';

export const name = 'iavl';

const SIZES = [10_000, 100_000, 1_000_000];
const UPDATES = 10_000;
const BLOCKS = 9;
/** Of the reference to a key's text; the text itself is shared with the store. */
const SLOT_BYTES = 8;
const GOLDEN = 0x9e3779b97f4a7c15n;

/** The keys of the Go bench beside it (test/vectors/iavl/generator/bench.go). */
function benchKey(i: number): string {
  const bytes = Buffer.alloc(29);
  bytes[0] = 2;
  let x = BigInt.asUintN(64, BigInt(i) * GOLDEN + 1n);
  for (let at = 1; at < 21; at += 4) {
    bytes.writeUInt32BE(Number(x >> 32n), at);
    x = BigInt.asUintN(64, x * GOLDEN + 1n);
  }
  bytes.writeBigUInt64BE(BigInt(i), 21);
  return bytes.toString('latin1');
}

/** The linear congruential generator of Numerical Recipes: which keys a block touches. */
function* randoms(seed: number): Generator<number, never, undefined> {
  for (let x = seed; ;) {
    x = (Math.imul(x, 1_664_525) + 1_013_904_223) >>> 0;
    yield x / 0x1_0000_0000;
  }
}

const bytesOf = (key: string) => Buffer.from(key, 'latin1');
const median = (list: number[]) => list.toSorted((a, b) => a - b)[list.length >> 1]!;
const now = () => Number(process.hrtime.bigint()) / 1000;

interface Costs {
  updateUs: number;
  buildUs: number;
  nodesPerUpdate: number;
  diskUs: number;
  diskBytesPerUpdate: number;
  bytesPerKey: number;
  loadUs: number;
}

async function measure(size: number, dir: string): Promise<Costs> {
  const keys = Array.from({ length: size }, (_, i) => benchKey(i)).sort((a, b) =>
    a < b ? -1 : a > b ? 1 : 0,
  );
  const random = randoms(1);
  const value = (n: number) => {
    const bytes = Buffer.alloc(32);
    bytes.writeUInt32BE(n, 4);
    return bytes;
  };
  const tree = IavlTree.empty();
  const built = now();
  keys.forEach((key, i) => tree.set(key, value(i)));
  tree.commit(1);
  const buildUs = (now() - built) / size;
  const fresh = tree.usage();
  const times: number[] = [];
  const diskTimes: number[] = [];
  const path = join(dir, `records-${size}-${now()}`);
  const level = new ClassicLevel<Uint8Array, Uint8Array>(path, {
    keyEncoding: 'view',
    valueEncoding: 'view',
  });
  await level.open();
  let disk = 0;
  let made = 0;
  for (let block = 0; block < BLOCKS; block++) {
    const chosen = Int32Array.from({ length: UPDATES }, () => random.next().value * size).sort();
    const values = Array.from(chosen, (_, i) => value(block * UPDATES + i));
    const before = tree.usage();
    const start = now();
    for (let i = 0; i < chosen.length; i++) tree.set(keys[chosen[i]!]!, values[i]!);
    const { puts, deletes } = tree.commit(block + 2);
    const after = tree.usage();
    made += after.inner + after.leaves - before.inner - before.leaves;
    // The version before the last is given up, as a node that keeps one version does.
    tree.prune(block + 2);
    tree.pruneSome(Infinity);
    times.push((now() - start) / UPDATES);
    for (const [, bytes] of puts) disk += bytes.length;
    const written = now();
    await level.batch([
      ...puts.map(([key, bytes]) => ({ type: 'put' as const, key: bytesOf(key), value: bytes })),
      ...deletes.map((key) => ({ type: 'del' as const, key: bytesOf(key) })),
    ]);
    diskTimes.push((now() - written) / UPDATES);
  }
  await level.close();
  const records = [...tree.records()];
  const start = now();
  IavlTree.load(records);
  return {
    updateUs: median(times),
    buildUs,
    nodesPerUpdate: made / (BLOCKS * UPDATES),
    diskUs: median(diskTimes),
    diskBytesPerUpdate: disk / (BLOCKS * UPDATES),
    bytesPerKey: (fresh.bytes + SLOT_BYTES * size) / size,
    loadUs: (now() - start) / size,
  };
}

/** Microseconds an update takes in Go IAVL, or undefined where Go or its modules are missing. */
function measureGo(dir: string): ((size: number) => { node: number; best: number }) | undefined {
  const source = fileURLToPath(new URL('../vectors/iavl/generator/', import.meta.url));
  const binary = join(dir, 'generator');
  const go = spawnSync('go', ['build', '-o', binary, '.'], { cwd: source, encoding: 'utf8' });
  if (go.status !== 0) return undefined;
  return (size) => {
    const { stdout } = spawnSync(binary, ['bench', String(size), String(UPDATES), '5'], {
      encoding: 'utf8',
    });
    const { node_us, best_us } = JSON.parse(stdout) as Record<string, number>;
    return { node: node_us!, best: best_us! };
  };
}

/**
 * Updates of random keys in blocks of 10,000: set, hash, record and prune. Beside it the Go IAVL
 * tree with SaveVersion: on goleveldb with the SDK's defaults, and at its best (see its bench.go).
 * What the records cost LevelDB is apart, for they go into the block's one batch.
 */
export async function run(emit: Emit): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'tenor-bench-iavl-'));
  try {
    const goUs = measureGo(dir);
    await measure(SIZES[0]!, dir);
    for (const size of SIZES) {
      const costs = await measure(size, dir);
      const at = `${size} keys`;
      const update = { name: `update, ${at}`, value: costs.updateUs, unit: 'us' };
      if (goUs) {
        const go = goUs(size);
        const us = costs.updateUs;
        emit({ ...update, peer: 'Go IAVL, SDK node', peerValue: go.node, ratio: go.node / us });
        emit({ ...update, peer: 'Go IAVL, at best', peerValue: go.best, ratio: go.best / us });
      } else {
        emit(update);
      }
      emit({ name: `nodes hashed an update, ${at}`, value: costs.nodesPerUpdate, unit: 'nodes' });
      emit({ name: `written an update, ${at}`, value: costs.diskBytesPerUpdate, unit: 'bytes' });
      emit({ name: `LevelDB an update, ${at}`, value: costs.diskUs, unit: 'us' });
      emit({ name: `memory a key, ${at}`, value: costs.bytesPerKey, unit: 'bytes' });
      emit({ name: `first build a key, ${at}`, value: costs.buildUs, unit: 'us' });
      emit({ name: `load a key, ${at}`, value: costs.loadUs, unit: 'us' });
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
