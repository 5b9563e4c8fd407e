import { BIDDER } from './accounts.ts';
import type { ProcessSpec } from './child.ts';
import { rotateLog, tailLog } from './logFile.ts';
import { layout, programPath } from './paths.ts';
import { ProcessGroup } from './processGroup.ts';
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

/** Keeps the bidder running, where there is one. A network without it is a network all the same. */
export class BidderProcess {
  readonly #group: ProcessGroup;
  readonly #spec: ProcessSpec | null;

  constructor(bidder: ProcessSpec | null, onProgress: (text: string) => void, onPids: () => void) {
    this.#spec = bidder;
    this.#group = new ProcessGroup({
      specs: bidder === null ? [] : [bidder],
      fatal: ({ code }) => (code === EXIT_USAGE ? 'it was started wrongly' : null),
      onEvent: (event) => {
        if (event.kind === 'pids') onPids();
        else onProgress(`bidder: ${event.reason}\n${tailLog(bidder!.logPath, 3)}`);
      },
    });
  }

  start(): void {
    if (this.#spec !== null) this.#group.start();
  }

  stop(): Promise<void> {
    return this.#group.stop();
  }

  killAll(): Promise<void> {
    return this.#group.killAll();
  }

  record(): TestnetRecord['bidder'] {
    return this.#spec === null ? null : { account: BIDDER, pid: this.#group.pidOf(BIDDER) };
  }

  rotateLogs(): void {
    if (this.#spec !== null) rotateLog(this.#spec.logPath);
  }
}
