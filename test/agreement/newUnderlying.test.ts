import { afterEach, expect, test } from '@jest/globals';
import * as options from '../../proto/gen/tenor.options.v1.ts';
import { ExpiryStatus, OptionKind } from '../../proto/gen/tenor.options.v1.ts';
import * as oracle from '../../proto/gen/tenor.oracle.v1.ts';
import { FeedStatus } from '../../proto/gen/tenor.oracle.v1.ts';
import { MarketChain } from '../harness/marketChain.ts';
import { SOL_ID, proposalOfSol } from '../harness/newUnderlying.ts';
import {
  FEE,
  Side,
  accountOf,
  depositMsg,
  markOf,
  orderMsg,
  seriesOf,
} from '../harness/trading.ts';

let market: MarketChain;

afterEach(async () => {
  await market.chain.close();
});

const prices = () =>
  market.chain.query(
    '/tenor.oracle.v1.Query/Prices',
    oracle.QueryPricesRequest,
    oracle.QueryPricesResponse,
    {},
  ).prices;
const sol = () => prices().find(({ underlying }) => underlying === 'SOL')?.price;

const surfaces = () =>
  market.chain
    .query(
      '/tenor.oracle.v1.Query/Surface',
      oracle.QuerySurfaceRequest,
      oracle.QuerySurfaceResponse,
      { underlying: 'SOL' },
    )
    .feeds.filter(({ kind }) => kind === oracle.FeedKind.FEED_KIND_SURFACE);

test('governance alone brings SOL: feeds at a known height, a trade, a settlement', async () => {
  market = await MarketChain.start({ preset: 'fast-expiry' });
  const { chain } = market;
  await market.seconds(8);
  expect(sol()).toBeUndefined();

  const ask: Parameters<typeof proposalOfSol>[0] = (...asked) =>
    Promise.resolve(chain.query(...asked));
  const msgs = await proposalOfSol(ask, chain.authority.address);
  const { authority } = chain;
  const fee = { gasLimit: 1_000_000n, fee: [{ denom: 'utenor', amount: '1000' }] };
  const { txResults } = await market.block({ txs: [chain.sign(authority, msgs, fee)] });
  expect(txResults[1]).toMatchObject({ code: 0 });
  const at = chain.height;

  // The next block lists the feed, votes after it speak of it, and their block has its price.
  await market.block();
  await market.block();
  expect(sol()).toBeUndefined();
  await market.block();
  expect(sol()).toMatchObject({
    ...{ underlyingId: SOL_ID, indexUusd: 150_000_000n, height: BigInt(at + 3) },
    status: FeedStatus.FEED_STATUS_RECOVERING,
  });
  await market.seconds(4);
  expect(sol()!.status).toBe(FeedStatus.FEED_STATUS_LIVE);
  // Deribit’s linear options with decimal strikes, and Bybit’s.
  await market.until(() => surfaces().length >= 6, 1_000, 10);
  expect(prices().map(({ price }) => price!.status)).toEqual(
    Array<FeedStatus>(3).fill(FeedStatus.FEED_STATUS_LIVE),
  );

  const listed = () =>
    seriesOf(chain, 'SOL').filter(({ symbol, kind }) => {
      return symbol.includes('T') && kind === OptionKind.OPTION_KIND_CALL;
    });
  await market.until(() => listed().length > 0, 1_000, 20);
  const call = listed().find(({ strikeUusd }) => strikeUusd % 1_000_000n !== 0n)!;
  expect(call.symbol).toMatch(/^SOL-23NOV26T\d{4}-1\d\d\.5-C$/);

  const [alice, bob] = [chain.user('alice'), chain.user('bob')];
  await market.block({
    txs: [alice, bob].map((user) => chain.sign(user, [depositMsg(user, 50_000)], FEE)),
  });
  const price = Math.max(Math.round(markOf(chain, call.symbol) * 100) / 100, 0.01);
  const order = { series: call.symbol, size: 10, price };
  const traded = await market.block({
    txs: [
      chain.sign(alice, [orderMsg(alice, { ...order, side: Side.SIDE_SELL })]),
      chain.sign(bob, [orderMsg(bob, { ...order, side: Side.SIDE_BUY })]),
    ],
  });
  expect(traded.txResults.map(({ code, log }) => [code, log])).toEqual([
    ...Array<[number, string]>(3).fill([0, '']),
  ]);
  expect(accountOf(chain, bob).positions[0]!.position!.quantity).toBe(100_000n);

  market.world.set('SOL', { price: 171.25 });
  const settlement = () =>
    chain.query(
      '/tenor.options.v1.Query/Settlement',
      options.QuerySettlementRequest,
      options.QuerySettlementResponse,
      {
        ...{ underlying: 'SOL', expirySeconds: call.expirySeconds },
        ...{ afterTimeMs: 0n, limit: 0 },
      },
    ).expiry!;
  const before = accountOf(chain, bob).subaccount!.cashUusd;
  await market.until(() => settlement().status === ExpiryStatus.EXPIRY_STATUS_SETTLED, 4_000);
  expect(settlement().settlementUusd).toBe(171_250_000n);
  const gained = accountOf(chain, bob).subaccount!.cashUusd - before;
  const owed = 10n * (171_250_000n - call.strikeUusd);
  expect(gained).toBeLessThanOrEqual(owed);
  expect(gained).toBeGreaterThan((owed * 99n) / 100n);
  expect(accountOf(chain, bob).positions).toEqual([]);
}, 120_000);
