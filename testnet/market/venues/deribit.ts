import { chainOf } from '../chain.ts';
import type { OptionRow } from '../chain.ts';
import type { View } from '../view.ts';
import { asObject, asStrings, dayMonthYear } from './venue.ts';
import type { Answer, Venue } from './venue.ts';

/** Options on these settle in coin; on the others they are linear and settle in USDC. */
const inverse = ['BTC', 'ETH'];
const CENT = 0.01;

const invalid: Answer = {
  status: 400,
  body: { jsonrpc: '2.0', error: { message: 'Invalid params', code: -32602 }, testnet: true },
};

function envelope(view: View, result: unknown): Answer {
  const us = view.clockMs * 1000;
  const body = { jsonrpc: '2.0', result, usIn: us, usOut: us, usDiff: 0, testnet: true };
  return { status: 200, body };
}

/** The price of an index such as btc_usd or sol_usdc. */
function indexPrice(view: View, name: string): number | null {
  const [symbol = '', quote = ''] = name.toUpperCase().split('_');
  if (view.snapshot.quotes[symbol] === undefined || !/^USDC?$/.test(quote)) return null;
  const price = view.price(symbol, quote);
  // An index that repeats itself for long looks frozen: a held one wavers by a cent.
  const waver = view.isHeld(symbol) && view.snapshot.tick % 2 === 1 ? CENT : 0;
  return Number((price + waver).toFixed(price >= 100 ? 2 : 6));
}

/** Of inverse options on BTC or ETH, or of everything that is linear in USDC. */
function options(view: View, currency: string): Answer {
  const symbols = Object.keys(view.snapshot.quotes);
  const linear = currency === 'USDC';
  const listed = symbols.filter((s) => (linear ? !inverse.includes(s) : s === currency));
  if (listed.length === 0 || (!linear && !inverse.includes(currency))) return invalid;
  const rows = listed.flatMap((symbol) => {
    const base = linear ? `${symbol}_USDC` : symbol;
    return chainOf(
      ...([view, symbol, linear ? 'USDC' : 'USD'] as const),
      ({ expiry, strike, kind }) =>
        `${base}-${dayMonthYear(expiry)}-${String(strike).replace('.', 'd')}-${kind}`,
      (row, name) => summary(view, row, name, linear),
    );
  });
  return envelope(view, rows);
}

/** The rows that Deribit itself has never shown, each in its own way. */
const madness = [
  (row: object) => ({ ...row, underlying_price: 0 }),
  (row: object) => ({ ...row, underlying_price: 1e12, mark_iv: '8e1' }),
  () => null,
  (row: { creation_timestamp: number }) => ({
    ...row,
    creation_timestamp: row.creation_timestamp * 1000,
  }),
];

function summary(view: View, row: OptionRow, name: string, linear: boolean): object | null {
  // In coin for inverse options, in USDC for linear ones.
  const unit = linear ? row.forward : 1;
  const price = (share: number): number => Number((share * unit).toFixed(8));
  const [base] = name.split(/[-_]/);
  const written = {
    instrument_name: name,
    mark_iv: Number((row.vol.mark * 100).toFixed(2)),
    ...{ mark_price: price(row.price.mark), bid_price: price(row.price.bid) },
    ...{ ask_price: price(row.price.ask), mid_price: price(row.price.mark) },
    underlying_price: Number(row.forward.toFixed(4)),
    underlying_index: `SYN.${name.split('-').slice(0, 2).join('-')}`,
    estimated_delivery_price: Number(row.index.toFixed(2)),
    // When the summary was made, whatever is in it.
    creation_timestamp: view.timeMs === row.timeMs ? view.answerMs : row.timeMs,
    ...{ base_currency: base, quote_currency: linear ? 'USDC' : base, interest_rate: 0 },
    ...{ open_interest: 0, volume: 0, volume_usd: 0, last: null, high: null, low: null },
    price_change: null,
  };
  return row.isMad ? madness[Math.floor(row.strike) % madness.length]!(written) : written;
}

const MARKS = 'markprice.options.';

/** Marks of all options on an index: what the summary has of them, as a stream says it. */
function marks(view: View, channel: string): object | null {
  const [symbol = '', quote = ''] = channel.slice(MARKS.length).toUpperCase().split('_');
  const linear = quote === 'USDC';
  const { body, status } = options(view, linear ? 'USDC' : symbol);
  if (status !== 200) return null;
  const data = (body as { result: (Summary | null)[] }).result.flatMap((row) => {
    if (
      row === null ||
      !row.instrument_name.startsWith(linear ? `${symbol}_USDC-` : `${symbol}-`)
    ) {
      return [];
    }
    const { instrument_name, mark_price, mark_iv, creation_timestamp } = row;
    const iv = typeof mark_iv === 'number' ? Number((mark_iv / 100).toFixed(6)) : mark_iv;
    return [{ timestamp: creation_timestamp, mark_price, iv, instrument_name }];
  });
  return { jsonrpc: '2.0', method: 'subscription', params: { channel, data } };
}

interface Summary {
  readonly instrument_name: string;
  readonly mark_price: number;
  readonly mark_iv: unknown;
  readonly creation_timestamp: number;
}

export const deribit: Venue = {
  rest(view, path, { index_name: name = '', currency = '', kind = '' }) {
    if (path === '/api/v2/public/get_index_price') {
      const price = indexPrice(view, name);
      if (price === null) return invalid;
      return envelope(view, { index_price: price, estimated_delivery_price: price });
    }
    const isChain = path === '/api/v2/public/get_book_summary_by_currency' && kind === 'option';
    return isChain ? options(view, currency) : invalid;
  },
  trouble: { status: 503, body: { message: 'Service unavailable' } },
  stream: {
    path: '/ws/api/v2',
    fromMessage(message) {
      const { method, params } = asObject(message);
      return method === 'public/subscribe' ? asStrings(asObject(params)['channels']) : [];
    },
    reply(_, message) {
      const { id, params } = asObject(message);
      const { channels } = asObject(params);
      return id === undefined ? null : { jsonrpc: '2.0', id, result: channels ?? 'ok' };
    },
    isSlow: (channel) => channel.startsWith(MARKS),
    push(view, channel) {
      if (channel.startsWith(MARKS)) return marks(view, channel);
      const name = /^deribit_price_index\.(.+)$/.exec(channel)?.[1] ?? '';
      const price = indexPrice(view, name);
      if (price === null) return null;
      const data = { timestamp: view.timeMs, price, index_name: name };
      return { jsonrpc: '2.0', method: 'subscription', params: { channel, data } };
    },
  },
};
