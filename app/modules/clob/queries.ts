import * as pb from '../../../proto/gen/tenor.clob.v1.ts';
import { mustSubaccountOf } from '../accounts/index.ts';
import { openOrdersOf } from '../margin/index.ts';
import {
  mustExpiry,
  mustSeriesBySymbol,
  mustUnderlying,
  seriesOfExpiry,
} from '../options/index.ts';
import type { Series } from '../../../proto/gen/tenor.options.v1.ts';
import type { View } from '../../runtime/context.ts';
import { query } from '../../runtime/module.ts';
import type { QueryHandler } from '../../runtime/module.ts';
import { auctionQueries } from './auctions/queries.ts';
import { booksOf } from './books/books.ts';
import { BUY, SELL } from './core/index.ts';
import type { Side } from './core/index.ts';
import { describeOpen, showOrder } from './orders/showOrder.ts';
import { limitQueries } from './limits/queries.ts';
import { quoteQueries } from './quotes/queries.ts';
import { trades } from './state.ts';
import { triggersOf } from './triggers/waiting.ts';
import { toUusd } from './units.ts';
import { mergeLevels, volLevels, volQueries } from './vols/queries.ts';
import { whatIf } from './orders/whatIf.ts';

const DEFAULT_DEPTH = 20;
const MAX_DEPTH = 200;
/** Of each series of an expiry. */
const MAX_EXPIRY_DEPTH = 50;
const MAX_TRADES = 100;
const MAX_BOOK_ORDERS = 1_000;

/** Of a side with what waits outside the book by volatility. */
function levelsOf(view: View, series: Series, isBuy: boolean, depth: number): pb.Level[] {
  const book = levels(view, series.id, isBuy ? BUY : SELL, depth);
  return mergeLevels(book, volLevels(view, series, isBuy, depth), isBuy, depth);
}

function levels(view: View, seriesId: bigint, side: Side, depth: number): pb.Level[] {
  const found: pb.Level[] = [];
  booksOf(view)
    .peek(seriesId)
    ?.levels(side, depth, (price, quantity, count) =>
      found.push({ priceUusd: toUusd(price), quantity: BigInt(quantity), orders: count }),
    );
  return found;
}

/** Orders and quotes of a side as they will trade. */
function bookOrders(view: View, seriesId: bigint, side: Side, limit: number): pb.BookOrder[] {
  const found: pb.BookOrder[] = [];
  booksOf(view)
    .peek(seriesId)
    ?.orders(side, ({ id, price, size }) => {
      found.push({ id: BigInt(id), priceUusd: toUusd(price), remaining: BigInt(size) });
      return found.length < limit;
    });
  return found;
}

/** Best prices of all series of an expiry, by id, and so much of their books as is asked for. */
function bestPricesOf(
  view: View,
  { underlying, expirySeconds, depth: wanted }: pb.QueryBestPricesRequest,
): pb.BestPrices[] {
  const { underlyingId } = mustExpiry(view, underlying, expirySeconds);
  const depth = Math.min(wanted ?? 0, MAX_EXPIRY_DEPTH);
  return [...seriesOfExpiry(view, underlyingId, expirySeconds)].map((series) => {
    const side = (isBuy: boolean) => levelsOf(view, series, isBuy, Math.max(depth, 1));
    const [bids, asks] = [side(true), side(false)];
    const best = { seriesId: series.id, symbol: series.symbol, bid: bids[0], ask: asks[0] };
    return depth === 0 ? best : { ...best, levels: { bids, asks } };
  });
}

function ordersOf(view: View, { owner, subaccount }: pb.QueryOrdersRequest): pb.Order[] {
  const { id: account } = mustSubaccountOf(view, owner, subaccount);
  return openOrdersOf(view, account).map(([id, { quantity: remaining }]) =>
    describeOpen(view, { id, owner, subaccount, remaining }),
  );
}

/** Newest first. */
function tradesOf(view: View, { symbol, underlying, limit }: pb.QueryTradesRequest): pb.Trade[] {
  if (symbol !== '') mustSeriesBySymbol(view, symbol);
  if (underlying !== '') mustUnderlying(view, underlying);
  const most = limit === 0 || limit > MAX_TRADES ? MAX_TRADES : limit;
  const found: pb.Trade[] = [];
  for (const [, trade] of trades.entries(view, { reverse: true })) {
    if (symbol !== '' && trade.symbol !== symbol) continue;
    if (underlying !== '' && !trade.symbol.startsWith(`${underlying}-`)) continue;
    found.push(trade);
    if (found.length === most) break;
  }
  return found;
}

export const queries: Readonly<Record<string, QueryHandler>> = {
  ...quoteQueries,
  ...limitQueries,
  ...volQueries,
  ...auctionQueries,
  '/tenor.clob.v1.Query/Book': query(
    pb.QueryBookRequest,
    pb.QueryBookResponse,
    (view, { symbol, depth: wanted }) => {
      const series = mustSeriesBySymbol(view, symbol);
      const depth = wanted === 0 ? DEFAULT_DEPTH : Math.min(wanted, MAX_DEPTH);
      const side = (isBuy: boolean) => levelsOf(view, series, isBuy, depth);
      return { symbol, bids: side(true), asks: side(false) };
    },
  ),
  '/tenor.clob.v1.Query/BookOrders': query(
    pb.QueryBookOrdersRequest,
    pb.QueryBookOrdersResponse,
    (view, { symbol, limit: wanted }) => {
      const { id } = mustSeriesBySymbol(view, symbol);
      const limit = wanted === 0 ? MAX_BOOK_ORDERS : Math.min(wanted, MAX_BOOK_ORDERS);
      const side = (of: Side) => bookOrders(view, id, of, limit);
      return { symbol, bids: side(BUY), asks: side(SELL) };
    },
  ),
  '/tenor.clob.v1.Query/BestPrices': query(
    pb.QueryBestPricesRequest,
    pb.QueryBestPricesResponse,
    (view, request) => ({ series: bestPricesOf(view, request) }),
  ),
  '/tenor.clob.v1.Query/Orders': query(
    pb.QueryOrdersRequest,
    pb.QueryOrdersResponse,
    (view, request) => ({ orders: ordersOf(view, request) }),
  ),
  '/tenor.clob.v1.Query/Order': query(
    pb.QueryOrderRequest,
    pb.QueryOrderResponse,
    (view, request) => ({ order: showOrder(view, request) }),
  ),

  '/tenor.clob.v1.Query/Triggers': query(
    pb.QueryTriggersRequest,
    pb.QueryTriggersResponse,
    (view, { owner, subaccount }) => ({
      triggers: triggersOf(view, mustSubaccountOf(view, owner, subaccount).id),
    }),
  ),

  '/tenor.clob.v1.Query/Trades': query(
    pb.QueryTradesRequest,
    pb.QueryTradesResponse,
    (view, request) => ({ trades: tradesOf(view, request) }),
  ),
  '/tenor.clob.v1.Query/WhatIf': query(
    pb.QueryWhatIfRequest,
    pb.QueryWhatIfResponse,
    (view, { order }) => whatIf(view, order),
  ),
};
