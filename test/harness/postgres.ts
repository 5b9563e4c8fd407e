import { execFileSync, spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sleep } from '../../client/sleep.ts';

const ROOT = '/usr/lib/postgresql';
const START_LIMIT_MS = 30_000;

/** Programs of Debian's newest PostgreSQL; null where it is not installed. */
function binFolder(): string | null {
  if (!existsSync(ROOT)) return null;
  const found = readdirSync(ROOT).filter((v) => existsSync(join(ROOT, v, 'bin', 'initdb')));
  const newest = found.sort((a, b) => Number(b) - Number(a))[0];
  return newest === undefined ? null : join(ROOT, newest, 'bin');
}

/** It refuses to run as root: there its packages' own user does. */
function userOf(): { readonly uid?: number; readonly gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync('id', [flag, 'postgres'], { encoding: 'utf8' }));
  return { uid: id('-u'), gid: id('-g') };
}

function freePort(): Promise<number> {
  return new Promise((resolve) => {
    const server = createServer();
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => resolve(port));
    });
  });
}

/** A server of PostgreSQL of a test's own, on loopback, in a folder that goes with it. */
export class PostgresServer {
  readonly #process: ChildProcess;
  readonly #folder: string;
  readonly #url: string;

  private constructor(child: ChildProcess, folder: string, url: string) {
    this.#process = child;
    this.#folder = folder;
    this.#url = url;
  }

  static isInstalled(): boolean {
    return binFolder() !== null;
  }

  static async start(): Promise<PostgresServer> {
    const bin = binFolder();
    if (bin === null) throw new Error('PostgreSQL is not installed');
    const folder = mkdtempSync(join(tmpdir(), 'tenor-postgres-'));
    const user = userOf();
    if (user.uid !== undefined) chownSync(folder, user.uid, user.gid!);
    const options = { stdio: 'ignore', cwd: folder, ...user } as const;
    const data = join(folder, 'data');
    const init = ['-D', data, '-U', 'tenor', '-A', 'trust', '-E', 'UTF8', '--no-sync'];
    execFileSync(join(bin, 'initdb'), init, options);
    const port = await freePort();
    const settings = ['-D', data, '-k', folder, '-h', '127.0.0.1', '-p', String(port)];
    const child = spawn(join(bin, 'postgres'), settings, options);
    const server = new PostgresServer(child, folder, `postgres://tenor@127.0.0.1:${port}`);
    await server.#untilReady();
    return server;
  }

  /** Of its user's. */
  get folder(): string {
    return this.#folder;
  }

  /** A new, empty database of the server. */
  async createDatabase(name: string): Promise<string> {
    const { default: pg } = await import('pg');
    const client = new pg.Client({ connectionString: `${this.#url}/postgres` });
    await client.connect();
    await client.query(`create database ${name}`);
    await client.end();
    return `${this.#url}/${name}`;
  }

  async stop(): Promise<void> {
    const ended = new Promise((resolve) => this.#process.once('exit', resolve));
    // The server itself stops for it, with its connections.
    this.#process.kill('SIGINT');
    await ended;
    rmSync(this.#folder, { recursive: true, force: true });
  }

  async #untilReady(): Promise<void> {
    const { default: pg } = await import('pg');
    for (const until = Date.now() + START_LIMIT_MS; ;) {
      const client = new pg.Client({ connectionString: `${this.#url}/postgres` });
      try {
        await client.connect();
        await client.end();
        return;
      } catch (error) {
        if (Date.now() > until) throw error;
        await sleep(100);
      }
    }
  }
}
