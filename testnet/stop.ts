import { existsSync, realpathSync } from 'node:fs';
import { endProcesses, isRunning, readTable, sweep } from './processes.ts';
import { readRecord, stoppedRecord, writeRecord } from './testnetJson.ts';

/** A launcher needs at most ten seconds to end its network by itself. */
const LAUNCHER_GRACE_MS = 12_000;

/**
 * Ends the network in `dir`: asks its launcher, and ends itself whatever runs on without one.
 * Returns whether anything ran.
 */
export async function stopTestnet(dir: string): Promise<boolean> {
  if (!existsSync(dir)) return false;
  const folder = realpathSync(dir);
  const table = readTable(folder);
  const supervised = table !== null && isRunning(table.launcher);
  if (supervised) await endProcesses([table.launcher], LAUNCHER_GRACE_MS);
  const left = await sweep(folder);
  const record = readRecord(folder);
  if (record !== null) writeRecord(folder, stoppedRecord(record));
  return supervised || left > 0;
}
