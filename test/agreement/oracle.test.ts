import { afterEach, beforeEach, expect, test } from '@jest/globals';
import * as oracle from '../../proto/gen/tenor.oracle.v1.ts';
import { TestChain } from '../harness/chain.ts';
import { reportOf } from '../harness/reports.ts';

let chain: TestChain;

beforeEach(async () => {
  chain = await TestChain.start();
  for (let i = 0; i < 3; i++) await chain.block();
});

afterEach(async () => {
  await chain.close();
});

const btc = () =>
  chain.query(
    '/tenor.oracle.v1.Query/Prices',
    oracle.QueryPricesRequest,
    oracle.QueryPricesResponse,
    {},
  ).prices[0]!.price!;

test('the index follows what the validators see a block later', async () => {
  chain.market = { ...chain.market, btc: 65_432.1 };
  await chain.block();
  expect(btc().indexUusd).toBe(64_000_000_000n);
  await chain.block();
  expect(btc().indexUusd).toBe(65_432_100_000n);
});

test('one lying validator moves nothing', async () => {
  const lie = reportOf({ btc: 1_000, eth: 1, vol: 3 }, chain.timeMs);
  for (let i = 0; i < 4; i++) await chain.block({ reports: new Map([[0, lie]]) });
  expect(btc().indexUusd).toBe(64_000_000_000n);
});

test('bytes that are no report cost that validator its vote and nothing else', async () => {
  const junk = new Map([[1, Uint8Array.of(255, 255, 1)]]);
  const silent = new Map([
    [1, null],
    [2, null],
  ]);
  chain.market = { ...chain.market, btc: 70_000 };
  for (let i = 0; i < 3; i++) await chain.block({ late: junk });
  expect(btc().indexUusd).toBe(70_000_000_000n);
  // Two of four silent: no quorum, so the price stays and ages.
  chain.market = { ...chain.market, btc: 80_000 };
  for (let i = 0; i < 3; i++) await chain.block({ reports: silent });
  expect(btc().indexUusd).toBe(70_000_000_000n);
  for (let i = 0; i < 3; i++) await chain.block({ reports: silent, afterMs: 10_000 });
  expect(btc().status).toBe(oracle.FeedStatus.FEED_STATUS_STALE);
  for (let i = 0; i < 3; i++) await chain.block();
  expect(btc()).toMatchObject({
    indexUusd: 80_000_000_000n,
    status: oracle.FeedStatus.FEED_STATUS_RECOVERING,
  });
});
