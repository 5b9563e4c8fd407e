import { Venue } from '../../proto/gen/tenor.oracle.v1.ts';
import { exp } from '../../app/lib/math/exp.ts';
import { YEAR_SECONDS } from '../../app/lib/surfaceNodes.ts';
import { weightedMedian } from '../core/weightedMedian.ts';
import { mergeRows } from './mergeRows.ts';
import { readRows } from './readRows.ts';
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
 * Binance's European options, linear in USDT. REST:
 * https://developers.binance.com/docs/derivatives/option/market-data/Option-Mark-Price
 * https://developers.binance.com/docs/derivatives/option/market-data/Symbol-Price-Ticker
 *
 * Marks: `[{symbol: "BTC-200730-9000-C", markPrice, bidIV, askIV, markIV, riskFreeInterest, …}]`,
 * all strings, of every underlying; volatilities as fractions, "-1.0" where there is none. Index:
 * `{time, indexPrice}`. Options expire at 08:00 UTC. Forwards are not told: put-call parity of the
 * marks has them, F = K + e^(rT)·(C − P).
 *
 * WebSocket, once a second:
 * https://developers.binance.com/docs/derivatives/options-trading/websocket-market-streams/Mark-Price
 * stream `btcusdt@optionMarkPrice`, `[{s, mp, E: time, i: index, b, a, vo: volatilities, …}]`.
 */
export const binanceOptions: Source = {
  venue: Venue.VENUE_BINANCE,
  restUrl: 'https://eapi.binance.com',
  wsUrl: 'wss://fstream.binance.com',
  tickPath: (underlying) => indexPath(underlying),

  parseTick(body, instrument) {
    const { time, indexPrice } = indexOf(body);
    const price = priceOf(indexPrice, 'indexPrice');
    return { instrument, price, timeMs: timeOf(time, 'time'), fingerprint: String(price) };
  },

  chain: {
    paths: (underlying) => ['/eapi/v1/mark', indexPath(underlying)],
    parse(bodies, underlying) {
      const { time, indexPrice } = indexOf(bodies[1]);
      const reference = priceOf(indexPrice, 'indexPrice');
      const timeMs = timeOf(time, 'time');
      const marks = marksOf(bodies[0]);
      const forwards = forwardsOf(marks, baseOf(underlying), reference, timeMs);
      const rows = readRows(marks, reference, (row) => {
        const option = optionOf(row, baseOf(underlying));
        if (option === null) return null;
        const { year, month, day, strike, kind, expiry } = option;
        return {
          ...{ year, month: Number(month), day, strike, kind, timeMs },
          forward: forwards.get(expiry),
          vols: { mark: row['markIV'], bid: row['bidIV'], ask: row['askIV'] },
        };
      });
      return { reference, quote: quoteOf(underlying), ...rows };
    },
    stream: {
      path: (underlying) => `/market/stream?streams=${streamOf(underlying)}`,
      subscribe: () => [],
      apply(bodies, message, underlying) {
        const { stream, data, error } = fields(message, 'the message');
        if (error !== undefined) throw new SourceError(`refused: ${show(error)}`);
        if (stream !== streamOf(underlying)) return null;
        const rows = list(data, 'data').map((item) => fields(item, 'a mark'));
        const [first] = rows;
        if (first === undefined) return null;
        const changes = new Map(rows.map((row) => [textOf(row['s']), changeOf(row)]));
        const index = { time: first['E'], indexPrice: first['i'] };
        return [mergeRows(marksOf(bodies[0]), 'symbol', changes), index];
      },
    },
  },
};

const indexPath = (underlying: string): string =>
  `/eapi/v1/index?underlying=${encodeURIComponent(underlying)}`;
const streamOf = (underlying: string): string => `${underlying.toLowerCase()}@optionMarkPrice`;
const baseOf = (underlying: string): string =>
  underlying.slice(0, underlying.length - quoteOf(underlying).length);

/** An error is an object with a code, in place of what was asked for. */
function indexOf(body: unknown): Fields {
  const { code, msg } = fields(body, 'the index');
  if (code !== undefined) throw new SourceError(`error ${show(code)}: ${show(msg)}`);
  return fields(body, 'the index');
}

function marksOf(body: unknown): readonly unknown[] {
  if (Array.isArray(body)) return body;
  const { code, msg } = fields(body, 'the marks');
  throw new SourceError(`error ${show(code)}: ${show(msg)}`);
}

const changeOf =
  ({ mp, b, a, vo, rf }: Fields) =>
  (row: Fields): Fields => ({
    riskFreeInterest: rf,
    ...row,
    ...{ markPrice: mp, bidIV: b, askIV: a, markIV: vo },
  });

const OPTION = /^([A-Z0-9]+)-(\d{2})(\d{2})(\d{2})-(\d{1,9}(?:\.\d{1,6})?)-([CP])$/;

function optionOf({ symbol }: Fields, base: string) {
  const match = typeof symbol === 'string' ? OPTION.exec(symbol) : null;
  if (match?.[1] !== base) return null;
  const [, , year, month, day, strike, kind] = match;
  return { year, month, day, strike, kind, expiry: `${year}${month}${day}` };
}

/** Calls and puts of one strike, marked. */
interface Pair {
  readonly strike: number;
  readonly call?: number;
  readonly put?: number;
  readonly rate: number;
}

/** Strikes of an expiry whose parity counts: those nearest to the index are marked best. */
const PAIRS = 5;

/** By expiry, from the strikes nearest to the index; an expiry without a pair has none. */
function forwardsOf(
  marks: readonly unknown[],
  base: string,
  reference: number,
  timeMs: number,
): Map<string, number> {
  const expiries = new Map<string, Map<number, Pair>>();
  for (const item of marks) {
    if (typeof item !== 'object' || item === null) continue;
    const row = item as Fields;
    const option = optionOf(row, base);
    const mark = numberOf(row['markPrice']);
    if (option === null || mark === null || mark <= 0) continue;
    const strike = Number(option.strike);
    const pairs = expiries.get(option.expiry) ?? new Map<number, Pair>();
    expiries.set(option.expiry, pairs);
    const pair = pairs.get(strike) ?? { strike, rate: numberOf(row['riskFreeInterest']) ?? 0 };
    pairs.set(strike, { ...pair, [option.kind === 'C' ? 'call' : 'put']: mark });
  }
  const forwards = new Map<string, number>();
  for (const [expiry, pairs] of expiries) {
    const [year, month, day] = [0, 2, 4].map((at) => Number(expiry.slice(at, at + 2)));
    const expiresMs = Date.UTC(2000 + year!, month! - 1, day, 8);
    const years = Math.max(expiresMs - timeMs, 0) / 1_000 / YEAR_SECONDS;
    const nearest = [...pairs.values()]
      .filter(({ call, put }) => call !== undefined && put !== undefined)
      .sort((a, b) => Math.abs(a.strike - reference) - Math.abs(b.strike - reference))
      .slice(0, PAIRS);
    if (nearest.length === 0) continue;
    const said = nearest.map(({ strike, call, put, rate }) => ({
      value: strike + exp(rate * years) * (call! - put!),
      weight: 1,
    }));
    forwards.set(expiry, weightedMedian(said));
  }
  return forwards;
}
