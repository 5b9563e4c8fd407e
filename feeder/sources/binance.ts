import { Venue } from '../../proto/gen/tenor.oracle.v1.ts';
import type { Source } from './source.ts';
import { SourceError, bookPrice, fields, firstOf, list, show } from './values.ts';

/**
 * Binance spot. REST:
 * https://developers.binance.com/docs/binance-spot-api-docs/rest-api/market-data-endpoints#order-book
 *
 * `{lastUpdateId, bids: [[price, size], …], asks: …}`, prices as strings. The id of the last change
 * of the book is the evidence: the tickers' times are those of the answer.
 *
 * WebSocket: …/web-socket-streams#individual-symbol-ticker-streams, once a second:
 * `{stream, data: {e: "24hrTicker", s, c: last, b, B, a, A, L: last trade, …}}`.
 */
export const binance: Source = {
  venue: Venue.VENUE_BINANCE,
  restUrl: 'https://api.binance.com',
  wsUrl: 'wss://stream.binance.com:9443',
  tickPath: (symbol) => `/api/v3/depth?symbol=${encodeURIComponent(symbol)}&limit=5`,

  parseTick(body, symbol) {
    const { code, msg, lastUpdateId, bids, asks } = fields(body, 'the answer');
    if (code !== undefined) throw new SourceError(`error ${show(code)}: ${show(msg)}`);
    const [bid, ask] = [list(bids, 'bids')[0], list(asks, 'asks')[0]];
    return {
      instrument: symbol,
      price: bookPrice({ bid: firstOf(bid), ask: firstOf(ask) }),
      fingerprint: JSON.stringify([lastUpdateId, bid, ask]),
    };
  },

  stream: {
    path: (symbols) =>
      `/stream?streams=${symbols.map((s) => `${s.toLowerCase()}@ticker`).join('/')}`,
    subscribe: () => [],
    read(message, symbols) {
      const { data, error } = fields(message, 'the message');
      if (error !== undefined) throw new SourceError(`refused: ${show(error)}`);
      if (data === undefined) return [];
      const ticker = fields(data, 'data');
      if (ticker['e'] !== '24hrTicker') return [];
      const { s: symbol, b: bid, B: bidSize, a: ask, A: askSize, c: last, L: trade } = ticker;
      const instrument = symbols.find((s) => s === symbol);
      if (instrument === undefined) throw new SourceError(`symbol ${show(symbol)} is unknown`);
      const fingerprint = JSON.stringify([bid, bidSize, ask, askSize, last, trade]);
      return [{ instrument, price: bookPrice({ bid, ask, last }), fingerprint }];
    },
  },
};
