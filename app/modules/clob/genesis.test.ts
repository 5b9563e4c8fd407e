import { describe, expect, test } from '@jest/globals';
import { GenesisState } from '../../../proto/gen/tenor.clob.v1.ts';
import type { GenesisOrder } from '../../../proto/gen/tenor.clob.v1.ts';
import { fromJson, toJson } from '../../../proto/json.ts';
import { clearingPrices, markets, openings } from './auctions/state.ts';
import { all, opening, toTheEnd } from './auctions/fixture.ts';
import { BUY, SELL } from './core/index.ts';
import { booksOf } from './books/books.ts';
import { CALL, ClobChain, PUT } from './fixture.ts';
import { wrongGenesis } from './genesis.ts';
import { clobModule, defaultClobGenesis } from './index.ts';
import { quoting, setGroup } from './quotes/fixture.ts';
import { quoting as quotingGroups } from './quotes/state.ts';
import { infos, nextOrderId, nextTradeId, orders, pages, trades } from './state.ts';

const RICH = 200_000_000_000n;

function busy(): ClobChain {
  const chain = ClobChain.create([RICH, RICH, RICH]);
  for (let i = 0; i < 20; i++) chain.place(i % 3, 'sell', 700 + (i % 4), { quantity: 1_000n });
  chain.place(1, 'buy', 300, { series: PUT, clientOrderId: 'x', selfTrade: 1, postOnly: 1 });
  chain.place(2, 'buy', 700, { quantity: 1_500n, selfTrade: 1 });
  chain.cancel(0, 4n);
  chain.block();
  return chain;
}

const exported = (chain: ClobChain): GenesisState =>
  fromJson(GenesisState, clobModule.genesis.export(chain.ctx));

/** Takes the module out of a chain and puts it back from its genesis. */
function reimport(chain: ClobChain): ClobChain {
  const genesis = clobModule.genesis.export(chain.ctx);
  const { ctx } = chain;
  for (const [key] of pages.entries(ctx)) pages.delete(ctx, key);
  for (const [key] of infos.entries(ctx)) infos.delete(ctx, key);
  for (const [key] of orders.entries(ctx)) orders.delete(ctx, key);
  for (const [key] of trades.entries(ctx)) trades.delete(ctx, key);
  for (const [key] of clearingPrices.entries(ctx)) clearingPrices.delete(ctx, key);
  for (const [key] of markets.entries(ctx)) markets.delete(ctx, key);
  for (const [key] of openings.entries(ctx)) openings.delete(ctx, key);
  for (const [key] of quotingGroups.entries(ctx)) quotingGroups.delete(ctx, key);
  nextOrderId.delete(ctx);
  nextTradeId.delete(ctx);
  chain.seal();
  const empty = chain.restart();
  clobModule.genesis.init(empty.ctx, genesis);
  empty.seal();
  return empty;
}

function priorities(chain: ClobChain): string[] {
  const list: string[] = [];
  for (const [id] of infos.entries(chain.ctx)) {
    for (const side of [BUY, SELL] as const) {
      booksOf(chain.ctx)
        .must(id)
        .orders(side, ({ id: order, price, size, stp, postOnly }) =>
          list.push(`${id}: ${order} ${price} ${size} ${stp} ${postOnly}`),
        );
    }
  }
  return list;
}

describe('genesis', () => {
  test('brings back the same books with the same priorities', () => {
    const chain = busy();
    const before = priorities(chain);
    const state = exported(chain);
    const other = reimport(chain);
    expect(before.length).toBeGreaterThan(15);
    expect(priorities(other)).toEqual(before);
    expect(exported(other)).toEqual(state);
    expect(other.broken()).toEqual([]);
    const { response } = other.placing(0, 'buy', 700, { quantity: 1_000n, selfTrade: 1 });
    expect(response).toMatchObject({ orderId: 23n, filled: 1_000n });
  });

  test('quotes come back with the record of how many each group has', () => {
    const chain = busy();
    setGroup(chain, 0, 'a');
    setGroup(chain, 0, 'b');
    quoting(chain, 0, 'a', [[CALL, [500, 1], [900, 1]]]);
    quoting(chain, 0, 'b', [[PUT, undefined, [900, 1]]]);
    const record = [...quotingGroups.entries(chain.ctx)];
    expect(record.map(([, { groups }]) => groups.map(({ quotes }) => quotes))).toEqual([[2, 1]]);
    const other = reimport(chain);
    expect([...quotingGroups.entries(other.ctx)]).toEqual(record);
    expect(other.broken()).toEqual([]);
  });

  test('goes on with an auction in the middle of its clearing as the chain itself does', () => {
    const half = (): ClobChain => {
      const chain = opening([RICH, RICH], { maxAuctionMatchesPerBlock: 2 });
      for (let i = 0; i < 9; i++) chain.place(0, 'sell', 700, { quantity: 1_000n });
      for (let i = 0; i < 9; i++) chain.place(1, 'buy', 720 + i, { quantity: 1_000n });
      chain.block(5);
      for (let i = 0; i < 9 && [...clearingPrices.entries(chain.ctx)].length === 0; i++) {
        chain.block();
      }
      return chain;
    };
    const [chain, other] = [half(), reimport(half())];
    // As the import, at whose end the block ended once more.
    chain.seal();
    expect(exported(other).books[0]!.clearingUusd).toBeGreaterThan(0n);
    expect(exported(other)).toEqual(exported(chain));
    const [ends, theirs] = [toTheEnd(chain), toTheEnd(other)];
    expect(all(theirs, 'trade')).toEqual(all(ends, 'trade'));
    expect(all(ends, 'trade').length).toBeGreaterThan(1);
    expect(other.broken()).toEqual([]);
  });

  test('is refused where it contradicts itself', () => {
    const good = exported(busy());
    const [first] = good.books;
    const [order] = first!.orders;
    const withOrders = (...list: GenesisOrder[]) => ({
      ...good,
      books: [{ ...first!, orders: list }],
    });
    const bad: [string, GenesisState][] = [
      ['params', { ...good, params: undefined }],
      ['recent_trades', { ...good, params: { ...good.params!, recentTrades: 0 } }],
      ['one a series', { ...good, books: [first!, first!] }],
      ['listed twice', withOrders(order!, order!)],
      ['another series', withOrders({ ...order!, record: { ...order!.record!, seriesId: 9n } })],
      ['remaining', withOrders({ ...order!, remaining: 0n })],
      ['next_order_id', { ...good, nextOrderId: 1n }],
      ['next_trade_id', { ...good, nextTradeId: 1n }],
      ['being cleared', { ...good, books: [{ ...first!, clearingUusd: 700_000_000n }] }],
    ];
    expect(wrongGenesis(good)).toBeNull();
    for (const [what, genesis] of bad) expect(wrongGenesis(genesis)).toContain(what);
    const auction = { kind: 1, startedMs: 0n, lockMs: 0n, isClearing: false } as const;
    const empty = defaultClobGenesis();
    const unknown: GenesisState[] = [
      { ...empty, openings: [{ seriesId: 9_999n, auction }] },
      { ...empty, markets: [{ underlyingId: 1, expirySeconds: 77n, pausedSinceMs: 0n, auction }] },
    ];
    for (const genesis of unknown) {
      const chain = ClobChain.create([]);
      expect(() => clobModule.genesis.init(chain.ctx, toJson(genesis))).toThrow(/no (series|exp)/);
    }
    expect(() => clobModule.genesis.validate(toJson(bad[0]![1]))).toThrow('params');
    expect(wrongGenesis(defaultClobGenesis())).toBeNull();
  });
});
