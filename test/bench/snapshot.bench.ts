import { mkdtempSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Snapshots } from '../../app/chain/snapshots.ts';
import { lastBlock } from '../../app/runtime/lastBlock.ts';
import { u64 } from '../../app/lib/keys.ts';
import { GasMeter } from '../../app/lib/gas.ts';
import { Collection } from '../../app/store/collection.ts';
import { Disk } from '../../app/store/disk.ts';
import { appHashOf, decodeManifest } from '../../app/store/snapshots/manifest.ts';
import { Store } from '../../app/store/store.ts';
import { bytesValue } from '../../app/lib/values.ts';
import type { Emit } from './figure.ts';

export const name = 'snapshot';

const SIZES = [10_000, 100_000, 1_000_000];
const UPDATES = 300;
const BLOCK_MS = 40;
/** Blocks of a stretch; stretches with and without a snapshot take turns. */
const STRETCH = 100;
const TURNS = 4;
const VALUE_BYTES = 80;

const items = new Collection({
  store: 'items',
  prefix: 1,
  name: 'items',
  key: u64,
  value: bytesValue,
  storage: 'proved',
});
const schemas = [items.spec, lastBlock.collection.spec] as never[];
const now = () => performance.now();
const quantile = (times: number[], q: number) =>
  times.toSorted((a, b) => a - b)[Math.floor(q * (times.length - 1))]!;

function openAt(path: string): Promise<Store> {
  return Disk.open(path).then((disk) =>
    Store.open(disk, {
      schemas,
      stores: ['items', 'runtime'],
      retainedHeights: 10,
      rebuild: () => undefined,
    }),
  );
}

/** A chain of a store's blocks: random keys get new values. */
class Blocks {
  readonly #store: Store;
  readonly #size: number;
  #height = 0;
  #random = 1;

  constructor(store: Store, size: number) {
    this.#store = store;
    this.#size = size;
  }

  #next(): number {
    this.#random = (Math.imul(this.#random, 1_664_525) + 1_013_904_223) >>> 0;
    return this.#random;
  }

  #set(writer: Parameters<typeof items.set>[0], key: number): void {
    const value = Buffer.alloc(VALUE_BYTES, this.#height & 255);
    value.writeUInt32BE(this.#next(), 8);
    items.set(writer, BigInt(key), value);
  }

  async make(keys: Iterable<number>): Promise<void> {
    const height = ++this.#height;
    const writer = {
      state: this.#store.working,
      gas: new GasMeter(Infinity),
      writable: true as const,
    };
    for (const key of keys) this.#set(writer, key);
    const times = { height: BigInt(height), timeMs: BigInt(height) };
    const block = { chainId: 'bench', ...times, hash: new Uint8Array(32), gapMs: 1n };
    lastBlock.set(writer, block);
    this.#store.seal({ chainId: 'bench', height, timeMs: height });
    await this.#store.commit();
  }

  #some(): number[] {
    return Array.from({ length: UPDATES }, () => this.#next() % this.#size);
  }

  /** Blocks at a fixed pace: milliseconds from when each was due until it was durable. */
  async stretch(): Promise<number[]> {
    const times: number[] = [];
    const start = now() + BLOCK_MS;
    for (let i = 0; i < STRETCH; i++) {
      const due = start + i * BLOCK_MS;
      if (due > now()) await sleep(due - now());
      const began = Math.max(due, now() - BLOCK_MS);
      await this.make(this.#some());
      times.push(now() - began);
    }
    return times;
  }
}

const logger = {
  info: () => undefined,
  warn: (fields: object, message: string) => console.error(message, fields),
};

const snapshotsOf = (store: Store, dir: string) =>
  Snapshots.open({ dir, store, schemas, interval: 0, keep: 1, logger });

interface Paced {
  alone: number[];
  beside: number[];
  takeMs: number[];
}

/** Stretches of blocks, every other one while snapshots are taken one after another. */
async function pace(blocks: Blocks, store: Store, snapshots: Snapshots): Promise<Paced> {
  const paced: Paced = { alone: [], beside: [], takeMs: [] };
  await blocks.stretch();
  for (let turn = 0; turn < TURNS; turn++) {
    paced.alone.push(...(await blocks.stretch()));
    let over = false;
    const taking = (async () => {
      while (!over) {
        const start = now();
        await snapshots.take(store.committed!);
        paced.takeMs.push(now() - start);
      }
    })();
    paced.beside.push(...(await blocks.stretch()));
    over = true;
    await taking;
  }
  return paced;
}

/** Restores the last snapshot into a new store, and the most memory it took beyond what was. */
async function restore(from: Snapshots, to: Store, dir: string) {
  const joining = await snapshotsOf(to, dir);
  const [snapshot] = from.list().snapshots;
  const before = process.memoryUsage.rss();
  let peak = before;
  const sampling = setInterval(() => (peak = Math.max(peak, process.memoryUsage.rss())), 5);
  const start = now();
  const appHash = appHashOf(decodeManifest(snapshot!.metadata));
  await joining.offer({ snapshot: snapshot!, appHash });
  for (let index = 0; index < snapshot!.chunks; index++) {
    const { height, format } = snapshot!;
    const { chunk } = await from.load({ height, format, chunk: index });
    await joining.apply({ index, chunk, sender: '' });
  }
  const ms = now() - start;
  clearInterval(sampling);
  peak = Math.max(peak, process.memoryUsage.rss());
  return { ms, megabytes: (peak - before) / 1e6 };
}

async function measure(size: number, dir: string, emit: Emit): Promise<void> {
  const store = await openAt(join(dir, 'db'));
  const snapshots = await snapshotsOf(store, join(dir, 'snapshots'));
  const blocks = new Blocks(store, size);
  const batch = 50_000;
  for (let from = 0; from < size; from += batch) {
    const to = Math.min(size, from + batch);
    await blocks.make(Array.from({ length: to - from }, (_, i) => from + i));
  }
  const { alone, beside, takeMs } = await pace(blocks, store, snapshots);
  const at = `${size} keys`;
  for (const [q, percent] of [
    [0.5, 'p50'],
    [0.99, 'p99'],
  ] as const) {
    const [value, peerValue] = [quantile(beside, q), quantile(alone, q)];
    // At most 1.2 is the goal.
    const ratio = value / peerValue;
    const block = `block ${percent} beside a snapshot, ${at}`;
    emit({ name: block, value, unit: 'ms', peer: 'the same without', peerValue, ratio });
  }
  emit({ name: `take beside blocks, ${at}`, value: quantile(takeMs, 0.5), unit: 'ms' });
  await snapshots.take(store.committed!);
  const { manifest } = snapshots.snapshots[0]!;
  const folder = join(dir, 'snapshots', `${manifest.height}-1`);
  const chunks = manifest.chunkHashes.length;
  const bytes = Array.from({ length: chunks }, (_, i) => statSync(join(folder, `chunk-${i}`)).size);
  const total = bytes.reduce((sum, b) => sum + b, 0);
  emit({ name: `chunks, ${at}`, value: chunks, unit: 'chunks' });
  emit({ name: `bytes a key of ${VALUE_BYTES + 9}, ${at}`, value: total / size, unit: 'bytes' });
  const joining = await openAt(join(dir, 'joining'));
  const { ms, megabytes } = await restore(snapshots, joining, join(dir, 'none'));
  emit({ name: `restore, ${at}`, value: ms, unit: 'ms' });
  emit({ name: `memory of restoring, state included, ${at}`, value: megabytes, unit: 'MB' });
  await joining.close();
  await store.close();
}

/**
 * Blocks of 300 updates, each due 40 ms after the one before, with and without a snapshot being
 * taken all the time; then what the snapshot takes to restore.
 */
export async function run(emit: Emit): Promise<void> {
  for (const size of SIZES) {
    const dir = mkdtempSync(join(tmpdir(), 'tenor-bench-snapshot-'));
    try {
      await measure(size, dir, emit);
    } finally {
      rmSync(dir, { recursive: true, force: true });
    }
  }
}
