import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buildProgram } from '../crash/programs.ts';
import type { Emit } from './figure.ts';

export const name = 'store';

const SIZES = [10_000, 100_000, 1_000_000];

interface Filled {
  bytesPerKey: number;
  blocks: {
    updates: number;
    seal: number;
    sealCpu: number;
    commit: number;
    commitCpu: number;
    bytes: number;
    records: number;
  }[];
}

interface Started {
  startMs: number;
  filesMs: number;
  cpuMs: number;
  peakBytes: number;
  heldBytes: number;
}

function inProcess(program: string, ...args: string[]): unknown {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    ['--expose-gc', program, ...args],
    { encoding: 'utf8' },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout) as unknown;
}

/**
 * The whole store, decoded values, trees and disk together, at three sizes: what a key takes in
 * memory, what a block of so many updates costs, and what a start takes. Figures are medians; bytes
 * written are those of the process, tables and compaction included. Growth is to the last size.
 */
export async function run(emit: Emit): Promise<void> {
  const program = await buildProgram('test/bench/storeProcess.ts');
  const folder = mkdtempSync(join(tmpdir(), 'tenor-bench-store-'));
  const before = new Map<string, number>();
  const grown = (what: string, at: string, value: number, unit: string) => {
    emit({ name: `${what}, ${at}`, value, unit });
    const last = before.get(what);
    if (last !== undefined)
      emit({ name: `${what}, ${at}: growth`, value: value / last, unit: 'x' });
    before.set(what, value);
  };
  try {
    for (const size of SIZES) {
      const database = join(folder, String(size));
      const at = `${size} keys`;
      const filled = inProcess(program, 'fill', database, String(size)) as Filled;
      grown('memory a key', at, filled.bytesPerKey, 'bytes');
      for (const block of filled.blocks) {
        const of = `block of ${block.updates}`;
        grown(`${of}: seal`, at, block.seal, 'ms');
        grown(`${of}: seal, CPU`, at, block.sealCpu, 'ms');
        grown(`${of}: commit`, at, block.commit, 'ms');
        grown(`${of}: commit, CPU`, at, block.commitCpu, 'ms');
        grown(`${of}: written`, at, block.bytes, 'bytes');
        grown(`${of}: records`, at, block.records, 'records');
      }
      const started = inProcess(program, 'start', database) as Started;
      grown('start', at, started.startMs, 'ms');
      grown('start, CPU', at, started.cpuMs, 'ms');
      grown('start: files read first', at, started.filesMs, 'ms');
      grown('start: peak memory a key', at, started.peakBytes / size, 'bytes');
      grown('start: memory held a key', at, started.heldBytes / size, 'bytes');
    }
  } finally {
    rmSync(folder, { recursive: true, force: true });
    rmSync(program, { force: true });
  }
}
