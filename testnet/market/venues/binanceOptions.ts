import { chainOf } from '../chain.ts';
import type { View } from '../view.ts';
import { ok } from './venue.ts';
import type { Venue } from './venue.ts';

/** Binance lists options on these that the feeders know. */
const bases = ['BTC', 'ETH'];
const isListed = (view: View, base: string): boolean =>
  bases.includes(base) && view.snapshot.quotes[base] !== undefined;

const indexPrice = (view: View, base: string): string => view.price(base, 'USDT').toFixed(8);

/** REST's names of a mark, with what the stream's names are for. */
function marksOf(view: View, base: string) {
  return chainOf(
    ...([view, base, 'USDT'] as const),
    ({ expiry, strike, kind }) => {
      const date = new Date(expiry * 1000).toISOString().slice(2, 10).replaceAll('-', '');
      return `${base}-${date}-${strike}-${kind}`;
    },
    (row, symbol) => ({
      symbol,
      markPrice: row.isMad ? 'NaN' : (row.price.mark * row.forward).toFixed(4),
      ...{ bidIV: row.vol.bid.toFixed(8), askIV: row.vol.ask.toFixed(8) },
      markIV: row.isMad ? '-1.0' : row.vol.mark.toFixed(8),
      ...{ delta: '0', theta: '0', gamma: '0', vega: '0', riskFreeInterest: '0.0' },
      ...{ highPriceLimit: '0', lowPriceLimit: '0' },
    }),
  );
}

const STREAM = /^([a-z0-9]+)usdt@optionMarkPrice$/;

/** Each answer is as old as the market it shows. */
export const binanceOptions: Venue = {
  rest(view, path, { underlying = '' }) {
    if (path === '/eapi/v1/mark') {
      const listed = bases.filter((base) => isListed(view, base));
      return ok(listed.flatMap((base) => marksOf(view, base)));
    }
    const base = underlying.replace(/USDT$/, '');
    if (path !== '/eapi/v1/index' || !isListed(view, base)) {
      return { status: 400, body: { code: -1121, msg: 'Invalid symbol.' } };
    }
    return ok({ time: view.timeMs, indexPrice: indexPrice(view, base) });
  },
  trouble: { status: 503, body: { code: -1001, msg: 'Internal error; unable to process.' } },
  stream: {
    path: '/market/stream',
    fromQuery: (query) => (query.get('streams') ?? '').split('/'),
    fromMessage: () => [],
    reply: () => null,
    isSlow: () => true,
    push(view, channel) {
      const base = STREAM.exec(channel)?.[1]?.toUpperCase() ?? '';
      if (!isListed(view, base)) return null;
      const index = { E: view.timeMs, e: 'markPrice', i: indexPrice(view, base) };
      const data = marksOf(view, base).map(
        ({ symbol: s, markPrice: mp, bidIV: b, askIV: a, markIV: vo, riskFreeInterest: rf }) => ({
          ...{ s, mp, ...index, P: '0.000', bo: '0.000', ao: '0.000', bq: '0.0000' },
          ...{ aq: '0.0000', b, a, hl: '0', ll: '0', vo, rf, d: '0', t: '0', g: '0', v: '0' },
        }),
      );
      return { stream: channel, data };
    },
  },
};
