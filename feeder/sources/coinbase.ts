import { SourceError, fields, middle, priceOfString, show } from './source.ts';
import type { Source } from './source.ts';

/**
 * Coinbase Exchange, `GET /products/BTC-USD/ticker`:
 * https://docs.cdp.coinbase.com/api-reference/exchange-api/rest-api/products/get-product-ticker
 *
 * `{trade_id, price, size, time, bid, ask, volume}`, numbers as strings. `time` is that of the last
 * trade. The product is named in the path only.
 */
export const coinbase: Source = {
  tickPath: (product) => `/products/${encodeURIComponent(product)}/ticker`,

  parseTick(body) {
    const ticker = fields(body, 'the answer');
    const bid = priceOfString(ticker['bid'], 'bid');
    const ask = priceOfString(ticker['ask'], 'ask');
    const last = priceOfString(ticker['price'], 'price');
    const { trade_id: id, time } = ticker;
    return {
      price: middle(bid, ask, last),
      timeMs: isoMs(time),
      fingerprint: JSON.stringify([id, time]),
    };
  },
};

const ISO_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;

function isoMs(value: unknown): number {
  const ms = typeof value === 'string' && ISO_UTC.test(value) ? Date.parse(value) : NaN;
  if (Number.isNaN(ms)) throw new SourceError(`time is ${show(value)}, not a time`);
  return ms;
}
