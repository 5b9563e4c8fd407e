import { describe, expect, test } from '@jest/globals';
import * as pb from '../../../proto/gen/tenor.clob.v1.ts';
import { marginOf } from '../margin/index.ts';
import { parseSymbol } from '../options/core/index.ts';
import { userAddress } from '../accounts/fixture.ts';
import { refusalCode } from '../../runtime/fixture.ts';
import { CALL, ClobChain, PUT, order } from './fixture.ts';

const USD = 1_000_000n;
const RICH = 200_000n * USD;

function whatIf(chain: ClobChain, msg: pb.MsgPlaceOrder): pb.QueryWhatIfResponse {
  const request = { order: msg };
  return chain.query('WhatIf', pb.QueryWhatIfRequest, pb.QueryWhatIfResponse, request);
}

describe('queries', () => {
  test('show the levels of a book from the best on, as many as are asked for', () => {
    const chain = ClobChain.create([RICH, RICH]);
    for (const usd of [720, 700, 710, 700]) chain.place(0, 'sell', usd, { quantity: 1_000n });
    chain.place(1, 'buy', 650, { quantity: 2_000n });
    const book = (depth: number) =>
      chain.query('Book', pb.QueryBookRequest, pb.QueryBookResponse, { symbol: CALL, depth });
    expect(book(2)).toEqual({
      symbol: CALL,
      bids: [{ priceUusd: 650n * USD, quantity: 2_000n, orders: 1 }],
      asks: [
        { priceUusd: 700n * USD, quantity: 2_000n, orders: 2 },
        { priceUusd: 710n * USD, quantity: 1_000n, orders: 1 },
      ],
    });
    expect(book(0).asks).toHaveLength(3);
  });

  test('show the orders of a book as they will trade, as many as are asked for', () => {
    const chain = ClobChain.create([RICH, RICH]);
    for (const usd of [720, 700, 710, 700]) chain.place(0, 'sell', usd, { quantity: 1_000n });
    chain.place(1, 'buy', 700, { quantity: 400n });
    const { QueryBookOrdersRequest, QueryBookOrdersResponse } = pb;
    const orders = (limit: number) =>
      chain.query('BookOrders', QueryBookOrdersRequest, QueryBookOrdersResponse, {
        ...{ symbol: CALL, limit },
      });
    expect(orders(3)).toEqual({
      symbol: CALL,
      bids: [],
      asks: [
        { id: 2n, priceUusd: 700n * USD, remaining: 600n },
        { id: 4n, priceUusd: 700n * USD, remaining: 1_000n },
        { id: 3n, priceUusd: 710n * USD, remaining: 1_000n },
      ],
    });
    expect(orders(0).asks).toHaveLength(4);
    expect(
      refusalCode(() =>
        chain.query('BookOrders', QueryBookOrdersRequest, QueryBookOrdersResponse, {
          symbol: 'BTC-1JAN70-1-C',
          limit: 0,
        }),
      ),
    ).toMatch(/^options\//);
  });

  test('show the best prices of all series of an expiry, absent where nothing rests', () => {
    const chain = ClobChain.create([RICH, RICH]);
    chain.place(0, 'sell', 700, { quantity: 1_000n });
    chain.place(0, 'sell', 710);
    chain.place(1, 'buy', 650, { quantity: 2_000n });
    const best = (underlying: string, expirySeconds: bigint) =>
      chain.query('BestPrices', pb.QueryBestPricesRequest, pb.QueryBestPricesResponse, {
        ...{ underlying, expirySeconds },
      }).series;
    const { expirySeconds } = parseSymbol(CALL)!;
    const series = best('BTC', expirySeconds);
    expect(series.find(({ symbol }) => symbol === CALL)).toMatchObject({
      bid: { priceUusd: 650n * USD, quantity: 2_000n, orders: 1 },
      ask: { priceUusd: 700n * USD, quantity: 1_000n, orders: 1 },
    });
    expect(series.every(({ levels }) => levels === undefined)).toBe(true);
    const deep = chain.query('BestPrices', pb.QueryBestPricesRequest, pb.QueryBestPricesResponse, {
      ...{ underlying: 'BTC', expirySeconds, depth: 5 },
    });
    const { bid, ask, levels } = deep.series.find(({ symbol }) => symbol === CALL)!;
    expect(levels!.asks.map((l) => l.priceUusd / USD)).toEqual([700n, 710n]);
    expect([levels!.bids, levels!.asks[0]]).toEqual([[bid], ask]);
    const put = series.find(({ symbol }) => symbol === PUT)!;
    expect([put.bid, put.ask]).toEqual([undefined, undefined]);
    expect(refusalCode(() => best('BTC', 1n))).toBe('options/3');
    expect(refusalCode(() => best('DOGE', expirySeconds))).toBe('options/1');
  });

  test('show the open orders of a subaccount with what is left of them', () => {
    const chain = ClobChain.create([RICH, RICH]);
    chain.place(0, 'sell', 700, { clientOrderId: 'x' });
    chain.place(0, 'buy', 300, { series: PUT });
    chain.place(1, 'buy', 700, { quantity: 4_000n });
    const { orders } = chain.query('Orders', pb.QueryOrdersRequest, pb.QueryOrdersResponse, {
      ...{ owner: userAddress(0), subaccount: 0 },
    });
    expect(orders).toMatchObject([
      { id: 1n, symbol: CALL, side: 2, quantity: 10_000n, remaining: 6_000n, clientOrderId: 'x' },
      { id: 2n, symbol: PUT, side: 1, priceUusd: 300n * USD, remaining: 10_000n },
    ]);
  });

  test('show the last trades, newest first, of a series or an underlying', () => {
    const chain = ClobChain.create([RICH, RICH], { recentTrades: 3 });
    for (let i = 0; i < 5; i++) {
      chain.place(0, 'sell', 700 + i, { quantity: 100n });
      chain.place(1, 'buy', 700 + i, { quantity: 100n });
    }
    const trades = (request: Partial<pb.QueryTradesRequest>) =>
      chain
        .query('Trades', pb.QueryTradesRequest, pb.QueryTradesResponse, {
          ...{ symbol: '', underlying: '', limit: 0 },
          ...request,
        })
        .trades.map(({ id }) => id);
    expect(trades({ underlying: 'BTC' })).toEqual([5n, 4n, 3n]);
    expect(trades({ symbol: CALL, limit: 2 })).toEqual([5n, 4n]);
    expect(trades({ underlying: 'ETH' })).toEqual([]);
    expect(refusalCode(() => trades({ symbol: 'BTC-X' }))).toBe('options/2');
  });

  test('tell what an order would do, without doing it', () => {
    const chain = ClobChain.create([RICH, RICH]);
    chain.place(0, 'sell', 700);
    chain.seal();
    const before = chain.dump();
    const accepted = whatIf(chain, order(1, 'buy', 700));
    expect(accepted).toMatchObject({ accepted: true, before: { cashUusd: RICH } });
    expect(accepted.after!.cashUusd).toBe(RICH - 700n * USD - 19_200_000n);
    const refused = whatIf(chain, order(1, 'sell', 700, { quantity: 300_000n }));
    expect(refused).toMatchObject({ accepted: false, codespace: 'margin', code: 1 });
    expect(refused.after!.initialUusd).toBeLessThan(0n);
    expect(whatIf(chain, order(1, 'buy', 700.5))).toMatchObject({ codespace: 'clob', code: 3 });
    expect(chain.dump()).toEqual(before);
    chain.place(1, 'buy', 700);
    expect(marginOf(chain.ctx, 2n)).toEqual(accepted.after);
  });
});
