import { chainOf } from '../chain.ts';
import type { View } from '../view.ts';
import { asObject, asStrings, dayMonthYear, find, ok } from './venue.ts';
import type { Answer, Venue } from './venue.ts';

const quotes = ['USDT', 'USDC'];
const symbolOf = (symbol: string, quote: string): string => symbol + quote;
const error = (retCode: number, retMsg: string): Answer =>
  ok({ retCode, retMsg, result: {}, retExtInfo: {}, time: 0 });

const answer = (view: View, category: string, list: object[]): Answer =>
  ok({
    ...{ retCode: 0, retMsg: 'OK', result: { category, list } },
    ...{ retExtInfo: {}, time: view.clockMs },
  });

function options(view: View, coin: string): Answer {
  if (view.snapshot.quotes[coin] === undefined) return error(10001, 'params error: baseCoin');
  const list = chainOf(
    ...([view, coin, 'USDT'] as const),
    ({ expiry, strike, kind }) => `${coin}-${dayMonthYear(expiry)}-${strike}-${kind}-USDT`,
    (row, symbol) => {
      const money = (share: number): string => (share * row.forward).toFixed(4);
      return row.isMad
        ? { symbol, markIv: '', underlyingPrice: '0', indexPrice: '1e12' }
        : {
            ...{ symbol, bid1Price: money(row.price.bid), bid1Size: '1', lastPrice: '0' },
            ...{ ask1Price: money(row.price.ask), ask1Size: '1', markPrice: money(row.price.mark) },
            ...{ bid1Iv: row.vol.bid.toFixed(4), ask1Iv: row.vol.ask.toFixed(4) },
            ...{ markIv: row.vol.mark.toFixed(4), indexPrice: row.index.toFixed(6) },
            ...{ underlyingPrice: row.forward.toFixed(6), openInterest: '1', volume24h: '0' },
          };
    },
  );
  return answer(view, 'option', list);
}

export const bybit: Venue = {
  rest(view, path, { category = '', symbol: name = '', baseCoin = '' }) {
    if (path !== '/v5/market/tickers') return error(10001, 'not supported');
    if (category === 'option') return options(view, baseCoin);
    const found = category === 'spot' ? find(view, quotes, name, symbolOf) : null;
    if (found === null) return error(10001, 'Not supported symbols');
    const { bid, ask, last, size } = view.book(found.symbol, found.quote);
    const row = {
      ...{ symbol: name, bid1Price: bid, bid1Size: size, ask1Price: ask, ask1Size: size },
      ...{ lastPrice: last, prevPrice24h: last, volume24h: String(view.world.snapshot.tick) },
    };
    return answer(view, 'spot', [row]);
  },
  trouble: error(10016, 'Service error'),
  stream: {
    path: '/v5/public/spot',
    fromMessage(message) {
      const { op, args } = asObject(message);
      return op === 'subscribe' ? asStrings(args) : [];
    },
    reply(_, message) {
      const { op } = asObject(message);
      if (op !== 'subscribe' && op !== 'ping') return null;
      return { success: true, ret_msg: op === 'ping' ? 'pong' : 'subscribe', op, conn_id: '1' };
    },
    push(view, topic) {
      const of = (symbol: string, quote: string): string =>
        `orderbook.1.${symbolOf(symbol, quote)}`;
      const found = find(view, quotes, topic, of);
      if (found === null) return null;
      const { bid, ask, size } = view.book(found.symbol, found.quote);
      const [u, s] = [view.snapshot.tick, symbolOf(found.symbol, found.quote)];
      const data = { s, b: [[bid, size]], a: [[ask, size]], u, seq: u };
      return { topic, ts: view.clockMs, type: 'snapshot', data, cts: view.timeMs };
    },
  },
};
