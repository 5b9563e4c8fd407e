import { Venue } from '../../proto/gen/tenor.oracle.v1.ts';
import { mergeRows } from './mergeRows.ts';
import { readRows } from './readRows.ts';
import type { Source, Tick } from './source.ts';
import {
  SourceError,
  bookPrice,
  fields,
  list,
  priceOf,
  quoteOf,
  show,
  textOf,
  timeOf,
} from './values.ts';
import type { Fields } from './values.ts';

/**
 * OKX. REST: https://www.okx.com/docs-v5/en/#order-book-trading-market-data-get-ticker
 *
 * `{code: "0", msg, data: [{instId, last, askPx, askSz, bidPx, bidSz, ts, …}]}`, all strings.
 * Options: …/#public-data-rest-api-get-option-market-data and …-get-index-tickers:
 * `{instId: "BTC-USD-241013-70000-P", markVol, bidVol, askVol, fwdPx, ts}` with volatilities as
 * fractions, "" or "0" where there is none. Options expire at 08:00 UTC.
 *
 * WebSocket: channel tickers, the same rows; "ping" as text at least every 30 s. Channel
 * opt-summary of a family: the same rows as the option market data, those that changed.
 */
export const okx: Source = {
  venue: Venue.VENUE_OKX,
  restUrl: 'https://www.okx.com',
  wsUrl: 'wss://ws.okx.com:8443',
  tickPath: (instId) => `/api/v5/market/ticker?instId=${encodeURIComponent(instId)}`,

  parseTick(body, instId) {
    const [row] = dataOf(body);
    return tickOf(row, [instId]);
  },

  stream: {
    path: () => '/ws/v5/public',
    subscribe: (ids) => [
      JSON.stringify({
        op: 'subscribe',
        args: ids.map((instId) => ({ channel: 'tickers', instId })),
      }),
    ],
    ping: 'ping',
    read(message, ids) {
      if (message === 'pong') return [];
      const { event, arg, data } = fields(message, 'the message');
      if (event === 'error') throw new SourceError(`refused: ${show(message)}`);
      if (data === undefined || fields(arg, 'arg')['channel'] !== 'tickers') return [];
      return list(data, 'data').map((row) => tickOf(row, ids));
    },
  },

  chain: {
    paths: (family) => [
      `/api/v5/public/opt-summary?instFamily=${encodeURIComponent(family)}`,
      `/api/v5/market/index-tickers?instId=${encodeURIComponent(family)}`,
    ],
    parse(bodies, family) {
      const [index] = dataOf(bodies[1]);
      const reference = priceOf(fields(index, 'the index')['idxPx'], 'idxPx');
      const quote = quoteOf(family);
      const rows = readRows(dataOf(bodies[0]), reference, (row) => {
        const match = typeof row['instId'] === 'string' ? OPTION.exec(row['instId']) : null;
        if (match?.[1] !== family) return null;
        const [, , year, month, day, strike, kind] = match;
        return {
          ...{ year, month: Number(month), day, strike, kind },
          vols: { mark: row['markVol'], bid: row['bidVol'], ask: row['askVol'] },
          forward: row['fwdPx'],
          timeMs: timeOf(row['ts'], 'ts'),
        };
      });
      return { reference, quote, ...rows };
    },
    stream: {
      path: () => '/ws/v5/public',
      subscribe: (instFamily) => [
        JSON.stringify({ op: 'subscribe', args: [{ channel: 'opt-summary', instFamily }] }),
      ],
      ping: 'ping',
      apply(bodies, message, family) {
        if (message === 'pong') return null;
        const { event, arg, data } = fields(message, 'the message');
        if (event === 'error') throw new SourceError(`refused: ${show(message)}`);
        if (data === undefined || fields(arg, 'arg')['instFamily'] !== family) return null;
        const changes = new Map(list(data, 'data').map((item) => changeOf(item)));
        const body = fields(bodies[0], 'the answer');
        return [{ ...body, data: mergeRows(dataOf(body), 'instId', changes) }, bodies[1]];
      },
    },
  },
};

/**
 * The volatilities of a pushed row. Its forward is left: with the index of another moment beside it
 * there would be a basis where there is none.
 */
function changeOf(item: unknown): [string, (row: Fields) => Fields] {
  const { instId, markVol, bidVol, askVol, fwdPx, ts } = fields(item, 'a row');
  return [textOf(instId), (row) => ({ fwdPx, ...row, instId, markVol, bidVol, askVol, ts })];
}

const OPTION = /^([A-Z0-9]+-[A-Z0-9]+)-(\d{2})(\d{2})(\d{2})-(\d{1,9}(?:\.\d{1,6})?)-([CP])$/;

function dataOf(body: unknown): readonly unknown[] {
  const { code, msg, data } = fields(body, 'the answer');
  if (textOf(code) !== '0') throw new SourceError(`error ${show(code)}: ${show(msg)}`);
  return list(data, 'data');
}

function tickOf(row: unknown, ids: readonly string[]): Tick {
  const { instId, last, lastSz, askPx, askSz, bidPx, bidSz, ts } = fields(row, 'a ticker');
  const instrument = ids.find((id) => id === instId);
  if (instrument === undefined) throw new SourceError(`instId ${show(instId)} is unknown`);
  return {
    instrument,
    price: bookPrice({ bid: bidPx, ask: askPx, last }),
    timeMs: timeOf(ts, 'ts'),
    fingerprint: JSON.stringify([last, lastSz, askPx, askSz, bidPx, bidSz]),
  };
}
