import type { ChildProcess } from 'node:child_process';
import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';

/** Ports that are free now, all different. */
async function freePorts(count: number): Promise<number[]> {
  const servers = Array.from({ length: count }, () => createServer().listen(0, '127.0.0.1'));
  const ports: number[] = [];
  for (const server of servers) {
    if (!server.listening) await once(server, 'listening');
    ports.push((server.address() as AddressInfo).port);
  }
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  return ports;
}

/** Makes the home of a chain with one validator, with vote extensions from the first height. */
export function initHome(binary: string, home: string): void {
  execFileSync(binary, ['init', '--home', home], { stdio: 'pipe' });
  const genesisPath = join(home, 'config', 'genesis.json');
  const genesis = JSON.parse(readFileSync(genesisPath, 'utf8')) as {
    consensus_params: { abci: { vote_extensions_enable_height: string } };
  };
  genesis.consensus_params.abci.vote_extensions_enable_height = '1';
  writeFileSync(genesisPath, JSON.stringify(genesis));
  const configPath = join(home, 'config', 'config.toml');
  const config = readFileSync(configPath, 'utf8');
  writeFileSync(configPath, config.replace(/^timeout_commit = .*$/m, 'timeout_commit = "50ms"'));
}

const RPC_TIMEOUT_MS = 15_000;

/** A running engine. */
export class Engine {
  readonly #process: ChildProcess;
  readonly #rpcUrl: string;
  readonly exited: Promise<unknown>;
  #output = '';

  private constructor(process: ChildProcess, rpcUrl: string) {
    this.#process = process;
    this.#rpcUrl = rpcUrl;
    this.exited = once(process, 'exit');
    const keep = (text: Buffer) => {
      this.#output = (this.#output + text.toString()).slice(-4000);
    };
    process.stdout!.on('data', keep);
    process.stderr!.on('data', keep);
  }

  static async start(binary: string, home: string, proxyApp: string): Promise<Engine> {
    const [rpcPort, p2pPort] = await freePorts(2);
    const rpcAddress = `127.0.0.1:${rpcPort!}`;
    const child = spawn(
      binary,
      [
        ...['start', '--home', home, '--proxy_app', proxyApp, '--log_level', 'error'],
        ...['--rpc.laddr', `tcp://${rpcAddress}`, '--p2p.laddr', `tcp://127.0.0.1:${p2pPort!}`],
      ],
      { stdio: ['ignore', 'pipe', 'pipe'] },
    );
    return new Engine(child, `http://${rpcAddress}`);
  }

  get running(): boolean {
    return this.#process.exitCode === null && this.#process.signalCode === null;
  }

  /** The result of an RPC call, `undefined` while the engine does not answer. */
  async rpc(pathAndQuery: string): Promise<unknown> {
    try {
      const response = await fetch(`${this.#rpcUrl}/${pathAndQuery}`, {
        signal: AbortSignal.timeout(RPC_TIMEOUT_MS),
      });
      return ((await response.json()) as { result?: unknown }).result;
    } catch {
      return undefined;
    }
  }

  /** Waits until `probe` gives a value. Fails, with the engine's last words, when it ends first. */
  async until<T>(what: string, probe: () => Promise<T | undefined>): Promise<T> {
    for (const deadlineMs = Date.now() + 40_000; Date.now() < deadlineMs;) {
      const running = this.running;
      const value = await probe();
      if (value !== undefined) return value;
      if (!running) break;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    throw new Error(`the engine did not reach: ${what}\n${this.#output}`);
  }

  async untilHeight(height: number): Promise<void> {
    await this.until(`height ${height}`, async () => {
      const status = (await this.rpc('status')) as
        { sync_info: { latest_block_height: string } } | undefined;
      return Number(status?.sync_info.latest_block_height ?? 0) >= height ? true : undefined;
    });
  }

  /**
   * Waits until the engine has noticed that its application is gone, and has ended.
   *
   * It sends itself SIGTERM, but a call that was being queued at that moment is never released
   * (`socketClient.flushQueue` runs before `queueRequest`), and then its shutdown waits for the
   * consensus routine for ever: 7 of 55 times, measured on v0.40.0. So it gets a while, then
   * SIGKILL.
   */
  async endAfterApplication(): Promise<void> {
    const notices = () => this.#output.includes('Did the application crash?');
    await this.until('noticing its application is gone', () =>
      Promise.resolve(notices() || undefined),
    );
    const graceMs = 3000;
    await Promise.race([this.exited, new Promise((resolve) => setTimeout(resolve, graceMs))]);
    await this.kill();
  }

  async kill(): Promise<void> {
    if (!this.running) return;
    this.#process.kill('SIGKILL');
    await this.exited;
  }
}
