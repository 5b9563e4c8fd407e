import { asObject, find, ok } from './venue.ts';
import type { Venue } from './venue.ts';

const pairOf = (symbol: string, quote: string): string => (symbol + quote).toLowerCase();

export const bitstamp: Venue = {
  rest(view, path) {
    const pair = /^\/api\/v2\/ticker\/([^/]+)\/$/.exec(path)?.[1] ?? '';
    const found = find(view, ['USD'], pair, pairOf);
    const unknown = { status: 'error', reason: 'Invalid pair', code: 'API0011' };
    if (found === null) return { status: 404, body: unknown };
    const { bid, ask, last, size } = view.book(found.symbol, 'USD');
    // Nothing but the book says that the market lives: its bid wavers.
    const waver = view.snapshot.tick % 2 === 1 ? (Number(bid) * 0.9999999).toFixed(8) : bid;
    return ok({
      ...{ timestamp: String(Math.floor(view.clockMs / 1000)), last, bid: waver, ask },
      ...{ volume: size, vwap: last, open: last, high: last, low: last, side: '0' },
      ...{ open_24: last, percent_change_24: '0.00' },
    });
  },
  trouble: { status: 503, body: { status: 'error', reason: 'Service unavailable' } },
  stream: {
    path: '',
    fromMessage(message) {
      const { event, data } = asObject(message);
      const { channel } = asObject(data);
      return event === 'bts:subscribe' && typeof channel === 'string' ? [channel] : [];
    },
    reply(_, message) {
      const { event, data } = asObject(message);
      if (event !== 'bts:subscribe') return null;
      const { channel } = asObject(data);
      return { event: 'bts:subscription_succeeded', channel, data: {} };
    },
    push(view, channel) {
      const of = (symbol: string, quote: string): string => `order_book_${pairOf(symbol, quote)}`;
      const found = find(view, ['USD'], channel, of);
      if (found === null) return null;
      const { bid, ask, size } = view.book(found.symbol, 'USD');
      const times = {
        timestamp: String(Math.floor(view.timeMs / 1000)),
        microtimestamp: String(view.timeMs * 1000),
      };
      return {
        event: 'data',
        channel,
        data: { ...times, bids: [[bid, size]], asks: [[ask, size]] },
      };
    },
  },
};
