import * as clob from '../../../proto/gen/tenor.clob.v1.ts';
import type { Json } from '../../../proto/json.ts';
import type { BlockFacts } from '../facts.ts';
import type { JsonObject } from '../mergePatch.ts';
import type { Follows, Source } from '../source.ts';

/** Levels of a side that are shown: as many as the query has. */
const DEPTH = 200;
/** Orders of a side that are shown, the best first. */
const ORDERS = 1_000;

/**
 * Also after blocks that tell nothing of it: orders by volatility are shown at what they are worth
 * now, and a series in which nothing ever happened may be gone.
 */
const follows = (symbol: string): Follows => {
  const underlying = symbol.split('-')[0]!;
  const touched = ({ series, settled }: BlockFacts) =>
    series.has(symbol) || settled.has(underlying);
  return { touched, everyBlock: true };
};

/** Levels by price. */
export function bookSource(symbol: string): Source {
  const side = (levels: readonly clob.Level[]): JsonObject =>
    Object.fromEntries(
      levels.map(({ priceUusd, quantity, orders }) => [
        String(priceUusd),
        { quantity: String(quantity), orders },
      ]),
    );
  return {
    read: (reader) => {
      const { QueryBookRequest, QueryBookResponse } = clob;
      const { bids, asks } = reader.ask(
        '/tenor.clob.v1.Query/Book',
        QueryBookRequest,
        QueryBookResponse,
        { symbol, depth: DEPTH },
      );
      return { symbol, bids: side(bids), asks: side(asks) };
    },
    follows: follows(symbol),
  };
}

/** Orders by price: at each, `[id, remaining]` in the order in which they trade. */
export function bookOrdersSource(symbol: string): Source {
  const side = (orders: readonly clob.BookOrder[]): JsonObject => {
    const levels: { [price: string]: Json[] } = {};
    for (const { id, priceUusd, remaining } of orders) {
      (levels[String(priceUusd)] ??= []).push([String(id), String(remaining)]);
    }
    return levels;
  };
  return {
    read: (reader) => {
      const { QueryBookOrdersRequest, QueryBookOrdersResponse } = clob;
      const { bids, asks } = reader.ask(
        '/tenor.clob.v1.Query/BookOrders',
        QueryBookOrdersRequest,
        QueryBookOrdersResponse,
        { symbol, limit: ORDERS },
      );
      return { symbol, bids: side(bids), asks: side(asks) };
    },
    follows: follows(symbol),
  };
}
