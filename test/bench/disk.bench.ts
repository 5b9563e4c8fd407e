import { mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, sep } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { startTestnet } from '../../testnet/network.ts';
import type { Testnet } from '../../testnet/network.ts';
import { freePortOffset } from '../../testnet/ports.ts';
import { emitGrowth } from './figure.ts';
import type { Emit, Figure } from './figure.ts';
import { executedHeight } from './network/rpc.ts';

export const name = 'disk of an idle network';

const VALIDATORS = 4;
const BLOCK_TIME_MS = 200;
/** The engine's write-ahead log has a bound of its own, and is not counted. */
const BOUNDED = 'data/cs.wal';
/** Blocks before the first look: what a start writes once is no growth. */
const WARM_UP_BLOCKS = 20;
/** The three sizes: blocks since then. */
const SIZES = [60, 120, 240];

/** Bytes of every file below a node's home, by the folder or file at depth two. */
function sizes(home: string): Map<string, number> {
  const bytes = new Map<string, number>();
  for (const entry of readdirSync(home, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    const path = join(entry.parentPath, entry.name).slice(home.length + 1);
    const part = path.split(sep).slice(0, 2).join('/');
    bytes.set(part, (bytes.get(part) ?? 0) + sizeOf(join(home, path)));
  }
  return bytes;
}

/** LevelDB removes files while they are counted. */
function sizeOf(path: string): number {
  return statSync(path, { throwIfNoEntry: false })?.size ?? 0;
}

async function untilHeight(rpc: string, height: number): Promise<number> {
  for (;;) {
    const at = await executedHeight(rpc);
    if (at >= height) return at;
    await sleep(BLOCK_TIME_MS / 2);
  }
}

/** P15: KB a block of a node that does nothing but follow the votes, and where they are. */
async function measure(emit: Emit, network: Testnet): Promise<void> {
  const { home, rpc } = network.nodes[0]!;
  const start = await untilHeight(rpc, (await executedHeight(rpc)) + WARM_UP_BLOCKS);
  const before = sizes(home);
  const figures: Figure[] = [];
  for (const blocks of SIZES) {
    const height = await untilHeight(rpc, start + blocks);
    const now = sizes(home);
    const perBlock = [...now].map(([part, bytes]): [string, number] => {
      return [part, (bytes - (before.get(part) ?? 0)) / (height - start) / 1_000];
    });
    const counted = perBlock.filter(([part]) => part !== BOUNDED);
    const value = counted.reduce((sum, [, kb]) => sum + kb, 0);
    figures.push({ name: `disk.P15.idleNode, ${blocks} blocks`, value, unit: 'KB/block' });
    if (blocks !== SIZES.at(-1)) continue;
    for (const [part, kb] of perBlock.filter(([, k]) => k >= 0.01)) {
      emit({ name: `disk.P15.idleNode: ${part}`, value: kb, unit: 'KB/block' });
    }
  }
  emitGrowth(emit, 'disk.P15.idleNode', figures);
}

export async function run(emit: Emit): Promise<void> {
  const dir = mkdtempSync(join(tmpdir(), 'tenor-disk-'));
  const portOffset = await freePortOffset(VALIDATORS);
  const network = await startTestnet({
    ...{ dir, portOffset, validators: VALIDATORS, blockTimeMs: BLOCK_TIME_MS },
  });
  try {
    await measure(emit, network);
  } finally {
    await network.stop();
    rmSync(dir, { recursive: true, force: true });
  }
}
