import type { OptionQuote } from '../core/buildSmile.ts';
import { SourceError, fields, priceOf } from './source.ts';
import type { Fields, Source } from './source.ts';

/**
 * Deribit, JSON-RPC over GET:
 * https://docs.deribit.com/api-reference/market-data/public-get_index_price
 * https://docs.deribit.com/api-reference/market-data/public-get_book_summary_by_currency
 *
 * Index: `{result: {index_price, estimated_delivery_price}}`; no time, and the index is not named.
 * Options: `{result: [{instrument_name, mark_iv, underlying_price, creation_timestamp, …}]}` with
 * mark_iv in percent and creation_timestamp in Unix ms. Errors: `{error: {message, code}}`.
 */
export const deribit: Source = {
  tickPath: (currency) =>
    `/api/v2/public/get_index_price?index_name=${encodeURIComponent(currency.toLowerCase())}_usd`,

  parseTick(body) {
    const result = fields(resultOf(body), 'result');
    const price = priceOf(result['index_price'], 'index_price');
    return { price, fingerprint: String(price) };
  },

  options: {
    path: (currency) =>
      '/api/v2/public/get_book_summary_by_currency' +
      `?currency=${encodeURIComponent(currency)}&kind=option`,

    parse(body, currency, oldestMs) {
      const result = resultOf(body);
      if (!Array.isArray(result)) throw new SourceError('result is not a list');
      const quotes: OptionQuote[] = [];
      let timeMs = 0;
      for (const item of result as unknown[]) {
        const summary = fields(item, 'a summary');
        const quote = quoteOf(summary, currency);
        const madeMs = summary['creation_timestamp'];
        if (quote === null || typeof madeMs !== 'number' || !(madeMs >= oldestMs)) continue;
        timeMs = Math.max(timeMs, madeMs);
        quotes.push(quote);
      }
      if (quotes.length === 0) throw new SourceError(`no usable ${currency} option in the answer`);
      return { quotes, timeMs };
    },
  },
};

function resultOf(body: unknown): unknown {
  const { error, result } = fields(body, 'the answer');
  if (error === undefined) return result;
  throw new SourceError(`error ${JSON.stringify(error)}`);
}

const INSTRUMENT = /^([A-Z0-9]+)-(\d{1,2})([A-Z]{3})(\d{2})-(\d{1,9})-([CP])$/;
const MONTHS = 'JANFEBMARAPRMAYJUNJULAUGSEPOCTNOVDEC';
/** Deribit options expire at 08:00 UTC. */
const EXPIRY_HOUR = 8;
const MIN_IV_PERCENT = 1;
const MAX_IV_PERCENT = 500;

/** Null for what is not an option of this currency, or has no usable mark. */
function quoteOf(summary: Fields, currency: string): OptionQuote | null {
  const { instrument_name: name, mark_iv: iv, underlying_price: forward } = summary;
  const match = typeof name === 'string' ? INSTRUMENT.exec(name) : null;
  if (match?.[1] !== currency) return null;
  const [, , day, month, year, strike, kind] = match;
  const monthAt = MONTHS.indexOf(month!);
  if (monthAt < 0 || monthAt % 3 !== 0) return null;
  if (typeof iv !== 'number' || !(iv >= MIN_IV_PERCENT && iv <= MAX_IV_PERCENT)) return null;
  if (typeof forward !== 'number' || Number(strike) === 0) return null;
  return {
    expirySeconds: Date.UTC(2000 + Number(year), monthAt / 3, Number(day), EXPIRY_HOUR) / 1000,
    strike: Number(strike),
    kind: kind as 'C' | 'P',
    vol: iv / 100,
    forward: priceOf(forward, 'underlying_price'),
  };
}
