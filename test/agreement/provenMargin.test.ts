import { afterEach, expect, test } from '@jest/globals';
import { MarginMode } from '../../proto/gen/tenor.accounts.v1.ts';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import type { Series } from '../../proto/gen/tenor.options.v1.ts';
import { fromBinary } from '../../app/lib/bytes.ts';
import { recordKey } from '../../app/lib/records.ts';
import { proveMargin } from '../../light/index.ts';
import type { ProvedReader } from '../../light/index.ts';
import { TestChain } from '../harness/chain.ts';
import { fundUsers, trade } from '../harness/crisis.ts';
import { anyOf } from '../harness/keys.ts';
import type { AnyMsg, UserKey } from '../harness/keys.ts';
import { reportOf } from '../harness/reports.ts';
import type { MarketView } from '../harness/reports.ts';
import { FEE, accountOf, marginOf, modeMsg, orderMsg, seriesOf, Side } from '../harness/trading.ts';

let chain: TestChain;
afterEach(async () => {
  await chain.close();
});

/** Records as they are in the state of the last block; proofs have tests of their own. */
function readerOf(): ProvedReader {
  const { app } = chain.node;
  return {
    timeMs: () => Promise.resolve(chain.timeMs),
    get: (spec, of) => {
      const { code, value } = app.answer(
        `/store/${spec.store}/key`,
        fromBinary(recordKey(spec, of)),
        0,
      );
      const isThere = code === 0 && value.length > 0;
      return Promise.resolve(isThere ? spec.value.decode(value) : undefined);
    },
  };
}

/** What a node says of an account, in the order in which the chain judges it. */
function hintsOf(name: string) {
  const owner = chain.user(name).address;
  const { subaccount, positions } = accountOf(chain, chain.user(name));
  const { orders } = chain.query(
    '/tenor.clob.v1.Query/Orders',
    clob.QueryOrdersRequest,
    clob.QueryOrdersResponse,
    { owner, subaccount: 0 },
  );
  const series = new Map(['BTC', 'ETH'].flatMap((u) => seriesOf(chain, u).map((s) => [s.id, s])));
  const ids = [
    ...positions.map(({ position }) => position!.seriesId),
    ...orders.map(({ seriesId }) => seriesId),
  ];
  const seriesIds = [...new Set(ids)].sort((a, b) => {
    const [x, y] = [series.get(a)!, series.get(b)!];
    if (x.underlyingId !== y.underlyingId) return x.underlyingId - y.underlyingId;
    if (x.expirySeconds !== y.expirySeconds) return x.expirySeconds < y.expirySeconds ? -1 : 1;
    if (x.strikeUusd !== y.strikeUusd) return x.strikeUusd < y.strikeUusd ? -1 : 1;
    return x.kind - y.kind;
  });
  const { quotes } = chain.query(
    '/tenor.clob.v1.Query/Quotes',
    clob.QueryQuotesRequest,
    clob.QueryQuotesResponse,
    { owner, subaccount: 0, group: '' },
  );
  const orderIds = orders.map(({ id }) => id);
  return {
    ...{ id: subaccount!.id, seriesIds, orderIds },
    quotedIds: quotes.map(({ seriesId }) => seriesId),
  };
}

/** Quotes in BTC and ETH, in two groups of BTC, of which one sells more than may fill of it. */
function quoteMsgs(user: UserKey, series: readonly (readonly [string, Series])[]): AnyMsg[] {
  const own = { sender: user.address, subaccount: 0 };
  const underlyings = { both: 'BTC', sells: 'BTC', eth: 'ETH' };
  const side = (usd: number) => ({ priceUusd: BigInt(usd * 1e6), quantity: 1_000n });
  return Object.entries(underlyings).flatMap(([group, underlying]) => [
    anyOf(clob.MsgSetQuoteGroup, {
      ...{ ...own, group, underlying, quantityLimit: 1_500n, maxQuote: 1_000n },
      ...{ deltaLimit: 0n, vegaLimitUusd: 0n, windowMs: 1_000, freezeMs: 1_000 },
    }),
    anyOf(clob.MsgMassQuote, {
      ...{ ...own, group },
      quotes: series
        .filter(([of]) => of === group)
        .map(([, { symbol }], i) => ({
          series: symbol,
          ask: side(50_000 + 10 * i),
          bid: group === 'sells' ? undefined : side(1 + i),
        })),
    }),
  ]);
}

async function expectProved(name: string): Promise<void> {
  const { id, ...hints } = hintsOf(name);
  const { margin } = await proveMargin(readerOf(), id, hints);
  const said = marginOf(chain, chain.user(name));
  expect(margin.maintenanceMarginUusd).toBe(said.maintenanceUusd);
  expect(margin.initialMarginUusd).toBe(said.initialUusd);
  expect(margin.markToMarketUusd).toBe(said.markToMarketUusd);
  expect(margin.quotesReservedUusd).toBe(said.quotesReservedUusd);
}

test('a margin is the same from the records of the state alone, to the unit', async () => {
  chain = await TestChain.start({ alone: true });
  await fundUsers(chain, { alice: 90_000, bob: 300_000, carol: 90_000 });
  const portfolio = modeMsg(chain.user('carol'), MarginMode.MARGIN_MODE_PORTFOLIO);
  await chain.block({ txs: [chain.sign(chain.user('carol'), [portfolio], FEE)] });
  const btc = seriesOf(chain, 'BTC');
  const eth = seriesOf(chain, 'ETH');
  const some = [btc[0]!, btc[1]!, btc.at(-1)!, btc.at(-2)!, eth[3]!, eth.at(-1)!];
  for (const [i, { symbol }] of some.entries()) {
    for (const name of ['alice', 'carol']) {
      const [seller, buyer] = i % 3 === 2 ? ['bob', name] : [name, 'bob'];
      await trade(chain, { seller: seller, buyer: buyer, series: symbol, size: 0.3 });
    }
  }
  // Orders to buy and to sell, where there is a position and where there is none, two of a side.
  const resting = [
    ...[btc[0]!, btc[2]!, btc.at(-3)!, eth[4]!].map(
      (of, i) => [of, Side.SIDE_SELL, 60_000 + 5 * i] as const,
    ),
    ...[btc[1]!, btc[2]!, eth[3]!, eth[3]!].map(
      (of, i) => [of, Side.SIDE_BUY, 1 + 0.5 * i] as const,
    ),
  ];
  for (const name of ['alice', 'carol']) {
    const user = chain.user(name);
    const msgs = resting.map(([{ symbol: series }, side, price]) =>
      orderMsg(user, { series, side, size: 0.1, price }),
    );
    const { txResults } = await chain.block({ txs: [chain.sign(user, msgs)] });
    expect(txResults.map(({ log }) => log)).toEqual(['', '']);
  }
  expect(hintsOf('carol').orderIds.length).toBe(resting.length);
  const quoted = [
    ...[btc[0]!, btc[3]!, btc.at(-2)!, btc.at(-4)!].map((of) => ['both', of] as const),
    ...[btc[1]!, btc.at(-1)!].map((of) => ['sells', of] as const),
    ...[eth[3]!, eth.at(-2)!].map((of) => ['eth', of] as const),
  ];
  for (const name of ['alice', 'carol']) {
    const user = chain.user(name);
    const msgs = quoteMsgs(user, quoted);
    const { txResults } = await chain.block({ txs: [chain.sign(user, msgs)] });
    expect(txResults.map(({ log }) => log)).toEqual(['', '']);
    expect(marginOf(chain, user).quotesReservedUusd).toBeGreaterThan(0n);
  }
  expect(hintsOf('carol').quotedIds.length).toBe(2 * 6 + 2);
  for (const btcUsd of [64_000, 66_500, 59_000]) {
    chain.market = { ...chain.market, btc: btcUsd, vol: chain.market.vol + 0.07 };
    for (let i = 0; i < 3; i++) await chain.block();
    for (const name of ['alice', 'bob', 'carol']) await expectProved(name);
  }

  // Validators that are apart on volatilities, or on the index, and a dollar of collateral that is
  // worth less: that counts in the initial margin only.
  const calm = chain.market;
  const seen: readonly ((by: number) => Partial<MarketView>)[] = [
    (by) => ({ vol: calm.vol * (1 + 0.2 * by) }),
    (by) => ({ btc: calm.btc * (1 + 0.03 * by) }),
    () => ({ stablecoin: 0.96 }),
  ];
  for (const of of seen) {
    for (let i = 0; i < 3; i++) await chain.block();
    const before = marginOf(chain, chain.user('alice')).initialUusd;
    for (let i = 0; i < 3; i++) {
      const report = (by: number) => reportOf({ ...calm, ...of(by) }, chain.timeMs);
      await chain.block({ reports: new Map([-1, 0, 1, 2].map((by, at) => [at, report(by)])) });
    }
    expect(marginOf(chain, chain.user('alice')).initialUusd).toBeLessThan(before);
    for (const name of ['alice', 'bob', 'carol']) await expectProved(name);
  }

  // A position that is left out, and one that is made up; the same of orders and quotes, and
  // another's.
  const { id, ...all } = hintsOf('alice');
  const { seriesIds, orderIds, quotedIds } = all;
  const reader = readerOf();
  const other = btc.find((s) => !seriesIds.includes(s.id))!.id;
  const others = hintsOf('carol').orderIds[0]!;
  const lies = [
    { ...all, seriesIds: seriesIds.slice(1) },
    { ...all, seriesIds: [...seriesIds, other] },
    { ...all, orderIds: orderIds.slice(1) },
    { ...all, orderIds: [...orderIds.slice(1), 999_999n] },
    { ...all, orderIds: [...orderIds.slice(1), others] },
    { ...all, quotedIds: [] },
    { ...all, quotedIds: quotedIds.filter((series) => series !== btc[1]!.id) },
    { ...all, quotedIds: [...quotedIds, btc[2]!.id] },
    { ...all, quotedIds: [...quotedIds, 999_999n] },
  ];
  await proveMargin(reader, id, all);
  for (const lie of lies) {
    await expect(proveMargin(reader, id, lie)).rejects.toMatchObject({ fault: 'lie' });
  }
  await expect(
    proveMargin(readerOf(), 999n, { seriesIds: [], orderIds: [], quotedIds: [] }),
  ).rejects.toMatchObject({ fault: 'unprovable' });
  // Old volatilities widen it: that is said, and no number.
  const none = new Map([0, 1, 2, 3].map((i) => [i, null]));
  for (let i = 0; i < 20; i++) await chain.block({ reports: none, afterMs: 9_000 });
  await expect(proveMargin(readerOf(), id, all)).rejects.toMatchObject({
    fault: 'unprovable',
  });
});
