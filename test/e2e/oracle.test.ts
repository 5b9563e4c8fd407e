import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type * as clob from '../../proto/gen/tenor.clob.v1.ts';
import { FeedStatus } from '../../proto/gen/tenor.oracle.v1.ts';
import * as oracle from '../../proto/gen/tenor.oracle.v1.ts';
import { privateKeyOf } from '../../testnet/accounts.ts';
import { startTestnet } from '../../testnet/network.ts';
import type { Testnet } from '../../testnet/network.ts';
import { freePortOffset } from '../../testnet/ports.ts';
import { UserKey } from '../harness/keys.ts';
import type { AnyMsg } from '../harness/keys.ts';
import { proposalOfSol } from '../harness/newUnderlying.ts';
import { FEE, Side, depositMsg, orderMsg, withdrawMsg } from '../harness/trading.ts';
import type { Account } from './answers.ts';
import { NodeClient, alive, control, eventually } from './client.ts';
import { callWith, priceOf } from './series.ts';

const LIMIT_MS = 180_000;
/** What three sets of parameters take. */
const PROPOSAL = { gasLimit: 1_000_000n, fee: [{ denom: 'utenor', amount: '25000' }] };
/** Long enough for a block of before it to be told from one of now. */
const STOPPED_MS = 15_000;
/** Longer than a validator waits for a proposal. */
const GIVES_UP_MS = 5_000;
const { FEED_STATUS_LIVE, FEED_STATUS_RECOVERING, FEED_STATUS_STALE } = FeedStatus;

let dir: string;
let network: Testnet;
let nodes: NodeClient[];
let node: NodeClient;
const userOf = (name: string) =>
  new UserKey(name, privateKeyOf(network.accounts.find((a) => a.name === name)!.mnemonic));

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tenor-oracle-'));
  network = await startTestnet({
    ...{ dir, validators: 4, preset: 'fast-expiry', blockTimeMs: 500 },
    portOffset: await freePortOffset(4),
  });
  nodes = network.nodes.map((n) => new NodeClient(n));
  node = nodes[0]!;
  await control(network.market.url, { underlying: 'BTC', price: '64000', hold: true });
  await control(network.market.url, { underlying: 'SOL', price: '150', hold: true });
  for (const name of ['alice', 'bob']) {
    await node.send(userOf(name), [depositMsg(userOf(name), 50_000)], FEE);
  }
}, LIMIT_MS);

afterAll(async () => {
  const pids = network.nodes.flatMap(({ pids: all }) => Object.values(all));
  await network.stop();
  rmSync(dir, { recursive: true, force: true });
  expect(alive(pids)).toEqual([]);
}, LIMIT_MS);

async function indexOf(underlying: string, of = node): Promise<oracle.Price | undefined> {
  const { prices } = await of.query(
    '/tenor.oracle.v1.Query/Prices',
    oracle.QueryPricesRequest,
    oracle.QueryPricesResponse,
    {},
  );
  return prices.find((p) => p.underlying === underlying)?.price;
}

const indexIs = (what: string, holds: (price: oracle.Price) => boolean, underlying = 'BTC') =>
  eventually(`${underlying} ${what}`, async () => {
    const price = await indexOf(underlying);
    return price !== undefined && holds(price) ? price : undefined;
  });

/** The call of an underlying that expires next and has so much time left. */
const secondsTo = (expirySeconds: string) => Number(expirySeconds) - Date.now() / 1_000;

const orderOf = (name: string, side: clob.Side, series: string, price: number, more = {}) =>
  orderMsg(userOf(name), { series, side, size: 0.5, price }, more);

/** Done, or what it was refused with in a block. */
async function said(name: string, msg: AnyMsg): Promise<string> {
  const { code, codespace } = await node.send(userOf(name), [msg], FEE);
  return code === 0 ? 'done' : `${codespace}/${code}`;
}

test(
  'governance alone brings SOL to a running network: feeders follow, it trades and settles',
  async () => {
    const authority = userOf('authority');
    const ask: Parameters<typeof proposalOfSol>[0] = (...asked) => node.query(...asked);
    const msgs = await proposalOfSol(ask, authority.address, 60n);
    expect(await node.send(authority, msgs, PROPOSAL)).toMatchObject({ code: 0 });
    for (const one of nodes) {
      await eventually('an index of SOL', async () => await indexOf('SOL', one));
    }
    const sol = await indexIs('live', ({ status }) => status === FEED_STATUS_LIVE, 'SOL');
    expect(Number(sol.indexUusd) / 1e6).toBeCloseTo(150, 1);
    // Three of four are a quorum; in a while all four report it.
    await indexIs('by all four', ({ reportedPower }) => reportedPower === 400n, 'SOL');

    const { symbol, mark, expirySeconds, strikeUusd } = await callWith(node, {
      ...{ underlying: 'SOL', secondsLeft: 40, worthUsd: 0.5 },
    });
    const price = Math.max(0.01, Math.round(Number(mark.markUusd) / 1e4) / 100);
    expect(await said('alice', orderOf('alice', Side.SIDE_SELL, symbol, price))).toBe('done');
    expect(await said('bob', orderOf('bob', Side.SIDE_BUY, symbol, price))).toBe('done');
    const held = await node.get<Account>(`/tenor/v1/accounts/${userOf('bob').address}/0`);
    expect(held.positions).toMatchObject([{ symbol, position: { quantity: '5000' } }]);

    const settles = Number(strikeUusd) / 1e6 + 12.5;
    await control(network.market.url, { underlying: 'SOL', price: String(settles), hold: true });
    const settled = await eventually(
      `settlement of ${symbol}`,
      async () => {
        const { expiry } = await node.get<{ expiry: { status: number; settlementUusd: string } }>(
          `/tenor/v1/settlements/${expirySeconds}?underlying=SOL`,
        );
        return expiry.status === 4 ? expiry : undefined;
      },
      secondsTo(expirySeconds) * 1_000 + 60_000,
    );
    expect(Number(settled.settlementUusd) / 1e6).toBeCloseTo(settles, 1);
  },
  2 * LIMIT_MS,
);

test(
  'with two feeders dead nothing opens, then all die, and it recovers after a jump of 20%',
  async () => {
    const market = await callWith(node, { secondsLeft: 60 });
    const { symbol } = market;
    const price = priceOf(market);
    const feeders = (indexes: readonly number[], signal: NodeJS.Signals) =>
      indexes.forEach((i) => network.kill(i, 'feeder', signal));

    feeders([1, 2], 'SIGSTOP');
    await indexIs('stale', ({ status }) => status === FEED_STATUS_STALE);
    expect(await said('bob', orderOf('bob', Side.SIDE_BUY, symbol, price))).toBe('clob/6');
    expect(await said('bob', withdrawMsg(userOf('bob'), 1))).toBe('done');

    feeders([0, 3], 'SIGSTOP');
    await control(network.market.url, { underlying: 'BTC', price: '76800', hold: true });
    const height = await node.height();
    await eventually('blocks go on', async () => (await node.height()) > height + 5 || undefined);
    expect(await indexOf('BTC')).toMatchObject({ indexUusd: 64_000_000_000n });

    feeders([0, 1, 2, 3], 'SIGCONT');
    const back = await indexIs('at the new price', ({ indexUusd }) => indexUusd > 70_000_000_000n);
    expect(Number(back.indexUusd) / 1e6).toBeCloseTo(76_800, 0);
    expect([FEED_STATUS_RECOVERING, FEED_STATUS_LIVE]).toContain(back.status);
    await indexIs('live', ({ status }) => status === FEED_STATUS_LIVE);
    const again = await callWith(node, { secondsLeft: 40 });
    const fair = priceOf(again);
    expect(await said('bob', orderOf('bob', Side.SIDE_BUY, again.symbol, fair))).toBe('done');
  },
  2 * LIMIT_MS,
);

test(
  'after a stop of all validators no order gets into a block of before it',
  async () => {
    const market = await callWith(node, { secondsLeft: 100 });
    const { symbol } = market;
    const price = priceOf(market);
    const all = [0, 1, 2, 3];
    await Promise.all(all.map((i) => network.stopValidator(i)));
    await control(network.market.url, { underlying: 'BTC', price: '99840', hold: true });
    await new Promise((resolve) => setTimeout(resolve, STOPPED_MS));
    const startedMs = Date.now();
    // Two are there first, and have an order before there can be a block. Unless one of them has
    // proposed the first already they give that turn up, and the next has the order to choose from.
    for (const i of [0, 1]) network.startValidator(i);
    const bob = userOf('bob');
    const buy = orderOf('bob', Side.SIDE_BUY, symbol, price);
    const tx = await eventually('its state', () =>
      node.sign(bob, [buy], FEE).catch(() => undefined),
    );
    const { hash } = await eventually('a node that takes it', async () =>
      node.broadcast(tx).catch(() => undefined),
    );
    await new Promise((resolve) => setTimeout(resolve, GIVES_UP_MS));
    for (const i of [2, 3]) network.startValidator(i);
    const { height } = await eventually('its block', async () => {
      const given = { hash: Buffer.from(hash, 'hex').toString('base64') };
      return node.call<{ height: string }>('tx', given).catch(() => undefined);
    });
    const { header } = await node.call<{ header: { time: string } }>('header', { height });
    expect(Date.parse(header.time)).toBeGreaterThan(startedMs);
    const { status, indexUusd } = await indexIs('of now', (p) => p.indexUusd > 90_000_000_000n);
    expect([Number(indexUusd) / 1e6, status]).not.toEqual([76_800, FEED_STATUS_LIVE]);
    await indexIs('live', (p) => p.status === FEED_STATUS_LIVE);
  },
  2 * LIMIT_MS,
);
