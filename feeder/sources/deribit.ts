import { Venue } from '../../proto/gen/tenor.oracle.v1.ts';
import { mergeRows } from './mergeRows.ts';
import { impliedVolOf, monthOf, readRows } from './readRows.ts';
import type { Source } from './source.ts';
import {
  SourceError,
  fields,
  list,
  numberOf,
  priceOf,
  quoteOf,
  show,
  textOf,
  timeOf,
} from './values.ts';
import type { Fields } from './values.ts';

/**
 * Deribit, JSON-RPC over GET and over a WebSocket:
 * https://docs.deribit.com/api-reference/market-data/public-get_index_price
 * https://docs.deribit.com/api-reference/market-data/public-get_book_summary_by_currency
 * https://docs.deribit.com/subscriptions/market-data/deribit_price_indexindex_name
 * https://docs.deribit.com/subscriptions/market-data/markpriceoptionsindex_name
 *
 * Index: `{result: {index_price, estimated_delivery_price}}`; no time, and the index is not named.
 * Options: `{result: [{instrument_name, mark_iv, underlying_price, bid_price, ask_price,
 * creation_timestamp, …}]}` with mark_iv in percent, prices in coin for inverse options and in USDC
 * for linear ones, and strikes such as 142d5 for 142.5. They expire at 08:00 UTC. Errors:
 * `{error: {message, code}}`; a null error is none.
 *
 * Stream of marks: `{data: [{timestamp, mark_price, iv, instrument_name}, …]}`, iv as a fraction.
 *
 * The chain of BTC is asked for as "BTC", that of linear SOL options, which Deribit lists under the
 * currency USDC, as "SOL_USDC".
 */
export const deribit: Source = {
  venue: Venue.VENUE_DERIBIT,
  restUrl: 'https://www.deribit.com',
  wsUrl: 'wss://www.deribit.com',
  tickPath: (index) =>
    `/api/v2/public/get_index_price?index_name=${encodeURIComponent(index.toLowerCase())}`,

  parseTick(body, instrument) {
    const price = priceOf(fields(resultOf(body), 'result')['index_price'], 'index_price');
    return { instrument, price, fingerprint: String(price) };
  },

  stream: {
    path: () => '/ws/api/v2',
    subscribe: (indexes) => [
      rpc('public/set_heartbeat', { interval: 15 }),
      rpc('public/subscribe', {
        channels: indexes.map((index) => `deribit_price_index.${index.toLowerCase()}`),
      }),
    ],
    reply: answerHeartbeat,
    read(message, indexes) {
      const { method, params, error } = fields(message, 'the message');
      if (error !== undefined && error !== null) throw new SourceError(`refused: ${show(error)}`);
      if (method !== 'subscription') return [];
      const {
        index_name: name,
        price,
        timestamp,
      } = fields(fields(params, 'params')['data'], 'data');
      const instrument = indexes.find((index) => index.toLowerCase() === name);
      if (instrument === undefined) throw new SourceError(`index ${show(name)} is unknown`);
      const fingerprint = JSON.stringify(price);
      const timeMs = timeOf(timestamp, 'timestamp');
      return [{ instrument, price: priceOf(price, 'price'), timeMs, fingerprint }];
    },
  },

  chain: {
    paths: (name) => [
      '/api/v2/public/get_book_summary_by_currency' +
        `?currency=${encodeURIComponent(isLinear(name) ? quoteOf(name) : name)}&kind=option`,
      `/api/v2/public/get_index_price?index_name=${encodeURIComponent(indexOf(name))}`,
    ],
    parse(bodies, name) {
      const reference = priceOf(
        fields(resultOf(bodies[1]), 'result')['index_price'],
        'index_price',
      );
      const rows = readRows(list(resultOf(bodies[0]), 'result'), reference, (row) => {
        const { instrument_name: text } = row;
        const match = typeof text === 'string' ? OPTION.exec(text) : null;
        if (match?.[1] !== name) return null;
        const [, , day, month, year, strike, kind] = match;
        return {
          ...{ year, month: monthOf(month), day, strike: strike!.replace('d', '.'), kind },
          forward: row['underlying_price'],
          timeMs: timeOf(row['creation_timestamp'], 'creation_timestamp'),
          vols: { mark: percent(row['mark_iv']) },
          // Per unit of forward, so that inverse and linear prices are alike.
          prices: {
            bid: perForward(row['bid_price'], row['underlying_price'], name),
            ask: perForward(row['ask_price'], row['underlying_price'], name),
            toVol: impliedVolOf,
          },
        };
      });
      return { reference, quote: isLinear(name) ? quoteOf(name) : 'USD', ...rows };
    },
    stream: {
      path: () => '/ws/api/v2',
      subscribe: (name) => [
        rpc('public/set_heartbeat', { interval: 15 }),
        rpc('public/subscribe', { channels: [`markprice.options.${indexOf(name)}`] }),
      ],
      reply: answerHeartbeat,
      apply(bodies, message, name) {
        const { method, params, error } = fields(message, 'the message');
        if (error !== undefined && error !== null) throw new SourceError(`refused: ${show(error)}`);
        if (method !== 'subscription') return null;
        const { channel, data } = fields(params, 'params');
        if (channel !== `markprice.options.${indexOf(name)}`) return null;
        const changes = new Map(list(data, 'data').map((item) => markOf(item)));
        const body = fields(bodies[0], 'the answer');
        const result = mergeRows(list(resultOf(body), 'result'), 'instrument_name', changes);
        return [{ ...body, result }, bodies[1]];
      },
    },
  },
};

/** A mark that has left the book of the last poll tells that the book is old. */
function markOf(item: unknown): [string, (row: Fields) => Fields] {
  const { instrument_name, mark_price, iv, timestamp } = fields(item, 'a mark');
  const [vol, price] = [numberOf(iv), numberOf(mark_price)];
  return [
    textOf(instrument_name),
    (row) => {
      const [bid, ask] = [numberOf(row['bid_price']), numberOf(row['ask_price'])];
      const isInside =
        price !== null && bid !== null && ask !== null && bid <= price && price <= ask;
      return {
        ...row,
        ...(isInside ? {} : { bid_price: null, ask_price: null }),
        mark_iv: vol === null ? iv : vol * 100,
        mark_price,
        creation_timestamp: timestamp,
      };
    },
  ];
}

function answerHeartbeat(message: unknown): string | null {
  const { method, params } = fields(message, 'the message');
  const wanted = method === 'heartbeat' && fields(params, 'params')['type'] === 'test_request';
  return wanted ? rpc('public/test', {}) : null;
}

const OPTION =
  /^([A-Z0-9]+(?:_[A-Z0-9]+)?)-(\d{1,2})([A-Z]{3})(\d{2})-(\d{1,9}(?:d\d{1,6})?)-([CP])$/;

const isLinear = (name: string): boolean => name.includes('_');
const indexOf = (name: string): string =>
  isLinear(name) ? name.toLowerCase() : `${name.toLowerCase()}_usd`;

function rpc(method: string, params: object): string {
  return JSON.stringify({ jsonrpc: '2.0', id: 1, method, params });
}

function resultOf(body: unknown): unknown {
  const { error, result } = fields(body, 'the answer');
  if (error === undefined || error === null) return result;
  throw new SourceError(`error ${show(error)}`);
}

function percent(value: unknown): unknown {
  const number = numberOf(value);
  return number === null ? value : number / 100;
}

function perForward(price: unknown, forward: unknown, name: string): number | null {
  const [value, unit] = [numberOf(price), numberOf(forward)];
  if (value === null || unit === null) return null;
  return isLinear(name) ? value / unit : value;
}
