// P14, its second half: how long after Commit a fill reaches a subscriber, with five hundred of
// them. The application executes and commits real blocks in this process, the read side is the
// program's own child process, and the subscribers are a third one: all but the engine is as on a
// node. Blocks come every 300 ms with a hundred orders each, half of which trade.
import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Duplex } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { Feed } from '../../app/chain/replica/feed.ts';
import { createRegistry } from '../../app/modules/index.ts';
import { TestChain } from '../harness/chain.ts';
import { depositMsg, FEE, orderMsg, seriesOf, Side } from '../harness/trading.ts';
import type { Emit } from './figure.ts';

export const name = 'streams';

const SUBSCRIBERS = 500;
const USERS = 100;
const BLOCKS = 100;
const WARM_UP = 20;
const BLOCK_MS = 300;
const USD = 700;

const ROOT = fileURLToPath(new URL('../../', import.meta.url));

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}

/** A read side as `start` runs it. */
function startReader(home: string, port: number, feed: Feed): ChildProcess {
  mkdirSync(join(home, 'config'), { recursive: true });
  const settings = `[app]\nabci = "unix://${home}/app.sock"\nrest = "127.0.0.1:${port}"\n`;
  writeFileSync(join(home, 'config', 'app.toml'), `${settings}log_level = "error"\n`);
  const args = [join(ROOT, 'dist', 'app.mjs'), 'read', '--home', home];
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'inherit', 'inherit', 'pipe'] });
  feed.attach(child.stdio[3] as Duplex);
  return child;
}

/** Nobody waits for an allowance. */
function settings(state: Record<string, unknown>): void {
  const { params } = state['accounts'] as { params: { limits: object[] } };
  const much = { actionsPerMinute: 60_000, actionBurst: 1_000, openOrders: 1_000 };
  const cancels = { cancelsPerMinute: 60_000, cancelBurst: 2_000 };
  params.limits = [{ ...params.limits[0], ...much, ...cancels }];
}

async function startChain(): Promise<TestChain> {
  const users = Array.from({ length: USERS }, (_, i) => `user${i}`);
  const chain = await TestChain.start({ users, alone: true, genesis: settings });
  for (let i = 0; i < 4; i++) await chain.block();
  // As many as a block has room for.
  const all = [...chain.users.values()];
  for (let i = 0; i < USERS; i += 25) {
    const some = all.slice(i, i + 25);
    await chain.block({ txs: some.map((u) => chain.sign(u, [depositMsg(u, 50_000)], FEE)) });
  }
  return chain;
}

/** Half of the users sell, the other half buy the same. */
function orders(chain: TestChain, symbol: string, round: number): Uint8Array[] {
  return [...chain.users.values()].map((user, i) => {
    const side = (i + round) % 2 === 0 ? Side.SIDE_SELL : Side.SIDE_BUY;
    return chain.sign(user, [orderMsg(user, { series: symbol, side, size: 0.01, price: USD })]);
  });
}

/** CPU time of a process so far, of Linux's clock ticks. */
function cpuMs(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
  return (Number(fields[11]) + Number(fields[12])) * TICK_MS;
}
const TICK_MS = 10;

interface Told {
  readonly fills: readonly (readonly [number, number])[];
  readonly messages: number;
  readonly closed: readonly string[];
}

interface Run {
  readonly told: Told;
  readonly committedMs: ReadonlyMap<number, number>;
  readonly accepted: number;
  readonly refused: number;
  /** Of the read side, in the blocks that count. */
  readonly cpuMs: number;
}

async function follow(chain: TestChain, url: string, symbol: string, pid: number): Promise<Run> {
  const script = fileURLToPath(new URL('./subscribers.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, url], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  try {
    const owners = [...chain.users.values()].map(({ address }) => address);
    const clients = Array.from({ length: SUBSCRIBERS }, (_, i) => [
      ...[`account:${owners[i % USERS]!}`, `book:${symbol}`, 'trades:BTC'],
    ]);
    child.stdin.write(`${JSON.stringify(clients)}\n`);
    await lines.next();
    const committedMs = new Map<number, number>();
    let [accepted, refused, before] = [0, 0, 0];
    for (let i = 0; i < WARM_UP + BLOCKS; i++) {
      const sinceMs = performance.now();
      if (i === WARM_UP) before = cpuMs(pid);
      const { txResults } = await chain.block({ txs: orders(chain, symbol, i), afterMs: BLOCK_MS });
      if (i >= WARM_UP) committedMs.set(chain.height, performance.timeOrigin + performance.now());
      const codes = txResults.slice(1).map(({ code }) => code);
      accepted += codes.filter((code) => code === 0).length;
      refused += codes.filter((code) => code !== 0).length;
      await sleep(Math.max(0, BLOCK_MS - (performance.now() - sinceMs)));
    }
    await sleep(2_000);
    const spent = cpuMs(pid) - before;
    child.stdin.end();
    const told = JSON.parse(String((await lines.next()).value)) as Told;
    return { told, committedMs, accepted, refused, cpuMs: spent };
  } finally {
    child.kill();
  }
}

const quantile = (sorted: readonly number[], q: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(q * sorted.length))] ?? NaN;

export async function run(emit: Emit): Promise<void> {
  const chain = await startChain();
  const home = mkdtempSync(join(tmpdir(), 'tenor-streams-'));
  const silent = { info: () => undefined, error: console.error };
  const feed = new Feed({
    store: chain.node.store,
    schemas: createRegistry().schemas,
    logger: silent,
  });
  const port = await freePort();
  const reader = startReader(home, port, feed);
  try {
    const health = `http://127.0.0.1:${port}/tenor/v1/trades`;
    const isThere = () =>
      fetch(health).then(
        ({ status }) => status === 200,
        () => false,
      );
    while (!(await isThere())) await sleep(100);
    const symbol = seriesOf(chain, 'BTC')[0]!.symbol;
    const { told, committedMs, accepted, refused, ...rest } = await follow(
      chain,
      `ws://127.0.0.1:${port}/stream`,
      symbol,
      reader.pid!,
    );
    if (told.closed.length > 0) throw new Error(`a subscriber was cut: ${told.closed[0]!}`);
    const delays = told.fills
      .filter(([height]) => committedMs.has(height))
      .map(([height, atMs]) => atMs - committedMs.get(height)!)
      .sort((a, b) => a - b);
    const work = { accepted, refused: refused === 0 ? {} : { refused } };
    const ms = (q: number) => Math.round(100 * quantile(delays, q)) / 100;
    emit({ name: 'streams.fill.p50', value: ms(0.5), unit: 'ms', work });
    emit({ name: 'streams.fill.p99', value: ms(0.99), unit: 'ms', work });
    emit({ name: 'streams.cpu', value: rest.cpuMs / BLOCKS, unit: 'ms a block of the read side' });
    emit({ name: 'streams.messages', value: told.messages, unit: 'messages' });
    emit({ name: 'streams.fills', value: delays.length, unit: 'fills told' });
  } finally {
    reader.kill();
    feed.close();
    await chain.close();
    rmSync(home, { recursive: true, force: true });
  }
}
