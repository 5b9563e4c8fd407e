import type { View } from '../view.ts';
import { asObject, asStrings, find, ok } from './venue.ts';
import type { Venue } from './venue.ts';

const productOf = (symbol: string, quote: string): string => `${symbol}-${quote}`;

/** One trade a tick, so that a market without movement does not look frozen. */
const tradeOf = ({ snapshot, timeMs }: View) => ({
  trade_id: 1_000_000 + snapshot.tick,
  time: new Date(timeMs).toISOString(),
});

export const coinbase: Venue = {
  rest(view, path) {
    const product = /^\/products\/([^/]+)\/ticker$/.exec(path)?.[1] ?? '';
    const found = find(view, ['USD'], product, productOf);
    if (found === null) return { status: 404, body: { message: 'NotFound' } };
    const { bid, ask, last: price, size } = view.book(found.symbol, 'USD');
    const volume = (view.snapshot.tick * 0.01).toFixed(8);
    return ok({ ...tradeOf(view), ...{ price, size, bid, ask, volume } });
  },
  trouble: { status: 503, body: { message: 'Service unavailable' } },
  stream: {
    path: '',
    fromMessage(message) {
      const { type, product_ids: products, channels } = asObject(message);
      const wanted = type === 'subscribe' && asStrings(channels).includes('ticker');
      return wanted ? asStrings(products) : [];
    },
    reply: (_, message) =>
      asObject(message)['type'] === 'subscribe' ? { type: 'subscriptions', channels: [] } : null,
    push(view, channel) {
      const found = find(view, ['USD'], channel, productOf);
      if (found === null) return null;
      const { bid, ask, last, size } = view.book(found.symbol, 'USD');
      return {
        ...{ type: 'ticker', sequence: view.snapshot.tick, product_id: channel, price: last },
        ...{ best_bid: bid, best_bid_size: size, best_ask: ask, best_ask_size: size },
        ...{ side: 'buy', last_size: '0.01', ...tradeOf(view) },
      };
    },
  },
};
