import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from '@jest/globals';
import { NodeProcess, drive } from './nodeProcess.ts';
import type { Driven } from './nodeProcess.ts';
import type { Recording } from './recording.ts';

/** app/commands/exitCodes.ts: mend the disk, then a restart goes on. */
const EXIT_DISK = 74;

export interface Refusal {
  /** What is wrong with the disk: how the process is started, and what mends it. */
  readonly command?: readonly string[];
  readonly env?: (database: string) => NodeJS.ProcessEnv;
  /** A part of the log. */
  readonly says: RegExp;
  /** Whether a restart meets it again. */
  readonly lasts: boolean;
}

/** Runs the node's program to its end on a disk that refuses; how far it came. */
async function refused(
  program: string,
  home: string,
  recording: Recording,
  refusal: Refusal,
): Promise<Driven | undefined> {
  const env = refusal.env?.(join(home, 'data', 'app'));
  const node = NodeProcess.start(program, home, refusal.command, env);
  try {
    const client = await node.connect();
    const driven = client === undefined ? undefined : await drive(client, recording);
    client?.end();
    if (driven !== undefined) expect(driven.unanswered).toBe('commit');
    expect(await node.exitCode).toBe(EXIT_DISK);
    expect(node.log).toMatch(refusal.says);
    return driven;
  } finally {
    node.kill('SIGKILL');
  }
}

/**
 * The node stops at the Commit that it cannot keep, says why, and goes on with the same hashes when
 * it is started on a disk that was mended. Returns the height it stopped after.
 */
export async function stopsAndGoesOn(
  program: string,
  home: string,
  recording: Recording,
  refusal: Refusal,
  mend: () => void = () => undefined,
): Promise<number> {
  const stopped = await refused(program, home, recording, refusal);
  if (refusal.lasts) await refused(program, home, recording, refusal);
  mend();
  const node = NodeProcess.start(program, home);
  try {
    const client = (await node.connect())!;
    const driven = await drive(client, recording);
    client.end();
    expect(driven).toMatchObject({ committed: recording.blocks.length, unanswered: undefined });
    expect(driven.opened).toBeGreaterThanOrEqual(stopped?.committed ?? 0);
    node.kill('SIGTERM');
    expect(await node.exitCode).toBe(0);
    return stopped?.committed ?? 0;
  } finally {
    node.kill('SIGKILL');
  }
}

/** A short path, for sockets. */
export const makeHome = (): string => {
  const home = mkdtempSync(join(tmpdir(), 'tenor-home-'));
  mkdirSync(join(home, 'data'));
  return home;
};

/** A file system of its own for the database, of so many KiB; false where that is not allowed. */
export function mountDisk(home: string, kib: number): boolean {
  const options = ['-t', 'tmpfs', '-o', `size=${kib}k`, 'tmpfs', join(home, 'data')];
  return spawnSync('mount', options).status === 0;
}

export function remount(home: string, options: string): void {
  const { status } = spawnSync('mount', ['-o', `remount,${options}`, join(home, 'data')]);
  if (status !== 0) throw new Error(`mount -o remount,${options} failed`);
}

export function removeHome(home: string): void {
  spawnSync('umount', ['-q', join(home, 'data')]);
  rmSync(home, { recursive: true, force: true });
}
