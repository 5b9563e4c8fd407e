import { existsSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { ClassicLevel } from 'classic-level';
import type { TestnetOptions } from '../../testnet/launch.ts';
import { startTestnet } from '../../testnet/network.ts';
import { freePortOffset } from '../../testnet/ports.ts';
import { emitGrowth } from './figure.ts';
import type { Emit, Figure } from './figure.ts';
import { executedHeight } from './network/rpc.ts';

export const name = 'disk of an idle network';

const VALIDATORS = 4;
const BLOCK_TIME_MS = 200;
/** Blocks before the first look: what a start writes once is no growth. */
const WARM_UP_BLOCKS = 20;
/** The three sizes: blocks since then. */
const SIZES = [50, 100, 200];
/** The engine's write-ahead log, which the goal leaves out: it goes round within a bound. */
const WRITE_AHEAD = 'data/cs.wal';
/**
 * What has a bound of its own: the launcher turns logs over, `snapshot_keep` snapshots are kept,
 * and the application's trees keep a journal up to a checkpoint beside a state that is overwritten.
 */
const BOUNDED = ['logs', 'data/snapshots', 'data/app'];
/** Kept for as many blocks as `retain_blocks` says. */
const RETAINED = ['data/blockstore.db', 'data/state.db'];

interface Look {
  readonly height: number;
  /** Bytes below the node's home, by the folder or file at depth two. */
  readonly bytes: ReadonlyMap<string, number>;
}

function bytesOf(home: string): Map<string, number> {
  const bytes = new Map<string, number>();
  for (const entry of readdirSync(home, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name).slice(home.length + 1);
    const part = path.split(sep).slice(0, 2).join('/');
    bytes.set(part, (bytes.get(part) ?? 0) + statSync(join(home, path)).size);
  }
  return bytes;
}

/**
 * Makes databases as small as they become by themselves: their logs, which hold what is overwritten
 * until some megabytes are full, would count as growth. Engines write the same format.
 */
async function compact(home: string): Promise<void> {
  for (const entry of readdirSync(home, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    if (!entry.isDirectory() || !existsSync(join(path, 'CURRENT'))) continue;
    const db = new ClassicLevel<Buffer, Buffer>(path, { keyEncoding: 'buffer' });
    await db.open();
    await db.compactRange(Buffer.alloc(0), Buffer.alloc(64, 0xff));
    await db.close();
  }
}

async function untilHeight(rpc: string, height: number): Promise<number> {
  for (;;) {
    const at = await executedHeight(rpc);
    if (at >= height) return at;
    await sleep(BLOCK_TIME_MS / 2);
  }
}

/** Runs the network until a height, stops it, and looks at a node's disk. */
async function lookAt(options: TestnetOptions, height: number): Promise<Look> {
  const network = await startTestnet(options);
  const { home, rpc } = network.nodes[0]!;
  const reached = await untilHeight(rpc, height).finally(() => network.stop());
  await compact(home);
  return { height: reached, bytes: bytesOf(home) };
}

/** KB a block of each part, from one look to another. */
function perBlock(from: Look, to: Look): [part: string, kb: number][] {
  const blocks = to.height - from.height;
  return [...to.bytes].map(([part, bytes]) => {
    return [part, (bytes - (from.bytes.get(part) ?? 0)) / blocks / 1_000];
  });
}

const sumOf = (parts: readonly [string, number][]) => parts.reduce((sum, [, kb]) => sum + kb, 0);
const isIn = (part: string, folders: readonly string[]) =>
  folders.some((folder) => part === folder || part.startsWith(`${folder}/`));

/** P15: KB a block of a node that does nothing but follow the votes, and where they are. */
async function measure(emit: Emit, options: TestnetOptions): Promise<void> {
  const first = await lookAt(options, WARM_UP_BLOCKS);
  const figures: Figure[] = [];
  let parts: [string, number][] = [];
  for (const blocks of SIZES) {
    const look = await lookAt(options, first.height + blocks);
    parts = perBlock(first, look).filter(([part]) => part !== WRITE_AHEAD);
    const value = sumOf(parts);
    figures.push({ name: `disk.P15.idleNode, ${blocks} blocks`, value, unit: 'KB/block' });
  }
  emitGrowth(emit, 'disk.P15.idleNode', figures);
  const tell = (what: string, value: number) =>
    emit({ name: `disk.P15.idleNode: ${what}`, value, unit: 'KB/block' });
  for (const [part, kb] of parts.filter(([, k]) => Math.abs(k) >= 0.01)) tell(part, kb);
  const free = parts.filter(([part]) => !isIn(part, BOUNDED));
  tell('what has no bound of its own', sumOf(free));
  tell('what stays beyond retention', sumOf(free.filter(([part]) => !isIn(part, RETAINED))));
}

export async function run(emit: Emit): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'tenor-disk-'));
  try {
    const portOffset = await freePortOffset(VALIDATORS);
    const options = { dir, portOffset, validators: VALIDATORS, blockTimeMs: BLOCK_TIME_MS };
    await measure(emit, options);
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}
