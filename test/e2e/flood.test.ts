import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { privateKeyOf } from '../../testnet/accounts.ts';
import { startTestnet } from '../../testnet/network.ts';
import type { Testnet } from '../../testnet/network.ts';
import { freePortOffset } from '../../testnet/ports.ts';
import { TimeInForce } from '../../proto/gen/tenor.clob.v1.ts';
import { MsgSend } from '../../proto/gen/cosmos.bank.v1beta1.ts';
import { JunkFlood, junkTxs } from '../bench/network/junk.ts';
import { usageOf } from '../bench/network/nodeUsage.ts';
import { BATCH_MAX, blockAt, broadcast } from '../bench/network/rpc.ts';
import { votesOf } from '../bench/network/votes.ts';
import { UserKey, anyOf } from '../harness/keys.ts';
import { FEE, Side, depositMsg, orderMsg } from '../harness/trading.ts';
import type { Markets } from './answers.ts';
import { NodeClient, eventually } from './client.ts';
import { callWith, priceOf } from './series.ts';

const LIMIT_MS = 180_000;
const CHAIN_ID = 'tenor-local-1';
const STREAM = 1_000;
/** Beyond what the allowance of an account covers. */
const ORDER_FEE = { gasLimit: 40_000n, fee: [{ denom: 'utenor', amount: '40' }] };
const FLOOD_BLOCKS = 12;
/** Transactions that a flood has at the least. */
const JUNK_LEAST = 1_000;
const JUNK_POOL = 3_000;
const JUNK_REFUSALS = ['sdk/2 in CheckTx', 'sdk/32 in CheckTx', 'sdk/4 in CheckTx'];
/** A quarter: on a machine that is busy with other things a vote comes late now and then. */
const LOST_VOTES_MAX = 0.25;
const MEMORY_MAX_BYTES = 256 * 2 ** 20;
const LOG_BYTES_A_BLOCK = 8_192;
const amount = [{ denom: 'utenor', amount: '1' }];

let dir: string;
let network: Testnet;
let node: NodeClient;
let alice: UserKey;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tenor-flood-'));
  network = await startTestnet({
    dir,
    validators: 4,
    blockTimeMs: 300,
    portOffset: await freePortOffset(4),
  });
  node = new NodeClient(network.nodes[0]!);
  alice = new UserKey('alice', privateKeyOf(network.accounts[0]!.mnemonic));
  const done = await node.send(alice, [depositMsg(alice, 100_000)], FEE);
  expect(done).toMatchObject({ code: 0 });
}, LIMIT_MS);

afterAll(async () => {
  await network.stop();
  rmSync(dir, { recursive: true, force: true });
}, LIMIT_MS);

async function signer(): Promise<(n: number) => Uint8Array> {
  const market = await callWith(node);
  const { accountNumber, sequence } = await node.account(alice.address);
  const order = { series: market.symbol, side: Side.SIDE_BUY, size: 0.01, price: priceOf(market) };
  return (n) => {
    const msg = orderMsg(alice, order, { timeInForce: TimeInForce.TIME_IN_FORCE_IOC });
    const options = { chainId: CHAIN_ID, accountNumber, sequence: sequence + BigInt(n) };
    return alice.signTx([msg], { ...options, ...ORDER_FEE });
  };
}

test(
  'a stream of a thousand orders is never refused for its sequence while blocks go on',
  async () => {
    const sign = await signer();
    const from = await node.height();
    const { sequence: first } = await node.account(alice.address);
    for (let at = 0; at < STREAM; at += BATCH_MAX) {
      const count = Math.min(BATCH_MAX, STREAM - at);
      const batch = Array.from({ length: count }, (_, i) => sign(at + i));
      expect(await broadcast(node.rpc, batch)).toMatchObject({ refused: [], left: 0 });
    }
    const { sequence: last } = await eventually(
      'the last order of the stream',
      async () => {
        const account = await node.account(alice.address);
        return account.sequence >= first + BigInt(STREAM) ? account : undefined;
      },
      90_000,
    );
    expect(last).toBe(first + BigInt(STREAM));
    const to = await node.height();
    const verdicts = new Set<string>();
    for (let height = from + 1; height < to; height++) {
      for (const { verdict } of (await blockAt(node.rpc, height, 1)).txs) verdicts.add(verdict);
    }
    expect([...verdicts]).toEqual(['ok']);
  },
  LIMIT_MS,
);

test(
  'a flood of invalid transactions costs no votes, no prices, no memory and no logs',
  async () => {
    const { accountNumber, sequence } = await node.account(alice.address);
    const send = anyOf(MsgSend, { fromAddress: alice.address, toAddress: alice.address, amount });
    const options = { chainId: CHAIN_ID, accountNumber, sequence, ...FEE };
    const junk = junkTxs(alice, [send], options, JUNK_POOL);
    const from = await node.height();
    const before = network.nodes.map(usageOf);
    const flood = new JunkFlood(
      network.nodes.map(({ rpc }) => rpc),
      junk,
    );
    // Until both are there, however fast the machine: blocks enough, and a flood worth the name.
    const to = await eventually(
      'blocks under a flood',
      async () => {
        const height = await node.height();
        return height > from + FLOOD_BLOCKS && flood.sent > JUNK_LEAST ? height : undefined;
      },
      120_000,
    ).finally(() => flood.stop());
    const after = network.nodes.map(usageOf);
    expect([...flood.refused.keys()].sort()).toEqual(JUNK_REFUSALS);
    const { lost } = await votesOf(node.rpc, from, to - 1);
    expect(lost).toBeLessThanOrEqual(LOST_VOTES_MAX);
    const { markets } = await node.get<Markets>('/tenor/v1/markets?underlying=BTC&limit=20');
    expect(markets.some(({ mark }) => mark !== null)).toBe(true);
    for (const [i, { appBytes, engineBytes, logBytes }] of after.entries()) {
      expect(appBytes - before[i]!.appBytes).toBeLessThan(MEMORY_MAX_BYTES);
      expect(engineBytes - before[i]!.engineBytes).toBeLessThan(MEMORY_MAX_BYTES);
      // What blocks are logged with, and nothing of the flood.
      expect(logBytes - before[i]!.logBytes).toBeLessThan((to - from) * LOG_BYTES_A_BLOCK);
    }
  },
  LIMIT_MS,
);
