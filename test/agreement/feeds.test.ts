import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type * as clob from '../../proto/gen/tenor.clob.v1.ts';
import { FeedKind, FeedStatus } from '../../proto/gen/tenor.oracle.v1.ts';
import * as oracle from '../../proto/gen/tenor.oracle.v1.ts';
import { qualityOf } from '../../app/modules/oracle/index.ts';
import { TestChain } from '../harness/chain.ts';
import { viewOfLast } from '../harness/proposals.ts';
import {
  FEE,
  Side,
  accountOf,
  depositMsg,
  markOf,
  orderMsg,
  seriesOf,
  withdrawMsg,
} from '../harness/trading.ts';
import type { AnyMsg } from '../harness/keys.ts';

const { FEED_STATUS_HALTED, FEED_STATUS_LIVE, FEED_STATUS_RECOVERING } = FeedStatus;
const FRESH_NEEDED = 7;
const DONE = 'done';
const SILENT = new Map([0, 1, 2, 3].map((i) => [i, null] as const));

let chain: TestChain;

beforeEach(async () => {
  chain = await TestChain.start({
    genesis: (state) => {
      const { params } = state['oracle'] as { params: Record<string, unknown> };
      params['freshNeeded'] = FRESH_NEEDED;
      // What feeds alone stop is the matter here; the auctions after a gap have tests of their own.
      Object.assign((state['clob'] as { params: object }).params, { auctionSteps: [] });
    },
  });
  for (let i = 0; i < 10; i++) await chain.block();
  for (const name of ['alice', 'bob']) await said(name, depositMsg(chain.user(name), 100_000));
});

afterEach(async () => {
  await chain.close();
});

/** What became of a message in the next block: done, or the code it was refused with. */
async function said(name: string, msg: AnyMsg, options = {}): Promise<string> {
  const tx = chain.sign(chain.user(name), [msg], FEE);
  const { txResults } = await chain.block({ ...options, txs: [tx] });
  const { code, codespace } = txResults.at(-1)!;
  return code === 0 ? DONE : `${codespace}/${code}`;
}

const order = (name: string, side: clob.Side, series: string, price: number) =>
  orderMsg(chain.user(name), { series, side, size: 0.1, price });

/** Half a minute of blocks of a second up to this time of the day, from far away. */
async function waitFor(hour: number, minute: number): Promise<void> {
  const at = Date.UTC(2026, 10, 23, hour, minute);
  await chain.block({ afterMs: at - 30_000 - chain.timeMs });
  while (chain.timeMs < at) await chain.block();
}

const day = (month: number, of: number) => BigInt(Date.UTC(2026, month - 1, of, 8) / 1_000);

function feedAt(kind: FeedKind, expirySeconds: bigint): oracle.FeedState | undefined {
  const { feeds } = chain.query(
    '/tenor.oracle.v1.Query/Surface',
    oracle.QuerySurfaceRequest,
    oracle.QuerySurfaceResponse,
    { underlying: 'BTC' },
  );
  return feeds.find((feed) => feed.kind === kind && feed.expirySeconds === expirySeconds);
}
const surfaceAt = (expirySeconds: bigint) =>
  feedAt(FeedKind.FEED_KIND_SURFACE, expirySeconds)?.status;

const btc = () =>
  chain.query(
    '/tenor.oracle.v1.Query/Prices',
    oracle.QueryPricesRequest,
    oracle.QueryPricesResponse,
    {},
  ).prices[0]!.price!;

const qualityAt = (expirySeconds: bigint) => qualityOf(viewOfLast(chain), 1, expirySeconds);

/** The call of an expiry that is nearest to the index. */
function callOf(expirySeconds: bigint): string {
  const calls = seriesOf(chain, 'BTC').filter((s) => {
    return s.expirySeconds === expirySeconds && s.symbol.endsWith('-C');
  });
  const distance = (s: (typeof calls)[number]) => Math.abs(Number(s.strikeUusd) / 1e6 - 64_000);
  return calls.reduce((a, b) => (distance(b) < distance(a) ? b : a)).symbol;
}

test('an expiry’s feeds go ten minutes before it, another’s come, and both trade', async () => {
  const [today, tomorrow, after, far] = [day(11, 23), day(11, 24), day(11, 25), day(12, 25)];
  await waitFor(7, 50);
  expect([surfaceAt(today), surfaceAt(after)]).toEqual([FEED_STATUS_LIVE, undefined]);
  expect(qualityAt(today).isSettledIn).toBe(true);

  await chain.block();
  for (const kind of [FeedKind.FEED_KIND_FORWARD, FeedKind.FEED_KIND_SURFACE]) {
    expect(feedAt(kind, today)).toBeUndefined();
  }
  // Marks of what goes rest on the next expiry, those of what comes on its neighbours.
  expect(qualityAt(today).feeds.map(({ expirySeconds }) => expirySeconds)).toEqual([
    ...[0n, tomorrow, tomorrow],
  ]);
  expect(qualityAt(after)).toMatchObject({ isFresh: true, isSettledIn: true });

  // Two blocks later, as the block that said so lists it for the votes of the next one.
  await chain.block();
  expect(surfaceAt(after)).toBeUndefined();
  await chain.block();
  for (let fresh = 1; fresh < FRESH_NEEDED; fresh++) {
    expect(feedAt(FeedKind.FEED_KIND_SURFACE, after)).toMatchObject({
      ...{ status: FEED_STATUS_RECOVERING, freshCount: fresh },
    });
    // It may be traded on and not liquidated on; what does not rest on it goes on as ever.
    expect(qualityAt(after)).toMatchObject({ isFresh: true, isSettledIn: false });
    expect(qualityAt(far)).toMatchObject({ isFresh: true, isSettledIn: true });
    await chain.block();
  }
  expect(surfaceAt(after)).toBe(FEED_STATUS_LIVE);
  expect(qualityAt(after).isSettledIn).toBe(true);

  for (const expiry of [today, after]) {
    const call = callOf(expiry);
    const price = Math.max(Math.round(markOf(chain, call) / 10) * 10, 10);
    expect(await said('alice', order('alice', Side.SIDE_SELL, call, price))).toBe(DONE);
    expect(await said('bob', order('bob', Side.SIDE_BUY, call, price))).toBe(DONE);
  }
  expect(accountOf(chain, chain.user('bob')).positions).toHaveLength(2);
}, 60_000);

describe('after everything stood still for eight hours', () => {
  const call = () => callOf(day(12, 25));
  let price: number;

  beforeEach(async () => {
    price = Math.round(markOf(chain, call()) / 10) * 10;
    expect(await said('alice', order('alice', Side.SIDE_SELL, call(), price))).toBe(DONE);
    for (const node of chain.nodes) await node.restart();
    // The engine gives the first block the time of the votes before it: of before the stop.
    await chain.block({ reports: SILENT, afterMs: 500 });
    chain.market = { ...chain.market, btc: 83_200 };
  }, 60_000);

  test('prices are halted, and nothing is filled at them, until feeders are back', async () => {
    const buy = order('bob', Side.SIDE_BUY, call(), price);
    const stopped = { reports: SILENT, afterMs: 8 * 3_600_000 };
    expect(await said('bob', buy, stopped)).toBe('clob/6');
    expect(btc()).toMatchObject({ status: FEED_STATUS_HALTED, indexUusd: 64_000_000_000n });
    expect(await said('bob', buy, { reports: SILENT })).toBe('clob/6');
    expect(accountOf(chain, chain.user('bob')).positions).toEqual([]);
    await chain.block();
    expect(btc().status).toBe(FEED_STATUS_HALTED);
    for (let fresh = 1; fresh < FRESH_NEEDED; fresh++) {
      await chain.block();
      expect(btc()).toMatchObject({
        ...{ status: FEED_STATUS_RECOVERING, freshCount: fresh, indexUusd: 83_200_000_000n },
      });
      expect(qualityAt(day(12, 25)).isSettledIn).toBe(false);
    }
    await chain.block();
    expect(btc().status).toBe(FEED_STATUS_LIVE);
    expect(qualityAt(day(12, 25)).isSettledIn).toBe(true);
  }, 60_000);

  test('feeders that are up at once make them recover, not live', async () => {
    await chain.block({ afterMs: 8 * 3_600_000, reports: SILENT });
    await chain.block();
    await chain.block();
    expect(btc()).toMatchObject({ status: FEED_STATUS_RECOVERING, freshCount: 1 });
    expect(await said('bob', withdrawMsg(chain.user('bob'), 1))).toBe(DONE);
  }, 60_000);
});
