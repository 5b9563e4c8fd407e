import type { View } from '../view.ts';
import { asObject, asStrings, find, ok } from './venue.ts';
import type { Venue } from './venue.ts';

const VOLUME_PER_TRADE = 0.01;

/** Kraken calls bitcoin XBT, in REST. */
const baseOf = (symbol: string): string => (symbol === 'BTC' ? 'XBT' : symbol);
const pairOf = (symbol: string, quote: string): string => `${baseOf(symbol)}${quote}`;

/** XXBTZUSD of XBTUSD, USDTZUSD of USDTUSD. */
function longName(symbol: string): string {
  const base = baseOf(symbol);
  if (symbol === 'SOL' || symbol === 'USDC') return `${base}USD`;
  return base.length === 3 ? `X${base}ZUSD` : `${base}ZUSD`;
}

function ticker(view: View, symbol: string): object {
  const { bid, ask, last, price, size } = view.book(symbol, 'USD');
  const { tick } = view.snapshot;
  // The last 24 hours roll also while nothing is traded.
  const rolling = view.world.snapshot.tick;
  const volume = (trades: number): string => (trades * VOLUME_PER_TRADE).toFixed(8);
  const text = price.toFixed(5);
  return {
    a: [ask, '1', size],
    b: [bid, '1', size],
    c: [last, '0.01000000'],
    v: [volume(tick), volume(rolling)],
    p: [text, text],
    t: [tick, rolling],
    l: [text, text],
    h: [text, text],
    o: text,
  };
}

export const kraken: Venue = {
  rest(view, path, { pair = '' }) {
    if (path !== '/0/public/Ticker') return ok({ error: ['EGeneral:Unknown method'] });
    const found = find(view, ['USD'], pair, pairOf);
    if (found === null) return ok({ error: ['EQuery:Unknown asset pair'] });
    return ok({ error: [], result: { [longName(found.symbol)]: ticker(view, found.symbol) } });
  },
  // Its errors come with status 200.
  trouble: ok({ error: ['EService:Unavailable'] }),
  stream: {
    path: '/v2',
    fromMessage(message) {
      const { method, params } = asObject(message);
      const { channel, symbol } = asObject(params);
      return method === 'subscribe' && channel === 'ticker' ? asStrings(symbol) : [];
    },
    reply: (_, message) =>
      asObject(message)['method'] === 'subscribe'
        ? { method: 'subscribe', success: true, result: { channel: 'ticker' } }
        : null,
    push(view, channel) {
      const found = find(view, ['USD'], channel, (symbol, quote) => `${symbol}/${quote}`);
      if (found === null) return null;
      const { bid, ask, last, size } = view.book(found.symbol, 'USD');
      const data = {
        symbol: channel,
        ...{ bid: Number(bid), bid_qty: Number(size), ask: Number(ask), ask_qty: Number(size) },
        ...{ last: Number(last), volume: view.world.snapshot.tick * VOLUME_PER_TRADE },
      };
      return { channel: 'ticker', type: 'update', data: [data] };
    },
  },
};
