import { asObject, find, ok } from './venue.ts';
import type { Venue } from './venue.ts';

const quotes = ['USDT', 'USDC'];
const symbolOf = (symbol: string, quote: string): string => symbol + quote;

export const binance: Venue = {
  rest(view, path, { symbol: name = '' }) {
    const found = path === '/api/v3/depth' ? find(view, quotes, name, symbolOf) : null;
    if (found === null) return { status: 400, body: { code: -1121, msg: 'Invalid symbol.' } };
    const { bid, ask, size } = view.book(found.symbol, found.quote);
    const lastUpdateId = 10_000_000 + view.snapshot.tick;
    return ok({ lastUpdateId, bids: [[bid, size]], asks: [[ask, size]] });
  },
  trouble: { status: 503, body: { code: -1001, msg: 'Internal error; unable to process.' } },
  stream: {
    path: '/stream',
    fromQuery: (query) => (query.get('streams') ?? '').split('/'),
    fromMessage: () => [],
    reply: (_, message) =>
      asObject(message)['id'] === undefined ? null : { result: null, id: asObject(message)['id'] },
    push(view, channel) {
      const of = (symbol: string, quote: string): string =>
        `${symbolOf(symbol, quote).toLowerCase()}@ticker`;
      const found = find(view, quotes, channel, of);
      if (found === null) return null;
      const { bid, ask, last, size } = view.book(found.symbol, found.quote);
      const data = {
        ...{ e: '24hrTicker', E: view.clockMs, s: symbolOf(found.symbol, found.quote) },
        ...{ c: last, b: bid, B: size, a: ask, A: size, C: view.clockMs, L: view.snapshot.tick },
      };
      return { stream: channel, data };
    },
  },
};
