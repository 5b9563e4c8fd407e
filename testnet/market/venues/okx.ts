import { chainOf } from '../chain.ts';
import type { OptionRow } from '../chain.ts';
import type { View } from '../view.ts';
import { asObject, find, ok } from './venue.ts';
import type { Answer, Venue } from './venue.ts';

const quotes = ['USDT', 'USDC'];
const idOf = (symbol: string, quote: string): string => `${symbol}-${quote}`;
const MISSING: Answer = ok({ code: '51001', msg: "Instrument ID doesn't exist", data: [] });
/** OKX lists options on these alone. */
const families = ['BTC-USD', 'ETH-USD'];

function ticker(view: View, instId: string): object | null {
  const found = find(view, quotes, instId, idOf);
  if (found === null) return null;
  const { bid, ask, last, size } = view.book(found.symbol, found.quote);
  return {
    ...{ instType: 'SPOT', instId, last, lastSz: size, askPx: ask, askSz: size },
    ...{ bidPx: bid, bidSz: size, ts: String(view.timeMs) },
  };
}

/** How a channel of a family's options is kept apart from those of tickers. */
const OPTIONS = 'opt-summary ';

function options(view: View, family: string): Answer {
  if (!families.includes(family)) return MISSING;
  return ok({ code: '0', msg: '', data: rowsOf(view, family) });
}

function rowsOf(view: View, family: string): object[] {
  const [symbol] = family.split('-');
  const name = ({
    expiry,
    strike,
    kind,
  }: Pick<OptionRow, 'expiry' | 'strike' | 'kind'>): string => {
    const date = new Date(expiry * 1000).toISOString();
    return `${family}-${date.slice(2, 4)}${date.slice(5, 7)}${date.slice(8, 10)}-${strike}-${kind}`;
  };
  return chainOf(view, symbol!, 'USD', name, (row, instId) => ({
    ...{ instType: 'OPTION', instId, uly: family, realVol: '', lever: '0' },
    markVol: row.isMad ? 'NaN' : row.vol.mark.toFixed(10),
    ...{ bidVol: row.vol.bid.toFixed(10), askVol: row.vol.ask.toFixed(10) },
    fwdPx: row.isMad ? '-1' : row.forward.toFixed(10),
    ts: row.isMad ? `${row.timeMs}000` : String(row.timeMs),
  }));
}

export const okx: Venue = {
  rest(view, path, { instId = '', instFamily = '' }) {
    if (path === '/api/v5/public/opt-summary') return options(view, instFamily);
    if (path === '/api/v5/market/index-tickers') {
      const [symbol, quote] = instId.split('-');
      if (quote !== 'USD' || view.snapshot.quotes[symbol!] === undefined) return MISSING;
      const idxPx = view.price(symbol!, 'USD').toFixed(6);
      return ok({ code: '0', msg: '', data: [{ instId, idxPx, ts: String(view.timeMs) }] });
    }
    const row = path === '/api/v5/market/ticker' ? ticker(view, instId) : null;
    return row === null ? MISSING : ok({ code: '0', msg: '', data: [row] });
  },
  trouble: {
    status: 503,
    body: { code: '50001', msg: 'Service temporarily unavailable', data: [] },
  },
  stream: {
    path: '/ws/v5/public',
    fromMessage(message) {
      const { op, args } = asObject(message);
      if (op !== 'subscribe' || !Array.isArray(args)) return [];
      return args.map(asObject).flatMap(({ channel, instId, instFamily }) => {
        if (channel === 'opt-summary') return [`${OPTIONS}${String(instFamily)}`];
        return channel === 'tickers' ? [String(instId)] : [];
      });
    },
    reply(text, message) {
      if (text === 'ping') return 'pong';
      const { op, args } = asObject(message);
      const [arg] = op === 'subscribe' && Array.isArray(args) ? (args as unknown[]) : [];
      return arg === undefined ? null : { event: 'subscribe', arg, connId: 'a4d3ae55' };
    },
    isSlow: (channel) => channel.startsWith(OPTIONS),
    push(view, instId) {
      if (instId.startsWith(OPTIONS)) {
        const instFamily = instId.slice(OPTIONS.length);
        if (!families.includes(instFamily)) return null;
        return { arg: { channel: 'opt-summary', instFamily }, data: rowsOf(view, instFamily) };
      }
      const row = ticker(view, instId);
      return row === null ? null : { arg: { channel: 'tickers', instId }, data: [row] };
    },
  },
};
