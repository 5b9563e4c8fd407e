import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { privateKeyOf } from '../../testnet/accounts.ts';
import { startTestnet } from '../../testnet/network.ts';
import type { Testnet } from '../../testnet/network.ts';
import { freePortOffset } from '../../testnet/ports.ts';
import { floodQueries, floodRest } from '../bench/network/readFlood.ts';
import type { Flood } from '../bench/network/readFlood.ts';
import { votesOf } from '../bench/network/votes.ts';
import type { Votes } from '../bench/network/votes.ts';
import { UserKey } from '../harness/keys.ts';
import { FEE, depositMsg } from '../harness/trading.ts';
import type { Markets } from './answers.ts';
import { NodeClient, eventually } from './client.ts';

const LIMIT_MS = 180_000;
const WATCH_MS = 12_000;
const REST_READERS = 16;
const RPC_READERS = 4;
const ANSWERS_WITHIN_MS = 5_000;
/**
 * Of all votes. Readers on the validator's own thread cost it most of them; on a machine that is
 * busy with other things a vote comes late now and then without any reader.
 */
const LOST_VOTES_MAX = 0.05;

let dir: string;
let network: Testnet;
let nodes: NodeClient[];
let alice: UserKey;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tenor-readers-'));
  const portOffset = await freePortOffset(4);
  network = await startTestnet({ dir, validators: 4, blockTimeMs: 500, portOffset });
  nodes = network.nodes.map((n) => new NodeClient(n));
  const { mnemonic } = network.accounts.find(({ name }) => name === 'alice')!;
  alice = new UserKey('alice', privateKeyOf(mnemonic));
  expect(await nodes[0]!.send(alice, [depositMsg(alice, 50_000)], FEE)).toMatchObject({ code: 0 });
}, LIMIT_MS);

afterAll(async () => {
  await network.stop();
  rmSync(dir, { recursive: true, force: true });
}, LIMIT_MS);

/** What happens in a while. */
async function watch(): Promise<Votes> {
  const from = await nodes[0]!.height();
  await sleep(WATCH_MS);
  return votesOf(nodes[0]!.rpc, from, (await nodes[0]!.height()) - 1);
}

const floodsOf = (node: NodeClient, symbol: string): Flood[] => {
  const reads = { rest: node.rest, rpc: node.rpc, symbol, address: alice.address };
  return [floodRest(reads, REST_READERS), floodQueries(reads, RPC_READERS)];
};

test(
  'readers without mercy on every path of every validator cost no votes',
  async () => {
    const { markets } = await nodes[0]!.get<Markets>('/tenor/v1/markets?limit=1');
    const quiet = await watch();
    const floods = nodes.flatMap((node) => floodsOf(node, markets[0]!.symbol));
    const flooded = await watch();
    // Reads do not fall behind for good: the replica is at a height of now.
    const shown = await nodes[1]!.get<{ height: number }>('/tenor/v1/oracle/prices');
    expect(shown.height).toBeGreaterThan((await nodes[1]!.height()) - 5);
    for (const each of floods) await each.stop();
    expect(flooded.lost).toBeLessThanOrEqual(quiet.lost + LOST_VOTES_MAX);
    // Every kind was answered: both interfaces of every node.
    expect(floods.every(({ answers }) => (answers.get(200) ?? 0) > 10)).toBe(true);
  },
  LIMIT_MS,
);

/** The read side of a node is a child of its application. */
function readSideOf(index: number): number | undefined {
  const { app } = network.nodes[index]!.pids;
  const listed = execFileSync('ps', ['-eo', 'pid=,ppid=,args='], { encoding: 'utf8' });
  const line = listed
    .split('\n')
    .map((text) => text.trim().split(/\s+/))
    .find(([, parent, ...args]) => Number(parent) === app && args.includes('read'));
  return line === undefined ? undefined : Number(line[0]);
}

test(
  'a read side that is killed comes back, and its validator does not notice',
  async () => {
    const before = readSideOf(2)!;
    const from = await nodes[0]!.height();
    process.kill(before, 'SIGKILL');
    // The engine's own interface is answered meanwhile; only what was just asked may be refused.
    const account = () => nodes[2]!.account(alice.address).catch(() => undefined);
    await eventually('abci_query of validator2', account, ANSWERS_WITHIN_MS);
    await eventually('REST of validator2', () =>
      nodes[2]!.get<object>('/tenor/v1/oracle/prices').catch(() => undefined),
    );
    expect(readSideOf(2)).not.toBe(before);
    const to = await eventually('more blocks', async () => {
      const height = await nodes[2]!.height();
      return height > from + 3 ? height : undefined;
    });
    expect((await votesOf(nodes[0]!.rpc, from, to - 1)).lost).toBeLessThanOrEqual(LOST_VOTES_MAX);
  },
  LIMIT_MS,
);
