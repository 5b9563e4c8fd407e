import { BIDDER } from './accounts.ts';
import type { Exit, ProcessSpec } from './child.ts';
import { layout, programPath } from './paths.ts';
import type { TestnetRecord } from './testnetJson.ts';

/** The command ends with it when it was typed wrongly (cli/errors.ts). */
const EXIT_USAGE = 2;
const GRACE_MS = 3_000;
/** What it puts into its trading account, once, of the million that it has. */
const FUND = '500000usd';

/** The reference bidder of a network: everybody's command, with an account of its own. */
export function bidderSpec(
  dir: string,
  { chainId, nodes }: Pick<TestnetRecord, 'chainId' | 'nodes'>,
  env: Record<string, string>,
): ProcessSpec {
  const chain = ['--node', nodes[0]!.rpc, '--chain-id', chainId];
  const flags = ['--from', BIDDER, '--fund', FUND, '--json'];
  return {
    name: BIDDER,
    command: process.execPath,
    args: [programPath('tenor'), 'liquidation', 'run', ...chain, ...flags],
    env: { ...env, TENOR_TESTNET: dir },
    logPath: layout.bidderLog(dir),
    graceMs: GRACE_MS,
  };
}

export const bidderIsDone = ({ code }: Exit): string | null =>
  code === EXIT_USAGE ? 'it was started wrongly' : null;
