import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { DirectSecp256k1Wallet } from '@cosmjs/proto-signing';
import { GasPrice, SigningStargateClient } from '@cosmjs/stargate';
import { MsgSend } from '../../proto/gen/cosmos.bank.v1beta1.ts';
import { privateKeyOf } from '../../testnet/accounts.ts';
import { startTestnet } from '../../testnet/network.ts';
import type { Testnet } from '../../testnet/network.ts';
import { freePortOffset } from '../../testnet/ports.ts';
import { UserKey, anyOf } from '../harness/keys.ts';
import { FEE, Side, depositMsg, orderMsg } from '../harness/trading.ts';
import type { Account, Prices, Votes } from './answers.ts';
import { NodeClient, alive, control, eventually } from './client.ts';
import { tenor } from './tenor.ts';
import { callWith, priceOf } from './series.ts';

/** Starting four engines on two busy cores, and every wait below, fits in this. */
const LIMIT_MS = 180_000;
/** From an expiry until its last position is paid, on nodes that are slow. */
const SETTLES_WITHIN_MS = 60_000;

let dir: string;
let network: Testnet;
let nodes: NodeClient[];
let node: NodeClient;
const users = new Map<string, UserKey>();
const user = (name: string) => users.get(name)!;

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tenor-e2e-'));
  network = await startTestnet({
    dir,
    validators: 4,
    preset: 'fast-expiry',
    blockTimeMs: 500,
    portOffset: await freePortOffset(4),
  });
  nodes = network.nodes.map((n) => new NodeClient(n));
  node = nodes[0]!;
  for (const { name, mnemonic } of network.accounts) {
    users.set(name, new UserKey(name, privateKeyOf(mnemonic)));
  }
  await control(network.market.url, { underlying: 'BTC', price: '64000', hold: true });
}, LIMIT_MS);

afterAll(async () => {
  const pids = network.nodes.flatMap(({ pids }) => Object.values(pids));
  await network.stop();
  rmSync(dir, { recursive: true, force: true });
  expect(alive(pids)).toEqual([]);
}, LIMIT_MS);

const btcIndex = async (from: NodeClient = node) => {
  const { prices } = await from.get<Prices>('/tenor/v1/oracle/prices');
  return Number(prices.find((p) => p.underlying === 'BTC')!.price.indexUusd) / 1e6;
};

/** Every node shows it; each commits a block when it gets there, not all at once. */
const indexReaches = (price: number) =>
  Promise.all(
    nodes.map((n) =>
      eventually(`index ${price} on ${n.rpc}`, async () =>
        Math.abs((await btcIndex(n)) - price) < 1 ? true : undefined,
      ),
    ),
  );

const accountOf = (name: string) => node.get<Account>(`/tenor/v1/accounts/${user(name).address}/0`);

const secondsTo = (expirySeconds: string) => Number(expirySeconds) - Date.now() / 1000;

/** All nodes have the same app hash at a height that all have reached. */
async function expectSameHash(): Promise<void> {
  const height = Math.max(...(await Promise.all(nodes.map((n) => n.height()))));
  const hashes = await Promise.all(
    nodes.map((n) => eventually(`height ${height} on ${n.rpc}`, () => n.appHash(height))),
  );
  expect(new Set(hashes).size).toBe(1);
}

test(
  'prices appear on every node and follow the market',
  async () => {
    await indexReaches(64_000);
    await control(network.market.url, { underlying: 'BTC', price: '65500', hold: true });
    await indexReaches(65_500);
  },
  LIMIT_MS,
);

test(
  'an unmodified SigningStargateClient sends, simulates, reads and finds',
  async () => {
    const { mnemonic, address } = network.accounts.find((a) => a.name === 'carol')!;
    const wallet = await DirectSecp256k1Wallet.fromKey(privateKeyOf(mnemonic), 'tenor');
    const client = await SigningStargateClient.connectWithSigner(node.rpc, wallet, {
      gasPrice: GasPrice.fromString('0.025utenor'),
      broadcastPollIntervalMs: 200,
    });
    const to = user('bob').address;
    const before = await client.getBalance(to, 'uusd');
    const msg = {
      typeUrl: '/cosmos.bank.v1beta1.MsgSend',
      value: {
        fromAddress: address,
        toAddress: to,
        amount: [{ denom: 'uusd', amount: '1234567' }],
      },
    };
    expect(await client.simulate(address, [msg], '')).toBeGreaterThan(1_000);
    const sent = await client.signAndBroadcast(address, [msg], 'auto', 'by cosmjs');
    expect(sent.code).toBe(0);
    const after = await client.getBalance(to, 'uusd');
    expect(BigInt(after.amount) - BigInt(before.amount)).toBe(1_234_567n);
    const found = await eventually('the index of transactions', async () => {
      return (await client.getTx(sent.transactionHash)) ?? undefined;
    });
    expect(found.height).toBe(sent.height);
    const received = await client.searchTx([{ key: 'transfer.recipient', value: to }]);
    expect(received.map((tx) => tx.hash)).toContain(sent.transactionHash);
    client.disconnect();
  },
  LIMIT_MS,
);

test(
  'two people deposit, trade, and see their positions',
  async () => {
    for (const name of ['alice', 'bob']) {
      const done = await node.send(user(name), [depositMsg(user(name), 50_000)], FEE);
      expect(done).toMatchObject({ code: 0 });
    }
    const market = await callWith(node, { secondsLeft: 60 });
    const { symbol } = market;
    const price = priceOf(market);
    const order = { series: symbol, size: 0.5, price };
    const sell = orderMsg(user('alice'), { ...order, side: Side.SIDE_SELL });
    const buy = orderMsg(user('bob'), { ...order, side: Side.SIDE_BUY });
    expect(await node.send(user('alice'), [sell])).toMatchObject({ code: 0 });
    expect((await accountOf('alice')).orders).toHaveLength(1);
    expect(await node.send(user('bob'), [buy])).toMatchObject({ code: 0 });
    const [alice, bob] = [await accountOf('alice'), await accountOf('bob')];
    expect(alice.positions).toMatchObject([{ symbol, position: { quantity: '-5000' } }]);
    expect(bob.positions).toMatchObject([{ symbol, position: { quantity: '5000' } }]);
    expect(Number(alice.margin.initialUusd)).toBeLessThan(Number(alice.subaccount.cashUusd));
  },
  LIMIT_MS,
);

test(
  'an order beyond margin is refused with its code',
  async () => {
    const market = await callWith(node, { secondsLeft: 30 });
    const { symbol } = market;
    const price = priceOf(market);
    const order = orderMsg(user('alice'), {
      series: symbol,
      side: Side.SIDE_SELL,
      size: 500,
      price,
    });
    const refused = await node.send(user('alice'), [order]);
    expect(refused).toMatchObject({ codespace: 'margin', code: 1 });
  },
  LIMIT_MS,
);

test(
  'forged, replayed, foreign and meaningless transactions are refused',
  async () => {
    const [alice, bob] = [user('alice'), user('bob')];
    const amount = [{ denom: 'uusd', amount: '1' }];
    const msg = anyOf(MsgSend, { fromAddress: alice.address, toAddress: bob.address, amount });
    const good = await node.sign(alice, [msg], FEE);

    const badSignature = Uint8Array.from(good);
    badSignature[badSignature.length - 1]! ^= 1;
    expect(await node.broadcast(badSignature)).toMatchObject({ codespace: 'sdk', code: 4 });
    const foreign = await node.sign(alice, [msg], { ...FEE, chainId: 'another-1' });
    expect(await node.broadcast(foreign)).toMatchObject({ codespace: 'sdk', code: 4 });
    const stolen = await node.sign(bob, [msg], FEE);
    expect((await node.broadcast(stolen)).code).not.toBe(0);
    const garbage = Buffer.from('not a transaction at all');
    expect(await node.broadcast(garbage)).toMatchObject({ codespace: 'sdk', code: 2 });
    const lookAlike = Uint8Array.of(0, 0x54, 0x56, 1, 8, 0);
    expect(await node.broadcast(lookAlike)).toMatchObject({ codespace: 'runtime', code: 3 });

    expect(await node.send(alice, [msg], FEE)).toMatchObject({ code: 0 });
    // The same bytes again: another node has not seen them, and refuses their sequence all the
    // same.
    const replayed = await nodes[1]!.broadcast(good).catch((error: unknown) => String(error));
    expect(JSON.stringify(replayed)).toMatch(/tx already exists in cache|sequence/);
  },
  LIMIT_MS,
);

test(
  'a validator that is killed mid-trade comes back with the same app hash',
  async () => {
    const before = await nodes[3]!.height();
    network.kill(3, 'app', 'SIGKILL');
    const bob = user('bob');
    const market = await callWith(node, { secondsLeft: 40 });
    const { symbol } = market;
    const price = priceOf(market);
    for (const size of [0.01, 0.02, 0.03]) {
      const order = orderMsg(bob, { series: symbol, side: Side.SIDE_BUY, size, price });
      expect(await node.send(bob, [order])).toMatchObject({ code: 0 });
    }
    const goal = (await node.height()) + 2;
    await eventually(
      `validator3 at ${goal}`,
      async () => {
        const height = await nodes[3]!.height().catch(() => 0);
        return height >= goal && height > before ? true : undefined;
      },
      60_000,
    );
    await expectSameHash();
  },
  LIMIT_MS,
);

test(
  'one lying feeder moves nothing',
  async () => {
    const truth = await btcIndex();
    const outliers = async () => {
      const { votes } = await node.get<Votes>('/tenor/v1/oracle/votes');
      return votes.map((v) => Number(v.outliers));
    };
    const before = await outliers();
    network.setFeederLie(1, 1.5);
    const start = await node.height();
    const seen = new Set<number>();
    await eventually('ten blocks under a lie', async () => {
      seen.add(await btcIndex());
      return (await node.height()) >= start + 10 ? true : undefined;
    });
    expect([...seen].every((price) => Math.abs(price / truth - 1) < 0.001)).toBe(true);
    const grown = (await outliers()).map((count, i) => count - before[i]!);
    expect(grown.filter((count) => count > 2)).toHaveLength(1);
    network.setFeederLie(1, 1);
  },
  LIMIT_MS,
);

test(
  'a series expires, and what it pays adds up to the last base unit',
  async () => {
    const market = await callWith(node, { secondsLeft: 40 });
    const { symbol, expirySeconds, strikeUusd } = market;
    const [alice, bob] = [user('alice'), user('bob')];
    const price = priceOf(market);
    const order = { series: symbol, size: 0.2, price };
    await node.send(alice, [orderMsg(alice, { ...order, side: Side.SIDE_SELL })]);
    await node.send(bob, [orderMsg(bob, { ...order, side: Side.SIDE_BUY })]);
    const strike = Number(strikeUusd) / 1e6;
    await control(network.market.url, {
      underlying: 'BTC',
      price: String(strike + 1_000),
      hold: true,
    });
    const settled = await eventually(
      `settlement of ${symbol}`,
      async () => {
        const { expiry } = await node.get<{ expiry: { status: number; settlementUusd: string } }>(
          `/tenor/v1/settlements/${expirySeconds}?underlying=BTC`,
        );
        return expiry.status === 4 ? expiry : undefined;
      },
      secondsTo(expirySeconds) * 1_000 + SETTLES_WITHIN_MS,
    );
    expect(Number(settled.settlementUusd)).toBeGreaterThan(0);
    const open = (await accountOf('bob')).positions.map((p) => p.symbol);
    expect(open).not.toContain(symbol);
    await expectSameHash();
    const proved = { home: dir, env: { TENOR_TESTNET: dir } };
    const expiry = `verify settlement ${symbol.split('-')[1]!} BTC`;
    expect((await tenor(expiry, proved)).stdout).toMatch(/^Verified: BTC \w+ has settled at /);
    const position = await tenor(`verify position ${symbol} --from bob`, proved);
    expect(position.stdout).toMatch(/holds no BTC-\S+: BTC \w+ has settled at /);
  },
  LIMIT_MS * 2,
);
