import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { privateKeyOf } from '../../testnet/accounts.ts';
import { startTestnet } from '../../testnet/network.ts';
import type { Testnet } from '../../testnet/network.ts';
import { freePortOffset } from '../../testnet/ports.ts';
import { TimeInForce } from '../../proto/gen/tenor.clob.v1.ts';
import { BATCH_MAX, blockAt, broadcast } from '../bench/network/rpc.ts';
import { UserKey } from '../harness/keys.ts';
import { FEE, Side, depositMsg, orderMsg } from '../harness/trading.ts';
import type { Markets } from './answers.ts';
import { NodeClient, eventually } from './client.ts';

const LIMIT_MS = 180_000;
const CHAIN_ID = 'tenor-local-1';
const STREAM = 1_000;
/** Beyond what the allowance of an account covers. */
const ORDER_FEE = { gasLimit: 40_000n, fee: [{ denom: 'utenor', amount: '40' }] };
const FLOOD_BLOCKS = 12;
/** Transactions that a flood has at the least. */
const JUNK_LEAST = 1_000;
/** What a request carries; each is new to the engine, which keeps none of them. */
const JUNK_PER_BATCH = BATCH_MAX;

let dir: string;
let network: Testnet;
let nodes: NodeClient[];
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
  nodes = network.nodes.map((n) => new NodeClient(n));
  node = nodes[0]!;
  alice = new UserKey('alice', privateKeyOf(network.accounts[0]!.mnemonic));
  const done = await node.send(alice, [depositMsg(alice, 100_000)], FEE);
  expect(done).toMatchObject({ code: 0 });
}, LIMIT_MS);

afterAll(async () => {
  await network.stop();
  rmSync(dir, { recursive: true, force: true });
}, LIMIT_MS);

async function signer(): Promise<(n: number, chainId?: string) => Uint8Array> {
  const { markets } = await node.get<Markets>('/tenor/v1/markets?underlying=BTC&limit=200');
  const { symbol, mark } = markets.find((market) => market.mark !== null)!;
  const price = Math.max(5, Math.round(Number(mark!.markUusd) / 1e6 / 5) * 5);
  const { accountNumber, sequence } = await node.account(alice.address);
  const order = { series: symbol, side: Side.SIDE_BUY, size: 0.01, price };
  return (n, chainId = CHAIN_ID) => {
    const msg = orderMsg(alice, order, { timeInForce: TimeInForce.TIME_IN_FORCE_IOC });
    const options = { chainId, accountNumber, sequence: sequence + BigInt(n) };
    return alice.signTx([msg], { ...options, ...ORDER_FEE });
  };
}

/** Committed votes of a block, of four. */
async function votesAt(height: number): Promise<number> {
  const { signed_header: header } = await node.call<{
    signed_header: { commit: { signatures: { block_id_flag: number }[] } };
  }>('commit', { height: String(height) });
  return header.commit.signatures.filter(({ block_id_flag: flag }) => flag === 2).length;
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
  'a flood of invalid transactions on every node costs no votes and no prices',
  async () => {
    const sign = await signer();
    const from = await node.height();
    let flooding = true;
    let sent = 0;
    const floods = nodes.map(async ({ rpc }) => {
      while (flooding) {
        const first = sent;
        sent += JUNK_PER_BATCH;
        const junk = Array.from({ length: JUNK_PER_BATCH }, (_, i) => sign(first + i, 'other-1'));
        await broadcast(rpc, junk);
      }
    });
    // Until both are there, however fast the machine: blocks enough, and a flood worth the name.
    const to = await eventually(
      'blocks under a flood',
      async () => {
        const height = await node.height();
        return height > from + FLOOD_BLOCKS && sent > JUNK_LEAST ? height : undefined;
      },
      120_000,
    ).finally(() => {
      flooding = false;
    });
    await Promise.all(floods);
    const votes: number[] = [];
    for (let height = from + 1; height < to; height++) votes.push(await votesAt(height));
    const missed = votes.reduce((sum, count) => sum + 4 - count, 0);
    expect(missed).toBeLessThanOrEqual(to - from);
    const { markets } = await node.get<Markets>('/tenor/v1/markets?underlying=BTC&limit=20');
    expect(markets.some(({ mark }) => mark !== null)).toBe(true);
  },
  LIMIT_MS,
);
