import { Venue } from '../../proto/gen/tenor.oracle.v1.ts';
import type { Source } from './source.ts';
import { SourceError, bookPrice, fields, firstOf, list, quoteOf, show } from './values.ts';

/**
 * Kraken spot. REST: https://docs.kraken.com/api/docs/rest-api/get-ticker-information
 *
 * `{error: [], result: {XXBTZUSD: {a: [price, …], b: [price, …], c: [price, …], v, p, t, …}}}`.
 * Errors come with status 200 in `error`, as "E…"; "W…" beside a result is a warning. There is no
 * time in it. v[0] and t[0] count since midnight and are evidence; v[1] and t[1] are of the
 * last 24 hours and change without a trade.
 *
 * WebSocket v2: https://docs.kraken.com/api/docs/websocket-v2/ticker with symbols such as BTC/USD.
 */
export const kraken: Source = {
  venue: Venue.VENUE_KRAKEN,
  restUrl: 'https://api.kraken.com',
  wsUrl: 'wss://ws.kraken.com',
  tickPath: (pair) => `/0/public/Ticker?pair=${encodeURIComponent(pair)}`,

  parseTick(body, pair) {
    const { error, result } = fields(body, 'the answer');
    const complaints = error === undefined ? [] : list(error, 'error').map(String);
    const refusal = complaints.find((text) => !text.startsWith('W'));
    if (refusal !== undefined) throw new SourceError(complaints.join('; '));
    const tickers = fields(result, 'result');
    const [name, ...more] = Object.keys(tickers);
    if (name === undefined || more.length > 0 || !namesOf(pair).includes(name)) {
      throw new SourceError(`result is about ${Object.keys(tickers).join(', ')}, not ${pair}`);
    }
    const { a, b, c, v, t } = fields(tickers[name], name);
    const price = bookPrice({ bid: firstOf(b), ask: firstOf(a), last: firstOf(c) });
    const fingerprint = JSON.stringify([a, b, c, firstOf(v), firstOf(t)]);
    return { instrument: pair, price, fingerprint };
  },

  stream: {
    path: () => '/v2',
    subscribe: (pairs) => [
      JSON.stringify({
        method: 'subscribe',
        params: { channel: 'ticker', symbol: pairs.map(symbolOf), event_trigger: 'bbo' },
      }),
    ],
    read(message, pairs) {
      const { channel, data, success, error } = fields(message, 'the message');
      if (success === false) throw new SourceError(`refused: ${show(error)}`);
      if (channel !== 'ticker') return [];
      return list(data, 'data').map((item) => {
        const ticker = fields(item, 'a ticker');
        const { symbol, bid, bid_qty: bidSize, ask, ask_qty: askSize, last } = ticker;
        const instrument = pairs.find((pair) => symbolOf(pair) === symbol);
        if (instrument === undefined) throw new SourceError(`symbol ${show(symbol)} is unknown`);
        const fingerprint = JSON.stringify([bid, bidSize, ask, askSize, last]);
        return { instrument, price: bookPrice({ bid, ask, last }), fingerprint };
      });
    },
  },
};

/** A pair is asked for by its short name and answered by a long one: XBTUSD, XXBTZUSD, USDTZUSD. */
function namesOf(pair: string): string[] {
  const quote = quoteOf(pair);
  const base = pair.slice(0, -quote.length);
  return [pair, `X${base}Z${quote}`, `${base}Z${quote}`];
}

/** BTC/USD of XBTUSD. */
function symbolOf(pair: string): string {
  const quote = quoteOf(pair);
  const base = pair.slice(0, -quote.length);
  return `${base === 'XBT' ? 'BTC' : base}/${quote}`;
}
