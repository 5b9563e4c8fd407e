import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import { privateKeyOf } from '../../testnet/accounts.ts';
import { startTestnet } from '../../testnet/network.ts';
import type { Testnet } from '../../testnet/network.ts';
import { freePortOffset } from '../../testnet/ports.ts';
import { UserKey, anyOf } from '../harness/keys.ts';
import { FEE, Side, depositMsg, orderMsg } from '../harness/trading.ts';
import { NodeClient, alive, control, eventually } from './client.ts';
import { govern } from './govern.ts';
import { callWith, priceOf } from './series.ts';
import type { Market } from './series.ts';

const LIMIT_MS = 180_000;

let dir: string;
let network: Testnet;
let node: NodeClient;
const userOf = (name: string) =>
  new UserKey(name, privateKeyOf(network.accounts.find((a) => a.name === name)!.mnemonic));

beforeAll(async () => {
  dir = mkdtempSync(join(tmpdir(), 'tenor-outage-'));
  network = await startTestnet({
    ...{ dir, validators: 4, preset: 'default', blockTimeMs: 500 },
    portOffset: await freePortOffset(4),
  });
  node = new NodeClient(network.nodes[0]!);
  await control(network.market.url, { underlying: 'BTC', price: '64000', hold: true });
  for (const name of ['alice', 'bob']) {
    await node.send(userOf(name), [depositMsg(userOf(name), 100_000)], FEE);
  }
}, LIMIT_MS);

afterAll(async () => {
  const pids = network.nodes.flatMap(({ pids: all }) => Object.values(all));
  await network.stop();
  rmSync(dir, { recursive: true, force: true });
  expect(alive(pids)).toEqual([]);
}, LIMIT_MS);

/** Outages of ten seconds are followed by auctions of twenty. */
async function shortAuctions(): Promise<void> {
  const change = { auctionSteps: [{ gapMs: 10_000, lengthMs: 20_000 }] };
  const sent = await govern(network, 'clob', clob.Params, change);
  expect(sent).toMatchObject({ code: 0 });
}

const auctionOf = async (symbol: string): Promise<clob.CallAuctionState | undefined> => {
  const { auctions } = await node.query(
    '/tenor.clob.v1.Query/CallAuctions',
    clob.QueryCallAuctionsRequest,
    clob.QueryCallAuctionsResponse,
    { symbol, underlying: '' },
  );
  return auctions[0];
};

async function said(name: string, order: ReturnType<typeof orderMsg>): Promise<string> {
  const { code, codespace } = await node.send(userOf(name), [order], FEE);
  return code === 0 ? 'done' : `${codespace}/${code}`;
}

test(
  'prices stop, move by 30% and come back: an auction, and no fill at what was offered before',
  async () => {
    await shortAuctions();
    // Of a worth that a bid far below it does not meet, and with time for all that follows.
    const market = await callWith(node, { secondsLeft: 400, worthUsd: 500 });
    const { symbol } = market;
    const price = priceOf(market);
    const order = { series: symbol, size: 0.1, price };
    const offer = orderMsg(userOf('alice'), { ...order, side: Side.SIDE_SELL });
    expect(await said('alice', offer)).toBe('done');

    const feeders = (signal: NodeJS.Signals) =>
      [0, 1, 2, 3].forEach((i) => network.kill(i, 'feeder', signal));
    feeders('SIGSTOP');
    await control(network.market.url, { underlying: 'BTC', price: '83200', hold: true });
    const takeAt = (usd: number) =>
      orderMsg(
        userOf('bob'),
        { ...order, price: usd, side: Side.SIDE_BUY },
        { timeInForce: clob.TimeInForce.TIME_IN_FORCE_IOC },
      );
    // Nothing opens while they are not live.
    await eventually(
      'stale',
      async () => ((await said('bob', takeAt(priceOf(market, 0.5)))) === 'clob/6' ? 1 : undefined),
      60_000,
    );
    await new Promise((done) => setTimeout(done, 15_000));

    feeders('SIGCONT');
    const auction = await eventually('an auction', () => auctionOf(symbol), 60_000);
    expect(auction).toMatchObject({ quantity: 0n });
    expect(await said('bob', takeAt(price + 100))).toBe('clob/25');
    // Its owner has the time of the auction to take the offer back, and to offer at prices of now.
    const all = { subaccount: 0, underlying: '', expirySeconds: 0n, series: '' };
    const cancel = anyOf(clob.MsgCancelAll, { sender: userOf('alice').address, ...all });
    expect(await node.send(userOf('alice'), [cancel], FEE)).toMatchObject({ code: 0 });
    const live = await node.get<{ market: Market }>(`/tenor/v1/markets/${symbol}`);
    const fair = priceOf(live.market);
    expect(fair).toBeGreaterThan(price * 1.2);
    const again = { series: symbol, size: 0.1 };
    const ask = orderMsg(userOf('alice'), { ...again, price: fair, side: Side.SIDE_SELL });
    const bid = orderMsg(userOf('bob'), { ...again, price: fair + 100, side: Side.SIDE_BUY });
    expect([await said('alice', ask), await said('bob', bid)]).toEqual(['done', 'done']);
    const crossed = await eventually('a price', async () => {
      const now = await auctionOf(symbol);
      return now?.priceUusd === undefined ? undefined : now;
    });
    expect(crossed.quantity).toBe(1_000n);

    await eventually('its end', async () => ((await auctionOf(symbol)) ? undefined : 1), 90_000);
    const path = `/tenor/v1/trades?series=${symbol}`;
    const { trades } = await node.get<{ trades: { priceUusd: string }[] }>(path);
    expect(trades).toHaveLength(1);
    const traded = Number(trades[0]!.priceUusd) / 1e6;
    expect(traded).toBeGreaterThanOrEqual(fair);
    expect(traded).toBeLessThanOrEqual(fair + 100);
  },
  2 * LIMIT_MS,
);
