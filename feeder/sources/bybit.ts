import { Venue } from '../../proto/gen/tenor.oracle.v1.ts';
import { monthOf, readRows } from './readRows.ts';
import type { Source } from './source.ts';
import {
  SourceError,
  bookPrice,
  fields,
  firstOf,
  list,
  numberOf,
  priceOf,
  show,
  textOf,
  timeOf,
} from './values.ts';

/**
 * Bybit. REST: https://bybit-exchange.github.io/docs/v5/market/tickers
 *
 * `{retCode: 0, retMsg, result: {category, list: [{symbol, bid1Price, bid1Size, …}]}, time}`, all
 * strings but `time`, which is that of the answer. Options have bid1Iv, ask1Iv and markIv as
 * fractions ("0" where there is none, "5" as a cap), underlyingPrice and indexPrice; symbols are
 * BTC-27DEC26-100000-C, settled in USDC, or …-C-USDT. They expire at 08:00 UTC.
 *
 * WebSocket: …/websocket/public/orderbook, topic orderbook.1.BTCUSDT: `{topic, data: {s, b, a, u},
 * cts}` with levels in b and a; `cts` is of the matching engine. Pushed also without a change.
 */
export const bybit: Source = {
  venue: Venue.VENUE_BYBIT,
  restUrl: 'https://api.bybit.com',
  wsUrl: 'wss://stream.bybit.com',
  tickPath: (symbol) => `/v5/market/tickers?category=spot&symbol=${encodeURIComponent(symbol)}`,

  parseTick(body, symbol) {
    const ticker = fields(listOf(body)[0], 'a ticker');
    if (ticker['symbol'] !== symbol) throw new SourceError(`it is about ${show(ticker['symbol'])}`);
    const { bid1Price: bid, bid1Size, ask1Price: ask, ask1Size, lastPrice: last } = ticker;
    const fingerprint = JSON.stringify([bid, bid1Size, ask, ask1Size, last]);
    return { instrument: symbol, price: bookPrice({ bid, ask, last }), fingerprint };
  },

  stream: {
    path: () => '/v5/public/spot',
    subscribe: (symbols) => [
      JSON.stringify({ op: 'subscribe', args: symbols.map((s) => `orderbook.1.${s}`) }),
    ],
    ping: JSON.stringify({ op: 'ping' }),
    read(message, symbols) {
      const { topic, data, cts, success, ret_msg: why } = fields(message, 'the message');
      if (success === false) throw new SourceError(`refused: ${show(why)}`);
      if (topic === undefined) return [];
      const instrument = symbols.find((s) => topic === `orderbook.1.${s}`);
      if (instrument === undefined) throw new SourceError(`topic ${show(topic)} is unknown`);
      const { b, a, u } = fields(data, 'data');
      const [bid, ask] = [list(b, 'b')[0], list(a, 'a')[0]];
      return [
        {
          instrument,
          price: bookPrice({ bid: firstOf(bid), ask: firstOf(ask) }),
          timeMs: timeOf(cts, 'cts'),
          fingerprint: JSON.stringify([bid, ask, u]),
        },
      ];
    },
  },

  chain: {
    paths: (coin) => [`/v5/market/tickers?category=option&baseCoin=${encodeURIComponent(coin)}`],
    parse(bodies, coin) {
      const list = listOf(bodies[0]);
      const timeMs = timeOf(fields(bodies[0], 'the answer')['time'], 'time');
      const { reference, quote } = referenceOf(list, coin);
      const rows = readRows(list, reference, (row) => {
        const match = typeof row['symbol'] === 'string' ? OPTION.exec(row['symbol']) : null;
        if (match?.[1] !== coin || (match[7] ?? 'USD') !== quote) return null;
        const [, , day, month, year, strike, kind] = match;
        return {
          ...{ year, month: monthOf(month), day, strike, kind, timeMs },
          vols: { mark: row['markIv'], bid: row['bid1Iv'], ask: row['ask1Iv'] },
          forward: row['underlyingPrice'],
        };
      });
      return { reference, quote, ...rows };
    },
  },
};

const OPTION =
  /^([A-Z0-9]+)-(\d{1,2})([A-Z]{3})(\d{2})-(\d{1,9}(?:\.\d{1,6})?)-([CP])(?:-(USDT))?$/;

function listOf(body: unknown): readonly unknown[] {
  const { retCode, retMsg, result } = fields(body, 'the answer');
  if (textOf(retCode) !== '0') throw new SourceError(`error ${show(retCode)}: ${show(retMsg)}`);
  return list(fields(result, 'result')['list'], 'list');
}

/** The index that the rows name, and the settlement they have most. */
function referenceOf(rows: readonly unknown[], coin: string): { reference: number; quote: string } {
  const named = rows.filter((row): row is Record<string, unknown> => {
    const symbol = (row as Record<string, unknown> | null)?.['symbol'];
    return typeof symbol === 'string' && symbol.startsWith(`${coin}-`);
  });
  const inUsdt = named.filter((row) => textOf(row['symbol']).endsWith('-USDT')).length;
  const prices = named.map((row) => numberOf(row['indexPrice'])).filter((price) => price !== null);
  prices.sort((a, b) => a - b);
  // The middle one: an odd row among them is not it.
  const reference = priceOf(prices[Math.floor(prices.length / 2)], 'indexPrice');
  return { reference, quote: inUsdt * 2 > named.length ? 'USDT' : 'USD' };
}
