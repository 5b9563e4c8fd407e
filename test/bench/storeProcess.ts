// A process of its own for each figure of the store's bench, so that memory is its own:
//   fill FOLDER KEYS    makes a store of so many positions, then times blocks on it
//   start FOLDER        opens it, as a node starts
// Prints its figures as JSON.
import { readFileSync } from 'node:fs';
import { Position } from '../../proto/gen/tenor.accounts.v1.ts';
import { GasMeter } from '../../app/lib/gas.ts';
import { tuple, u64 } from '../../app/lib/keys.ts';
import { Collection } from '../../app/store/collection.ts';
import { Disk } from '../../app/store/disk.ts';
import type { DiskWrite } from '../../app/store/disk.ts';
import { Store } from '../../app/store/store.ts';

/** Positions by subaccount and series, eight to an account. */
const positions = new Collection<readonly [bigint, bigint], Position>({
  store: 'accounts',
  prefix: 1,
  name: 'positions',
  key: tuple<[bigint, bigint]>(u64, u64),
  value: Position,
  storage: 'proved',
});
const SERIES = 8;
const FILL_BLOCK = 50_000;
/** What a public node keeps. */
const RETAINED = 100;
const BLOCK_SIZES = [10, 1_000, 10_000] as const;
const BLOCKS = 9;

const [command, folder, size] = process.argv.slice(2);

const keyOf = (i: number) => [BigInt(Math.floor(i / SERIES)), BigInt(i % SERIES)] as const;

const open = (disk: Disk) =>
  Store.open(disk, {
    schemas: [positions.spec],
    stores: ['accounts'],
    retainedHeights: RETAINED,
    rebuild: () => undefined,
  });

/** Bytes that this process holds, garbage apart. */
function held(): number {
  globalThis.gc!();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** Bytes this process has had written to disk, compaction included. */
const diskBytes = (): number =>
  Number(/^wchar: (\d+)$/m.exec(readFileSync('/proc/self/io', 'utf8'))?.[1] ?? 0);

const ms = (from: bigint) => Number(process.hrtime.bigint() - from) / 1e6;
const cpuMs = (from: NodeJS.CpuUsage) => {
  const { user, system } = process.cpuUsage(from);
  return (user + system) / 1e3;
};
const median = (list: readonly number[]) => list.toSorted((a, b) => a - b)[list.length >> 1]!;

/** Which keys a block touches (the generator of Numerical Recipes). */
let random = 1;
function below(bound: number): number {
  random = (Math.imul(random, 1_664_525) + 1_013_904_223) >>> 0;
  return Math.floor((random / 0x1_0000_0000) * bound);
}

async function fill(keys: number): Promise<object> {
  const before = held();
  const disk = await Disk.open(folder!);
  let records = 0;
  const write = disk.write.bind(disk);
  disk.write = (writes: readonly DiskWrite[]) => {
    records = writes.length;
    return write(writes);
  };
  const store = await open(disk);
  let height = 0;
  const writer = { state: store.working, gas: new GasMeter(Infinity), writable: true as const };
  const change = (i: number) => {
    const key = keyOf(i);
    const quantity = BigInt(height * 1_000 + (i % 997)) - 500_000n;
    // A value of its own, as a message handler makes one.
    positions.set(writer, key, { seriesId: key[1], quantity, costUusd: quantity * 125n });
  };
  const seal = () => {
    store.seal({ chainId: 'bench-1', height, timeMs: height * 1_000 });
  };
  for (let i = 0; i < keys; i += FILL_BLOCK) {
    height++;
    for (let k = i; k < Math.min(i + FILL_BLOCK, keys); k++) change(k);
    seal();
    await store.commit();
  }
  // Versions that were kept while it was filled are let go.
  for (let i = 0; i < RETAINED; i++) {
    height++;
    change(i);
    seal();
    await store.commit();
  }
  const bytesPerKey = (held() - before) / keys;
  const blocks: object[] = [];
  for (const updates of BLOCK_SIZES) {
    const figures = {
      seal: [],
      sealCpu: [],
      commit: [],
      commitCpu: [],
      bytes: [],
      records: [],
    } as Record<string, number[]>;
    for (let block = 0; block < BLOCKS; block++) {
      height++;
      for (let i = 0; i < updates; i++) change(below(keys));
      const bytes = diskBytes();
      let at = process.hrtime.bigint();
      let cpu = process.cpuUsage();
      seal();
      figures['seal']!.push(ms(at));
      figures['sealCpu']!.push(cpuMs(cpu));
      at = process.hrtime.bigint();
      cpu = process.cpuUsage();
      await store.commit();
      figures['commit']!.push(ms(at));
      figures['commitCpu']!.push(cpuMs(cpu));
      figures['bytes']!.push(diskBytes() - bytes);
      figures['records']!.push(records);
    }
    const medians = Object.fromEntries(Object.entries(figures).map(([k, v]) => [k, median(v)]));
    blocks.push({ updates, ...medians });
  }
  await store.close();
  return { bytesPerKey, blocks };
}

async function start(): Promise<object> {
  const before = process.memoryUsage().rss;
  const at = process.hrtime.bigint();
  const cpu = process.cpuUsage();
  const disk = await Disk.open(folder!);
  const filesMs = ms(at);
  const store = await open(disk);
  const figures = { startMs: ms(at), filesMs, cpuMs: cpuMs(cpu) };
  const peakBytes = process.resourceUsage().maxRSS * 1024 - before;
  const heldBytes = held();
  await store.close();
  return { ...figures, peakBytes, heldBytes };
}

console.log(JSON.stringify(command === 'fill' ? await fill(Number(size)) : await start()));
