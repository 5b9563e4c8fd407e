import type { Exit, ProcessSpec } from './child.ts';
import { layout, programPath } from './paths.ts';
import { historyPort } from './ports.ts';
import type { TestnetRecord } from './testnetJson.ts';

/** It writes what it has taken in. */
const GRACE_MS = 5_000;
/** Refused or wrongly started (cli/errors.ts): another start would say the same. */
const FINAL_EXITS = [1, 2];

/** The history of a network: everybody's indexer, on the first node, with the embedded database. */
export function indexerSpec(
  dir: string,
  { nodes }: Pick<TestnetRecord, 'nodes'>,
  offset: number,
  env: Record<string, string>,
): ProcessSpec {
  const at = ['--listen', `127.0.0.1:${historyPort(offset)}`, '--dir', layout.history(dir)];
  return {
    name: 'indexer',
    command: process.execPath,
    args: [programPath('tenor'), 'indexer', 'run', '--node', nodes[0]!.rpc, ...at, '--json'],
    env: { ...env, TENOR_TESTNET: dir },
    logPath: layout.indexerLog(dir),
    graceMs: GRACE_MS,
  };
}

export const indexerIsDone = ({ code }: Exit): string | null =>
  FINAL_EXITS.includes(code ?? 0) ? 'its log says why; not restarted' : null;
