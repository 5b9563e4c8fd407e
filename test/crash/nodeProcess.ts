import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Request } from 'cosmjs-types/tendermint/abci/types';
import type { Response } from 'cosmjs-types/tendermint/abci/types';
import { AbciClient } from '../abci/abciClient.ts';
import { hexOf } from './recording.ts';
import type { Recording } from './recording.ts';

/** The program that runs a validator, as its supervisor starts it, with a test as its engine. */
export class NodeProcess {
  readonly #process: ChildProcess;
  readonly #address: string;
  readonly exitCode: Promise<number | null>;
  log = '';

  private constructor(process: ChildProcess, address: string) {
    this.#process = process;
    this.#address = address;
    process.stdout!.on('data', (text: Buffer) => (this.log += text.toString()));
    process.stderr!.on('data', (text: Buffer) => (this.log += text.toString()));
    this.exitCode = new Promise((resolve) => process.once('close', (code) => resolve(code)));
  }

  /** `command` comes before the program: a shell that limits it, say. */
  static start(
    program: string,
    home: string,
    command: readonly string[] = [],
    env: NodeJS.ProcessEnv = {},
  ): NodeProcess {
    const address = `unix://${join(home, 'abci.sock')}`;
    mkdirSync(join(home, 'config'), { recursive: true });
    writeFileSync(join(home, 'config', 'app.toml'), `[app]\nabci = "${address}"\n`);
    const [first, ...rest] = [...command, process.execPath, program, '--home', home];
    const child = spawn(first, rest, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    return new NodeProcess(child, address);
  }

  /** Undefined when it ends before it listens. */
  async connect(): Promise<AbciClient | undefined> {
    while (this.running && !this.log.includes('application is ready')) await sleep(20);
    return this.running ? AbciClient.connect(this.#address) : undefined;
  }

  get running(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  kill(signal: NodeJS.Signals): void {
    this.#process.kill(signal);
  }
}

const sleep = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

/** The answer, or undefined when the connection ended without one. */
const asked = async (
  client: AbciClient,
  request: Partial<Request>,
): Promise<Response | undefined> => {
  client.send(Request.fromPartial(request));
  return (await client.receive(1))[0];
};

export interface Driven {
  readonly opened: number;
  /** The last height whose Commit was answered. */
  readonly committed: number;
  /** The call that was not answered, if one was not. */
  readonly unanswered: 'finalizeBlock' | 'commit' | undefined;
}

/**
 * Gives the node the blocks after the one it says it has, to the end or until it answers no more.
 * @throws Error when a hash is not the recorded one
 */
export async function drive(client: AbciClient, { init, blocks }: Recording): Promise<Driven> {
  const info = (await asked(client, {
    info: { version: '', blockVersion: 11n, p2pVersion: 8n, abciVersion: '2.0.0' },
  }))!.info!;
  const opened = Number(info.lastBlockHeight);
  if (opened > 0 && hexOf(info.lastBlockAppHash) !== blocks[opened - 1]!.hash) {
    throw new Error(`WRONG HASH at height ${opened}`);
  }
  if (opened === 0) await asked(client, { initChain: init });
  let committed = opened;
  for (const { request, hash } of blocks.slice(opened)) {
    const answer = await asked(client, { finalizeBlock: request });
    if (answer === undefined) return { opened, committed, unanswered: 'finalizeBlock' };
    if (hexOf(answer.finalizeBlock!.appHash) !== hash)
      throw new Error(`WRONG HASH of ${committed + 1}`);
    if ((await asked(client, { commit: {} })) === undefined) {
      return { opened, committed, unanswered: 'commit' };
    }
    committed++;
  }
  return { opened, committed, unanswered: undefined };
}
