import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { privateKeyOf } from '../../testnet/accounts.ts';
import { startTestnet } from '../../testnet/network.ts';
import type { Testnet } from '../../testnet/network.ts';
import { layout, root } from '../../testnet/paths.ts';
import { freePortOffset } from '../../testnet/ports.ts';
import { readRecord } from '../../testnet/testnetJson.ts';
import { UserKey } from '../harness/keys.ts';
import { FEE, Side, depositMsg, orderMsg } from '../harness/trading.ts';
import type { Account } from './answers.ts';
import { NodeClient, alive, eventually } from './client.ts';
import { callWith, priceOf } from './series.ts';

const LIMIT_MS = 180_000;
const SNAPSHOT_INTERVAL = 20;

let dir: string;
let network: Testnet;
let validator: NodeClient;
let joined: NodeClient;
let alice: UserKey;
let portOffset: number;

const start = () =>
  startTestnet({
    dir,
    validators: 2,
    blockTimeMs: 300,
    snapshotInterval: SNAPSHOT_INTERVAL,
    portOffset,
  });

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tenor-sync-'));
  portOffset = await freePortOffset(3);
  network = await start();
  validator = new NodeClient(network.nodes[0]!);
  const { mnemonic } = network.accounts.find(({ name }) => name === 'alice')!;
  alice = new UserKey('alice', privateKeyOf(mnemonic));
}, LIMIT_MS);

afterAll(async () => {
  const pids = network.nodes.flatMap(({ pids }) => Object.values(pids));
  await network.stop();
  const record = readRecord(dir)!;
  rmSync(dir, { recursive: true, force: true });
  expect(record.nodes.flatMap(({ pids }) => Object.values(pids)).every((p) => p === null)).toBe(
    true,
  );
  expect(alive(pids)).toEqual([]);
}, LIMIT_MS);

const untilHeight = (node: NodeClient, height: number) =>
  eventually(`height ${height} on ${node.rpc}`, async () =>
    (await node.height()) >= height ? true : undefined,
  );

/** The next blocks of the network are the same on the node that joined. */
async function expectFollows(blocks: number): Promise<void> {
  const from = await validator.height();
  for (let height = from; height < from + blocks; height++) {
    const [theirs, ours] = await Promise.all(
      [validator, joined].map((node) =>
        eventually(`height ${height} on ${node.rpc}`, () => node.appHash(height)),
      ),
    );
    expect(ours).toBe(theirs);
  }
}

/** Alice's account, with her resting order and margin, as a node tells it. */
const accountOn = (node: NodeClient) => node.get<Account>(`/tenor/v1/accounts/${alice.address}/0`);

test(
  'a node joins by state sync, follows, answers and passes transactions on',
  async () => {
    await validator.send(alice, [depositMsg(alice, 50_000)], FEE);
    const market = await callWith(validator);
    const { symbol } = market;
    // Below the mark, so that it rests: a book that the new node must rebuild.
    const price = priceOf(market, 0.5);
    const placed = await validator.send(alice, [
      orderMsg(alice, { series: symbol, side: Side.SIDE_BUY, size: 0.1, price }),
    ]);
    expect(placed.log).toBe('');
    await untilHeight(validator, placed.height + SNAPSHOT_INTERVAL);

    const args = [join(root, 'dist', 'testnet.mjs'), '--add-node', '--dir', dir];
    const { stdout } = await promisify(execFile)(process.execPath, args);
    expect(stdout).toContain('node2 follows the chain');

    const record = readRecord(dir)!.nodes[2]!;
    expect(record).toMatchObject({ name: 'node2', pids: { feeder: null } });
    joined = new NodeClient(record);
    const { sync_info: sync } = await joined.call<{
      sync_info: { earliest_block_height: string; catching_up: boolean };
    }>('status', {});
    expect(sync.catching_up).toBe(false);
    // It has no block before its snapshot, so it cannot have replayed them.
    expect(Number(sync.earliest_block_height)).toBeGreaterThan(placed.height);
    expect(readFileSync(layout.log(record.home, 'app'), 'utf8')).toContain(
      'a snapshot was restored',
    );

    await expectFollows(5);
    const [theirs, ours] = await Promise.all([validator, joined].map(accountOn));
    expect(ours!.orders).toHaveLength(1);
    // Each answers at its own height, and margins follow the marks of that.
    const same = { margin: null, explanation: null, height: null };
    expect({ ...ours!, ...same }).toEqual({ ...theirs!, ...same });
    const book = async (node: NodeClient) => {
      const answer = await node.get<object>(`/tenor/v1/markets/${symbol}/book`);
      return { ...answer, height: null };
    };
    expect(await book(joined)).toEqual(await book(validator));

    const sent = await joined.send(alice, [depositMsg(alice, 1)], FEE);
    expect(sent.code).toBe(0);
  },
  LIMIT_MS,
);

test(
  'it goes on after its application was killed, and runs again with its network',
  async () => {
    network.kill(2, 'app');
    await expectFollows(5);
    await network.stop();
    network = await start();
    expect(network.nodes.map(({ name }) => name)).toEqual(['validator0', 'validator1', 'node2']);
    await expectFollows(2);
  },
  LIMIT_MS,
);
