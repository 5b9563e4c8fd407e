import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { Node, queries } from '../../client/index.ts';
import { startTestnet } from '../../testnet/network.ts';
import type { Testnet } from '../../testnet/network.ts';
import { freePortOffset } from '../../testnet/ports.ts';
import { GatewayProcess } from './gatewayProcess.ts';
import { startIndexer } from './startIndexer.ts';
import { eventually } from './client.ts';
import { tenor } from './tenor.ts';

/** An hour of trading with TENOR_TRADING_MINUTES=60. */
const MINUTES = Number(process.env['TENOR_TRADING_MINUTES'] ?? 0.7);
const LIMIT_MS = MINUTES * 60_000 + 400_000;
const START_MS = 120_000;
const CONTRACT = 10_000;

const program = fileURLToPath(new URL('./ccxt/tradeOn.mjs', import.meta.url));

let dir: string;
let network: Testnet;
let gateway: GatewayProcess;
let trader: Trader | undefined;
let indexer: Awaited<ReturnType<typeof startIndexer>>;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tenor-hour-'));
  network = await startTestnet({
    ...{ dir, validators: 4, blockTimeMs: 1_000, makers: true },
    portOffset: await freePortOffset(4),
  });
  const run = (args: string) => tenor(args, { home: dir, env: { TENOR_TESTNET: dir } });
  await run('account deposit 200000usd --from alice');
  indexer = await startIndexer(network.nodes[0]!.rpc, join(dir, 'history'));
  gateway = new GatewayProcess(dir, indexer.url);
  await startSurely();
}, 200_000);

afterAll(async () => {
  trader?.kill();
  gateway.kill('SIGTERM');
  await indexer.stop();
  await network.stop();
  rmSync(dir, { recursive: true, force: true });
}, 200_000);

interface Told {
  readonly label: string;
  readonly id?: string;
  readonly side: 'buy' | 'sell';
  readonly filled: number;
  readonly refused?: string;
}

interface Done {
  readonly done: true;
  readonly contracts: number;
  readonly open: number;
}

/** What ccxt says, line by line, while it trades. */
class Trader {
  readonly orders: Told[] = [];
  done: Done | null = null;
  readonly ended: Promise<void>;
  readonly #child: ChildProcess;

  constructor({ port, credentials }: GatewayProcess) {
    const { clientId, clientSecret } = credentials;
    const args = [`http://127.0.0.1:${port}`, clientId, clientSecret, String(MINUTES)];
    const child = spawn(process.execPath, [program, ...args]);
    this.#child = child;
    let errors = '';
    child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
    createInterface({ input: child.stdout }).on('line', (line) => {
      const told = JSON.parse(line) as Told | Done;
      if ('done' in told) this.done = told;
      else this.orders.push(told);
    });
    this.ended = new Promise((resolve, reject) => {
      child.once('close', (code) => {
        if (code === 0) resolve();
        else reject(new Error(`ccxt ended with ${String(code)}: ${errors}`));
      });
    });
    // Who awaits it hears of it; until then it must not end the test file.
    this.ended.catch(() => undefined);
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}

const yes = (): true => true;
const no = (): undefined => undefined;

/** As whoever supervises it does: a node that is slow to answer makes it end. */
const startSurely = () => eventually('a gateway', () => gateway.start().then(yes, no), START_MS);

interface Row {
  readonly orderId: string;
  readonly side: 'buy' | 'sell';
  readonly filled: string;
}

/** All that the chain took of alice, by the indexer, newest first. */
async function ordersOnChain(owner: string): Promise<Row[]> {
  const rows: Row[] = [];
  for (let before = ''; ;) {
    const page = `limit=500${before === '' ? '' : `&before=${before}`}`;
    const url = `${indexer.url}/tenor/v1/history/accounts/${owner}/0/orders?${page}`;
    const answer = (await (await fetch(url)).json()) as { orders: Row[]; next: string | null };
    rows.push(...answer.orders);
    if (answer.next === null) return rows;
    before = answer.next;
  }
}

test(
  'trading through ccxt while the gateway is killed twice: no order is lost, and none doubled',
  async () => {
    trader = new Trader(gateway);
    for (let i = 1; i <= 2; i++) {
      await Promise.race([sleep(MINUTES * 20_000), trader.ended]);
      gateway.kill('SIGKILL');
      await startSurely();
    }
    await trader.ended;
    const owner = network.accounts.find(({ name }) => name === 'alice')!.address;
    const refused = trader.orders.filter((order) => order.refused !== undefined);
    const taken = trader.orders.filter((order) => order.refused === undefined);
    expect(taken.length).toBeGreaterThan(8);
    expect(refused.length).toBeLessThan(taken.length / 4);
    // Each label is one order of the chain's, and the chain has no other of its owner.
    const ids = taken.map(({ id }) => id!).toSorted();
    const rows = await eventually('the indexer has all of them', async () => {
      const found = await ordersOnChain(owner);
      return found.length >= ids.length ? found : undefined;
    });
    expect(rows.map(({ orderId }) => orderId).toSorted()).toEqual(ids);
    // What filled is what is held; nothing rests.
    const signed = ({ side, filled }: Row) => (side === 'buy' ? 1 : -1) * Number(filled);
    const net = rows.reduce((sum, row) => sum + signed(row), 0);
    const node = new Node(network.nodes[1]!.rpc);
    const { positions } = await node.ask(queries.subaccount, { owner, number: 0 });
    const held = positions.reduce((sum, { position }) => sum + Number(position!.quantity), 0);
    expect([net, trader.done?.open]).toEqual([held, 0]);
    expect(Math.round(trader.done!.contracts * CONTRACT)).toBe(held);
    expect((await node.ask(queries.orders, { owner, subaccount: 0 })).orders).toEqual([]);
    console.log(`${taken.length} orders, ${refused.length} refused, ${rows.length} on the chain`);
  },
  LIMIT_MS,
);
