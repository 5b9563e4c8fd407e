import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import * as liquidation from '../../proto/gen/tenor.liquidation.v1.ts';
import { FeedKind, FeedStatus } from '../../proto/gen/tenor.oracle.v1.ts';
import * as oracle from '../../proto/gen/tenor.oracle.v1.ts';
import { TestChain } from '../harness/chain.ts';
import {
  FEE,
  Side,
  accountOf,
  depositMsg,
  marginOf,
  markOf,
  orderMsg,
  seriesOf,
  withdrawMsg,
} from '../harness/trading.ts';
import type { AnyMsg } from '../harness/keys.ts';

const { FEED_STATUS_LIVE, FEED_STATUS_STALE, FEED_STATUS_HALTED } = FeedStatus;
const { FEED_STATUS_RECOVERING } = FeedStatus;
const DONE = 'done';

let chain: TestChain;
let call: string;

/** Alice is short a call of BTC of next year that bob bought, and has little more than it needs. */
beforeEach(async () => {
  chain = await TestChain.start();
  chain.market = { ...chain.market, vol: 0.55 };
  for (let i = 0; i < 8; i++) await chain.block();
  await said('alice', depositMsg(chain.user('alice'), 11_000));
  await said('bob', depositMsg(chain.user('bob'), 500_000));
  await said('carol', depositMsg(chain.user('carol'), 500_000));
  const calls = seriesOf(chain, 'BTC').filter((s) => s.symbol.endsWith('-C'));
  calls.sort((a, b) => Number(b.expirySeconds - a.expirySeconds));
  const far = calls.filter((s) => s.expirySeconds === calls[0]!.expirySeconds);
  far.sort((a, b) => Number(a.strikeUusd - b.strikeUusd));
  call = far.find((s) => s.strikeUusd >= 64_000_000_000n)!.symbol;
  const price = Math.round(markOf(chain, call) / 10) * 10;
  expect(await said('alice', order('alice', Side.SIDE_SELL, 0.5, price))).toBe(DONE);
  expect(await said('bob', order('bob', Side.SIDE_BUY, 0.5, price))).toBe(DONE);
  expect(held('alice')).toBe(-5_000n);
});

afterEach(async () => {
  await chain.close();
});

/** What became of a message in the next block: done, or the code it was refused with. */
async function said(name: string, msg: AnyMsg, afterMs = 1_000): Promise<string> {
  const tx = chain.sign(chain.user(name), [msg], FEE);
  const { txResults } = await chain.block({ txs: [tx], afterMs });
  const { code, codespace } = txResults[1]!;
  return code === 0 ? DONE : `${codespace}/${code}`;
}

const order = (
  name: string,
  side: (typeof Side)[keyof typeof Side],
  size: number,
  price: number,
  more = {},
  series = call,
) => orderMsg(chain.user(name), { series, side, size, price }, more);

const held = (name: string): bigint =>
  accountOf(chain, chain.user(name)).positions[0]?.position?.quantity ?? 0n;

const flags = () =>
  chain.query(
    '/tenor.liquidation.v1.Query/Liquidations',
    liquidation.QueryLiquidationsRequest,
    liquidation.QueryLiquidationsResponse,
    {},
  ).flags;

const prices = () =>
  chain.query(
    '/tenor.oracle.v1.Query/Prices',
    oracle.QueryPricesRequest,
    oracle.QueryPricesResponse,
    {},
  );

/** The statuses of the surfaces of an underlying, each once. */
function surfaces(underlying: string): FeedStatus[] {
  const { feeds } = chain.query(
    '/tenor.oracle.v1.Query/Surface',
    oracle.QuerySurfaceRequest,
    oracle.QuerySurfaceResponse,
    { underlying },
  );
  const own = feeds.filter(({ kind }) => kind === FeedKind.FEED_KIND_SURFACE);
  return [...new Set(own.map(({ status }) => status))];
}

/** Blocks while every feeder goes on to report the last volatilities of BTC, with their age. */
async function withoutVols(seconds: number): Promise<void> {
  for (let i = 0; i < seconds; i += 5) {
    chain.market = { ...chain.market, btcVolAgeMs: (chain.market.btcVolAgeMs ?? 0) + 5_000 };
    await chain.block({ afterMs: 5_000 });
  }
}

describe('with every source of BTC volatilities out while they rise from 55% to 150%', () => {
  test('nothing rests on the old surface, and everything else goes on', async () => {
    expect(surfaces('BTC')).toEqual([FEED_STATUS_LIVE]);
    const before = marginOf(chain, chain.user('alice'));
    await withoutVols(40);
    expect(surfaces('BTC')).toEqual([FEED_STATUS_STALE]);
    expect(surfaces('ETH')).toEqual([FEED_STATUS_LIVE]);
    expect(prices().prices[0]!.price!.status).toBe(FEED_STATUS_LIVE);

    const mark = Math.round(markOf(chain, call) / 10) * 10;
    expect(await said('bob', order('bob', Side.SIDE_BUY, 0.1, mark))).toBe('clob/6');
    expect(await said('bob', withdrawMsg(chain.user('bob'), 10))).toBe('margin/2');
    expect(await said('alice', order('alice', Side.SIDE_BUY, 0.1, 10, { reduceOnly: true }))).toBe(
      DONE,
    );
    const eth = seriesOf(chain, 'ETH').find((s) => s.symbol.endsWith('-C'))!.symbol;
    const ethMark = Math.round(markOf(chain, eth));
    expect(await said('carol', order('carol', Side.SIDE_BUY, 0.1, ethMark, {}, eth))).toBe(DONE);
    expect(await said('carol', withdrawMsg(chain.user('carol'), 10))).toBe(DONE);

    // Margin asks for more, the older the surface is.
    const first = marginOf(chain, chain.user('alice')).initialUusd;
    expect(first).toBeLessThan(before.initialUusd);
    await withoutVols(40);
    const second = marginOf(chain, chain.user('alice')).initialUusd;
    expect(second).toBeLessThan(first);

    // The index rises by a tenth: alice would be liquidated on the old surface.
    chain.market = { ...chain.market, btc: 70_400 };
    await withoutVols(60);
    expect(surfaces('BTC')).toEqual([FEED_STATUS_HALTED]);
    expect(marginOf(chain, chain.user('alice')).maintenanceUusd).toBeLessThan(0n);
    expect(flags()).toEqual([]);
    expect(held('alice')).toBe(-5_000n);

    // Back at 150%: flagged by the first fresh surface, traded for after enough of them.
    chain.market = { ...chain.market, vol: 1.5, btcVolAgeMs: 0 };
    await chain.block();
    await chain.block();
    expect(surfaces('BTC')).toEqual([FEED_STATUS_RECOVERING]);
    expect(flags()).toMatchObject([{ owner: chain.user('alice').address, steps: 0 }]);
    const offer = Math.round(markOf(chain, call) / 10) * 10;
    expect(await said('carol', order('carol', Side.SIDE_SELL, 1, offer))).toBe(DONE);
    expect(held('alice')).toBe(-5_000n);
    await chain.until(() => held('alice') > -5_000n, 1_000, 10);
    expect(surfaces('BTC')).toEqual([FEED_STATUS_LIVE]);
  }, 120_000);
});

test('with two of four feeders dead nothing moves, and it recovers after a jump', async () => {
  const dead = new Map([
    [1, null],
    [2, null],
  ]);
  for (let i = 0; i < 4; i++) await chain.block({ reports: dead, afterMs: 5_000 });
  const [btc] = prices().prices;
  expect(btc!.price!.status).toBe(FEED_STATUS_STALE);
  const mark = Math.round(markOf(chain, call) / 10) * 10;
  const buy = chain.sign(chain.user('bob'), [order('bob', Side.SIDE_BUY, 0.1, mark)], FEE);
  const { txResults } = await chain.block({ txs: [buy], reports: dead });
  expect(txResults[1]).toMatchObject({ codespace: 'clob', code: 6 });
  expect(txResults[1]!.log).toContain('index of BTC: stale');

  chain.market = { ...chain.market, btc: 76_800, vol: 0.9 };
  for (let i = 0; i < 12; i++) await chain.block({ reports: dead, afterMs: 5_000 });
  expect(prices().prices[0]!.price).toMatchObject({
    status: FEED_STATUS_HALTED,
    indexUusd: 64_000_000_000n,
  });
  expect(flags()).toEqual([]);
  await chain.block();
  await chain.block();
  expect(prices().prices[0]!.price).toMatchObject({
    status: FEED_STATUS_RECOVERING,
    indexUusd: 76_800_000_000n,
  });
  expect(held('alice')).toBe(-5_000n);
}, 60_000);

test('a stablecoin at 0.9 is told as such, and moves no index', async () => {
  chain.market = { ...chain.market, stablecoin: 0.9 };
  await chain.block();
  await chain.block();
  const { stablecoins, prices: indexes } = prices();
  expect(stablecoins.map(({ priceUusd }) => priceUusd)).toEqual([900_000n, 900_000n]);
  expect(indexes[0]!.price!.indexUusd).toBe(64_000_000_000n);
});
