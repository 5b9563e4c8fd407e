import { Node } from '../client/node.ts';
import { queries } from '../client/queries.ts';
import { ClientError } from '../client/errors.ts';
import { MAKERS } from './accounts.ts';
import type { Exit, ProcessSpec } from './child.ts';
import { rotateLog, tailLog } from './logFile.ts';
import { layout, programPath } from './paths.ts';
import { sleep } from '../client/sleep.ts';
import { ProcessGroup, type GroupEvent } from './processGroup.ts';
import type { MakerRecord, TestnetRecord } from './testnetJson.ts';
import { TestnetError } from './testnetError.ts';

/** It takes its quotes back before it ends. */
const GRACE_MS = 4_000;
const QUOTES_POLL_MS = 500;

/** What of the command line is never mended by another start: refused, wrong usage, no key. */
const finalExits = [1, 2, 4];

/** A market maker: `tenor mm run` on an account of the network's own. */
export interface MakerSpec {
  readonly address: string;
  /** RPC of the node it trades through. */
  readonly rpc: string;
  readonly process: ProcessSpec;
}

/** Throws a TestnetError when the chain was made without accounts for them. */
export function makerSpecs(
  dir: string,
  { accounts, nodes }: TestnetRecord,
  env: Record<string, string>,
): MakerSpec[] {
  return MAKERS.map((name, i) => {
    const account = accounts.find((one) => one.name === name);
    if (account === undefined) {
      throw new TestnetError(`The chain in ${dir} has no account ${name}: add --reset.`);
    }
    const { rpc } = nodes[i % nodes.length]!;
    const args = ['mm', 'run', '--from', name, '--node', rpc, '--yes'];
    return {
      ...{ address: account.address, rpc },
      process: {
        ...{ name, command: process.execPath, args: [programPath('tenor'), ...args] },
        env: { ...env, TENOR_TESTNET: dir, NO_COLOR: '1' },
        logPath: layout.makerLog(dir, name),
        graceMs: GRACE_MS,
      },
    };
  });
}

function fatal({ code }: Exit): string | null {
  return finalExits.includes(code ?? 0) ? 'its log says why; not restarted' : null;
}

/** The market makers of a network: each lives and dies alone. */
export class Makers {
  readonly #makers: readonly { readonly spec: MakerSpec; readonly group: ProcessGroup }[];

  constructor(specs: readonly MakerSpec[], onEvent: (name: string, event: GroupEvent) => void) {
    this.#makers = specs.map((spec) => {
      const { name } = spec.process;
      const tell = (event: GroupEvent): void => onEvent(name, event);
      return { spec, group: new ProcessGroup({ specs: [spec.process], fatal, onEvent: tell }) };
    });
  }

  /**
   * Resolves once each of them has quotes in the books. Throws a TestnetError after the time,
   * or with why it was interrupted.
   */
  async startAndQuote(
    until: number,
    interrupted: () => string | null,
    onProgress: (text: string) => void,
  ): Promise<void> {
    if (this.#makers.length === 0) return;
    onProgress(`Starting ${this.#makers.length} market makers…`);
    for (const { group } of this.#makers) group.start();
    while (!(await this.#areQuoting())) {
      const isLate = Date.now() > until;
      const why = interrupted() ?? (isLate ? `No quotes yet:\n${this.#tail()}` : null);
      if (why !== null) throw new TestnetError(why);
      await sleep(QUOTES_POLL_MS);
    }
  }

  async stop(): Promise<void> {
    await Promise.all(this.#makers.map(({ group }) => group.stop()));
  }

  async killAll(): Promise<void> {
    await Promise.all(this.#makers.map(({ group }) => group.killAll()));
  }

  records(): MakerRecord[] {
    return this.#makers.map(({ spec: { address, process }, group }) => {
      const { name } = process;
      return { name, address, pid: group.pidOf(name) };
    });
  }

  async #areQuoting(): Promise<boolean> {
    const all = await Promise.all(this.#makers.map(({ spec }) => isQuoting(spec)));
    return all.every((quotes) => quotes);
  }

  rotateLogs(): void {
    for (const { spec } of this.#makers) rotateLog(spec.process.logPath);
  }

  #tail(): string {
    return this.#makers.map(({ spec }) => tailLog(spec.process.logPath)).join('\n');
  }
}

async function isQuoting({ rpc, address: owner }: MakerSpec): Promise<boolean> {
  try {
    const request = { owner, subaccount: 0, group: '' };
    return (await new Node(rpc).ask(queries.quotes, request)).quotes.length > 0;
  } catch (error) {
    // Its account is not open yet, or the node is busy.
    if (error instanceof ClientError) return false;
    throw error;
  }
}
