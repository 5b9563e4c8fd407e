import { expect, test } from '@jest/globals';
import type * as abci from 'cosmjs-types/tendermint/abci/types';
import * as clob from '../../proto/gen/tenor.clob.v1.ts';
import type { Series } from '../../proto/gen/tenor.options.v1.ts';
import { Random } from '../crash/random.ts';
import { TestChain } from '../harness/chain.ts';
import { trade } from '../harness/crisis.ts';
import type { UserKey } from '../harness/keys.ts';
import { ToldAccounts } from '../harness/told/accounts.ts';
import { ToldBooks } from '../harness/told/books.ts';
import { candlesOf } from '../harness/told/candles.ts';
import type { Traded } from '../harness/told/candles.ts';
import { toldBy } from '../harness/told/event.ts';
import { ToldGroups } from '../harness/told/groups.ts';
import { RandomUser } from '../harness/told/randomUser.ts';
import { FEE, accountOf, depositMsg, ordersOf, seriesOf } from '../harness/trading.ts';

/** Everything that is known from events, and of trades what state kept as well. */
class Reader {
  readonly books = new ToldBooks();
  readonly accounts = new ToldAccounts();
  readonly groups = new ToldGroups();
  readonly trades: Traded[] = [];
  readonly types = new Map<string, number>();

  initChain(): void {
    expect(this.types.size).toBe(0);
  }

  decided({ time }: abci.RequestFinalizeBlock, answer: abci.ResponseFinalizeBlock): void {
    const timeMs = Number(time.seconds) * 1_000 + Math.floor(time.nanos / 1e6);
    for (const told of toldBy(answer)) {
      this.types.set(told.type, (this.types.get(told.type) ?? 0) + 1);
      this.books.apply(told);
      this.accounts.apply(told);
      this.groups.apply(told);
      if (told.type !== 'trade') continue;
      this.trades.push({
        ...{ series: told.text('series'), timeMs },
        ...{ priceUusd: told.amount('price_uusd'), quantity: told.amount('quantity') },
      });
    }
  }
}

function booksOf(chain: TestChain, series: string) {
  const book = chain.query(
    '/tenor.clob.v1.Query/BookOrders',
    clob.QueryBookOrdersRequest,
    clob.QueryBookOrdersResponse,
    { symbol: series, limit: 0 },
  );
  const shown = ({ id, priceUusd, remaining }: clob.BookOrder) => ({
    ...{ id: id.toString(), priceUusd, remaining },
  });
  return [book.bids.map(shown), book.asks.map(shown)];
}

/** Of the trades that state keeps, those of a block. */
function tradesAt(chain: TestChain): Traded[] {
  const { trades } = chain.query(
    '/tenor.clob.v1.Query/Trades',
    clob.QueryTradesRequest,
    clob.QueryTradesResponse,
    { symbol: '', underlying: '', limit: 100 },
  );
  return trades
    .filter(({ height }) => Number(height) === chain.height)
    .reverse()
    .map(({ symbol: series, timeMs, priceUusd, quantity }) => ({
      ...{ series, timeMs: Number(timeMs), priceUusd, quantity },
    }));
}

function compareAccounts(chain: TestChain, { accounts, books, groups }: Reader): void {
  for (const user of chain.users.values()) {
    const name = `${user.address}/0`;
    const { subaccount, positions } = accountOf(chain, user);
    const told = accounts.of(name);
    expect([name, told.cashUusd]).toEqual([name, subaccount!.cashUusd]);
    const held = positions.map(({ symbol, position }) => [symbol, position!.quantity] as const);
    expect(told.positions).toEqual(new Map(held));
    const own = { owner: user.address, subaccount: 0 };
    const orders = ordersOf(chain, user);
    const open = new Map(orders.map(({ id, remaining }) => [id.toString(), remaining]));
    expect(books.ordersOf(name)).toEqual(open);
    const { quotes } = chain.query(
      ...([
        '/tenor.clob.v1.Query/Quotes',
        clob.QueryQuotesRequest,
        clob.QueryQuotesResponse,
      ] as const),
      { ...own, group: '' },
    );
    const ids = quotes.map(({ orderId }) => orderId.toString());
    expect(books.quotesOf(name)).toEqual(new Set(ids));
    const known = chain.query(
      '/tenor.clob.v1.Query/QuoteGroups',
      clob.QueryQuoteGroupsRequest,
      clob.QueryQuoteGroupsResponse,
      own,
    );
    expect(groups.groupsOf(name)).toEqual(
      known.groups.map(({ group }) => {
        const { name: called, quantityLimit, maxQuote, frozenUntilMs } = group!;
        return { name: called, quantityLimit, maxQuote, frozenUntilMs };
      }),
    );
    expect(groups.deadlineOf(name)).toBe(known.deadManSwitch?.deadlineMs);
    const { triggers } = chain.query(
      '/tenor.clob.v1.Query/Triggers',
      clob.QueryTriggersRequest,
      clob.QueryTriggersResponse,
      own,
    );
    expect(groups.triggersOf(name)).toEqual(
      triggers.map(({ id, order, levelUusd }) => ({
        ...{ id: id.toString(), series: order!.series, levelUusd },
      })),
    );
  }
}

/** Auctions after short outages, an opening for each series, and liquidations that soon end. */
function settings(state: Record<string, unknown>): void {
  const change = (module: string, changed: object) =>
    Object.assign((state[module] as { params: object }).params, changed);
  change('clob', {
    ...{ auctionSteps: [{ gapMs: 10_000, lengthMs: 3_000 }], maxAuctionLockMs: 3_000 },
    openingAuctionMs: 1_000,
  });
  change('liquidation', { fastBlocks: 4, slowBlocks: 4, insolventBlocks: 4 });
}

/** Symbols of the series around the money. */
function nearest(chain: TestChain, count: number): string[] {
  const away = ({ strikeUusd }: Series) => Math.abs(Number(strikeUusd) / 1e6 - chain.market.btc);
  return seriesOf(chain, 'BTC')
    .sort((a, b) => away(a) - away(b) || Number(a.id - b.id))
    .slice(0, count)
    .map(({ symbol }) => symbol);
}

const CRISIS = 100;

/** Who has 20,000 USD sells calls of tomorrow to somebody who has more. */
async function sellDear(chain: TestChain, seller: string): Promise<void> {
  const daily = seriesOf(chain, 'BTC').filter(({ symbol }) => !/T\d{4}-/.test(symbol));
  const away = ({ strikeUusd }: Series) => Math.abs(Number(strikeUusd) / 1e6 - chain.market.btc);
  const calls = daily.filter(({ symbol }) => symbol.endsWith('-C'));
  const [{ symbol: series } = { symbol: '' }] = calls.sort((a, b) => away(a) - away(b));
  const size = Math.round(4_500_000 / chain.market.btc) / 100;
  await trade(chain, { seller, buyer: 'alice', series, size });
}

/** A week of them takes minutes here: series that expire every two minutes, and much happening. */
test('books, accounts, groups and candles come of events alone', async () => {
  const reader = new Reader();
  const users = ['alice', 'bob', 'carol', 'dave', 'erin'];
  const random = new Random(Number(process.env['EVENTS_SEED'] ?? 7));
  const blocks = Number(process.env['EVENTS_BLOCKS'] ?? 220);
  const chain = await TestChain.start({
    ...{ users, observe: reader, alone: true, preset: 'fast-expiry' as const, genesis: settings },
  });
  for (let i = 0; i < 6; i++) await chain.block();
  const all = [...chain.users.values()];
  const usd = [400_000, 400_000, 60_000, 20_000, 20_000];
  const deposits = all.map((u, i) => chain.sign(u, [depositMsg(u, usd[i]!)], FEE));
  await chain.block({ txs: deposits });
  const of = (user: UserKey) => new RandomUser(chain, random, user, nearest(chain, 4));
  await chain.block({ txs: all.map((u) => chain.sign(u, of(u).groups())) });
  const kept: Traded[] = [];
  for (let i = 0; i < blocks; i++) {
    // Now and then somebody has sold more than a jump leaves him money for.
    const phase = i % CRISIS;
    if (phase === 20) {
      await sellDear(chain, i < CRISIS ? 'dave' : 'erin');
      kept.push(...tradesAt(chain));
    }
    // Whose turn it is to fail does nothing before.
    const active = all.slice(0, phase < 35 ? 3 : i < CRISIS ? 4 : 5);
    const txs = active.map((user) => chain.sign(user, [of(user).next()], FEE));
    const jump = i < CRISIS ? 1.24 : 1.7;
    const move = phase === 30 ? jump : 0.994 + random.below(13) / 1_000;
    chain.market = { ...chain.market, btc: Math.round(chain.market.btc * move) };
    await chain.block({ txs, afterMs: random.below(25) === 0 ? 12_000 : 1_000 });
    kept.push(...tradesAt(chain));
    if (i % 10 !== 9) continue;
    for (const { symbol } of seriesOf(chain, 'BTC')) {
      const told = [reader.books.side(symbol, true), reader.books.side(symbol, false)];
      expect([symbol, ...told]).toEqual([symbol, ...booksOf(chain, symbol)]);
    }
    compareAccounts(chain, reader);
    expect(candlesOf(reader.trades)).toEqual(candlesOf(kept));
  }
  await chain.close();
  // It has seen what it says.
  const seen = [
    ...['trade', 'settlement', 'order_reduced', 'vol_order_moved', 'quotes_set', 'quotes_pulled'],
    ...['quote_group_frozen', 'dead_man_switch', 'trigger_fired', 'action_refused', 'book_closed'],
    ...['opening_auction', 'recovery_auction', 'call_auction_cleared', 'liquidation_flagged'],
    ...['auction_slice', 'deleveraged'],
  ];
  expect(seen.filter((type) => !reader.types.has(type))).toEqual([]);
});
