import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { migrate } from '../../indexer/db/migrate.ts';
import { openDatabase } from '../../indexer/db/openDatabase.ts';
import type { Place } from '../../indexer/db/openDatabase.ts';
import { catchUpOnce } from '../../indexer/follow.ts';
import type { BlockSource } from '../../indexer/source/facts.ts';
import { RpcSource } from '../../indexer/source/rpcSource.ts';
import { PostgresServer } from '../harness/postgres.ts';
import { SmallChain } from '../harness/smallChain.ts';
import type { Emit } from './figure.ts';

export const name = 'indexer';

/** The first ones of a process cost more than those that come after them. */
const WARM_UP_SHARE = 0.2;
const SMALL_BLOCKS = 10_000;
const FULL_BLOCKS = 40;
const TRADES_PER_BLOCK = 500;

/** The made-up chain is told by another process: what it costs is not counted. */
async function startChain(blocks: number, trades: number): Promise<[ChildProcess, string]> {
  const script = fileURLToPath(new URL('./smallBlocks.mjs', import.meta.url));
  const args = [script, String(blocks), String(trades)];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout);
  const url = await new Promise<string>((resolve) => lines.once('line', resolve));
  return [child, url];
}

/** The engine's RPC, up to a block, with the genesis of a new chain. */
function sourceOf(url: string, last: number): BlockSource {
  const rpc = new RpcSource(url);
  return {
    genesis: () => new SmallChain().genesis(),
    range: async () => ({ ...(await rpc.range()), last }),
    blocks: (from, to) => rpc.blocks(from, to),
  };
}

interface Taken {
  readonly cpuSeconds: number;
  readonly seconds: number;
  readonly rssMiB: number;
}

async function take(place: Place, blocks: number, trades: number): Promise<Taken> {
  const [child, url] = await startChain(blocks * (1 + WARM_UP_SHARE), trades);
  const database = await openDatabase(place);
  try {
    await migrate(database);
    const signal = new AbortController().signal;
    const batch = trades === 0 ? 500 : 1;
    const upTo = (last: number) =>
      catchUpOnce({ database, source: sourceOf(url, last), signal, batch });
    const warm = blocks * WARM_UP_SHARE;
    await upTo(warm);
    const [cpu, start] = [process.cpuUsage(), performance.now()];
    await upTo(warm + blocks);
    const { user, system } = process.cpuUsage(cpu);
    return {
      cpuSeconds: (user + system) / 1e6,
      seconds: (performance.now() - start) / 1_000,
      rssMiB: process.memoryUsage.rss() / 2 ** 20,
    };
  } finally {
    await database.close();
    child.kill();
  }
}

async function measure(emit: Emit, kind: string, place: (n: number) => Promise<Place>) {
  const small = await take(await place(1), SMALL_BLOCKS, 0);
  const whose = `indexer: ${kind}`;
  const rate = Math.round(SMALL_BLOCKS / small.cpuSeconds);
  emit({ name: `${whose}: small blocks of a backfill`, value: rate, unit: '1/CPU s' });
  const wall = Math.round(SMALL_BLOCKS / small.seconds);
  emit({ name: `${whose}: the same by the clock`, value: wall, unit: '1/s' });
  const full = await take(await place(2), FULL_BLOCKS, TRADES_PER_BLOCK);
  const share = (full.cpuSeconds / FULL_BLOCKS) * 100;
  emit({ name: `${whose}: core for 500 fills a second`, value: Math.round(share), unit: '%' });
  const memory = Math.round(full.rssMiB);
  emit({ name: `${whose}: memory, after ${FULL_BLOCKS} such blocks`, value: memory, unit: 'MiB' });
}

/** The server's own CPU is another process': of PostgreSQL the figures are the indexer's alone. */
export async function run(emit: Emit): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'tenor-bench-indexer-'));
  try {
    await measure(emit, 'PGlite', (n) => Promise.resolve({ folder: join(dir, String(n)) }));
    if (!PostgresServer.isInstalled()) return;
    const server = await PostgresServer.start();
    try {
      const place = async (n: number) => ({ url: await server.createDatabase(`bench${n}`) });
      await measure(emit, 'PostgreSQL', place);
    } finally {
      await server.stop();
    }
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
