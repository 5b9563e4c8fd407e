import { Venue } from '../../proto/gen/tenor.oracle.v1.ts';
import type { Source } from './source.ts';
import { SourceError, bookPrice, fields, isoTimeOf, show } from './values.ts';

/**
 * Coinbase Exchange. REST:
 * https://docs.cdp.coinbase.com/api-reference/exchange-api/rest-api/products/get-product-ticker
 *
 * `{ask, bid, volume, trade_id, price, size, time}`, prices as strings. `time` is that of the last
 * trade. The product is named in the path only.
 *
 * WebSocket: https://docs.cdp.coinbase.com/exchange/websocket-feed/channels, channel ticker.
 */
export const coinbase: Source = {
  venue: Venue.VENUE_COINBASE,
  restUrl: 'https://api.exchange.coinbase.com',
  wsUrl: 'wss://ws-feed.exchange.coinbase.com',
  tickPath: (product) => `/products/${encodeURIComponent(product)}/ticker`,

  parseTick(body, product) {
    const { bid, ask, price: last, trade_id: id, time } = fields(body, 'the answer');
    return {
      instrument: product,
      price: bookPrice({ bid, ask, last }),
      timeMs: isoTimeOf(time, 'time'),
      fingerprint: JSON.stringify([id, time]),
    };
  },

  stream: {
    path: () => '',
    subscribe: (products) => [
      JSON.stringify({ type: 'subscribe', product_ids: products, channels: ['ticker'] }),
    ],
    read(message, products) {
      const ticker = fields(message, 'the message');
      if (ticker['type'] === 'error') throw new SourceError(`refused: ${show(ticker)}`);
      if (ticker['type'] !== 'ticker') return [];
      const { product_id: product, best_bid: bid, best_ask: ask, price: last } = ticker;
      const instrument = products.find((p) => p === product);
      if (instrument === undefined) throw new SourceError(`product ${show(product)} is unknown`);
      return [
        {
          instrument,
          price: bookPrice({ bid, ask, last }),
          timeMs: isoTimeOf(ticker['time'], 'time'),
          fingerprint: JSON.stringify([ticker['trade_id'], ticker['time']]),
        },
      ];
    },
  },
};
