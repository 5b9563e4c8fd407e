import { Venue } from '../../proto/gen/tenor.oracle.v1.ts';
import type { Source } from './source.ts';
import { SourceError, bookPrice, fields, firstOf, list, numberOf, show, timeOf } from './values.ts';

/**
 * Bitstamp. REST: https://www.bitstamp.net/api/#tag/Tickers/operation/GetMarketTicker
 *
 * `{timestamp, bid, ask, last, volume, …}`, all strings. `timestamp` is in seconds and that of the
 * answer; volume is of the last 24 hours: neither is evidence.
 *
 * WebSocket: https://www.bitstamp.net/websocket/v2/, channel order_book_btcusd:
 * `{event: "data", channel, data: {microtimestamp, bids: [[price, size], …], asks: …}}`.
 */
export const bitstamp: Source = {
  venue: Venue.VENUE_BITSTAMP,
  restUrl: 'https://www.bitstamp.net',
  wsUrl: 'wss://ws.bitstamp.net',
  tickPath: (pair) => `/api/v2/ticker/${encodeURIComponent(pair)}/`,

  parseTick(body, pair) {
    const { bid, ask, last, status, reason } = fields(body, 'the answer');
    if (status === 'error') throw new SourceError(`error ${show(reason)}`);
    const fingerprint = JSON.stringify([bid, ask, last]);
    return { instrument: pair, price: bookPrice({ bid, ask, last }), fingerprint };
  },

  stream: {
    path: () => '',
    subscribe: (pairs) =>
      pairs.map((pair) =>
        JSON.stringify({ event: 'bts:subscribe', data: { channel: `order_book_${pair}` } }),
      ),
    read(message, pairs) {
      const { event, channel, data } = fields(message, 'the message');
      if (event === 'bts:error') throw new SourceError(`refused: ${show(data)}`);
      if (event !== 'data') return [];
      const instrument = pairs.find((pair) => channel === `order_book_${pair}`);
      if (instrument === undefined) throw new SourceError(`channel ${show(channel)} is unknown`);
      const { bids, asks, microtimestamp } = fields(data, 'data');
      const [bid, ask] = [list(bids, 'bids')[0], list(asks, 'asks')[0]];
      const micros = numberOf(microtimestamp);
      return [
        {
          instrument,
          price: bookPrice({ bid: firstOf(bid), ask: firstOf(ask) }),
          timeMs: timeOf(micros === null ? null : Math.floor(micros / 1000), 'microtimestamp'),
          fingerprint: JSON.stringify([bid, ask, microtimestamp]),
        },
      ];
    },
  },
};
