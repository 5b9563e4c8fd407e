import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import { programPath } from '../../testnet/paths.ts';
import { eventually } from './client.ts';
import { Rpc } from './rpcClient.ts';

interface LogEntry {
  readonly kind: string;
  readonly [name: string]: unknown;
}

/** On a machine that does much else. */
const START_MS = 90_000;

/** `tenor gateway` as a person starts it, for alice of a network in a folder. */
export class GatewayProcess {
  readonly #dir: string;
  readonly #historyUrl: string | null;
  #child: ChildProcess | null = null;
  #lines: string[] = [];
  credentials = { clientId: '', clientSecret: '' };
  /** The second time the same, as whoever connects expects. */
  port = 0;

  /** @param historyUrl of an indexer */
  constructor(dir: string, historyUrl: string | null = null) {
    this.#dir = dir;
    this.#historyUrl = historyUrl;
  }

  log(): LogEntry[] {
    return this.#lines.map((line) => JSON.parse(line) as LogEntry);
  }

  async start(): Promise<void> {
    const history = this.#historyUrl === null ? '' : ` --history ${this.#historyUrl}`;
    const of = `--port ${this.port}${history}`;
    const args = `gateway --from alice ${of} --json --yes`.split(' ');
    const env = { PATH: process.env['PATH'], HOME: this.#dir, TENOR_TESTNET: this.#dir };
    const child = spawn(process.execPath, [programPath('tenor'), ...args], { env });
    this.#child = child;
    this.#lines = [];
    let [rest, errors] = ['', ''];
    child.stdout.on('data', (chunk: Buffer) => {
      const lines = (rest + chunk.toString()).split('\n');
      rest = lines.pop()!;
      // What it says when it cannot start is not its log: JSON over several lines.
      for (const line of lines) {
        if (line.startsWith('{"')) this.#lines.push(line);
        else errors += `${line}\n`;
      }
    });
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    const isListening = (): Promise<LogEntry | undefined> => {
      if (child.exitCode !== null) throw new Error(`the gateway ended: ${errors}`);
      return Promise.resolve(this.log().find(({ kind }) => kind === 'listening'));
    };
    const listening = await eventually('the gateway', isListening, START_MS);
    this.port = Number(new URL(listening['url'] as string).port);
    const path = (listening['clientSecret'] as string).replace(/^in /, '');
    if ((statSync(path).mode & 0o777) !== 0o600) throw new Error(`${path} is not 0600`);
    this.credentials = JSON.parse(readFileSync(path, 'utf8')) as typeof this.credentials;
  }

  kill(signal: NodeJS.Signals): void {
    this.#child?.kill(signal);
  }

  connect(): Promise<Rpc> {
    return Rpc.connect(`ws://127.0.0.1:${this.port}/ws/api/v2`);
  }

  /** A connection that may trade. */
  async authorized(): Promise<Rpc> {
    const rpc = await this.connect();
    const { clientId: client_id, clientSecret: client_secret } = this.credentials;
    await rpc.call('public/auth', { grant_type: 'client_credentials', client_id, client_secret });
    return rpc;
  }
}
