import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import type { NodeRecord } from '../../../testnet/testnetJson.ts';

/** What a node's application and engine take of the machine. */
export interface NodeUsage {
  /** Resident; 0 where there is no /proc. */
  readonly appBytes: number;
  readonly engineBytes: number;
  /** Of all logs of the node, rotated ones too. */
  readonly logBytes: number;
}

export function usageOf({ home, pids }: NodeRecord): NodeUsage {
  const logs = join(home, 'logs');
  const sizes = readdirSync(logs).map((name) => statSync(join(logs, name)).size);
  return {
    appBytes: residentBytes(pids.app),
    engineBytes: residentBytes(pids.engine),
    logBytes: sizes.reduce((sum, size) => sum + size, 0),
  };
}

function residentBytes(pid: number | null): number {
  const path = `/proc/${pid}/status`;
  if (pid === null || !existsSync(path)) return 0;
  return Number(/^VmRSS:\s+(\d+) kB$/m.exec(readFileSync(path, 'utf8'))?.[1] ?? 0) * 1_024;
}
