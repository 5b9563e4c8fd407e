import { SourceError, fields, middle, priceOfString } from './source.ts';
import type { Source } from './source.ts';

/**
 * Kraken spot, `GET /0/public/Ticker?pair=XBTUSD`:
 * https://docs.kraken.com/api/docs/rest-api/get-ticker-information
 *
 * `{error: [], result: {XXBTZUSD: {a: [price, …], b: [price, …], c: [price, …], v, p, t, …}}}`.
 * Errors come with status 200 and a non-empty `error`. There is no time in it, so volume and number
 * of trades (`v`, `t`) are part of the fingerprint.
 */
export const kraken: Source = {
  tickPath: (pair) => `/0/public/Ticker?pair=${encodeURIComponent(pair)}`,

  parseTick(body, pair) {
    const answer = fields(body, 'the answer');
    if (!Array.isArray(answer['error'])) throw new SourceError('error is not a list');
    if (answer['error'].length > 0) throw new SourceError(answer['error'].map(String).join('; '));
    const result = fields(answer['result'], 'result');
    const [name, ...more] = Object.keys(result);
    if (name === undefined || more.length > 0 || !namesOf(pair).includes(name)) {
      throw new SourceError(`result is about ${Object.keys(result).join(', ')}, not ${pair}`);
    }
    const ticker = fields(result[name], name);
    const ask = priceOfString(first(ticker['a']), 'ask');
    const bid = priceOfString(first(ticker['b']), 'bid');
    const last = priceOfString(first(ticker['c']), 'last');
    const { a, b, c, v, t } = ticker;
    return { price: middle(bid, ask, last), fingerprint: JSON.stringify([a, b, c, v, t]) };
  },
};

const first = (value: unknown): unknown => (Array.isArray(value) ? (value[0] as unknown) : value);

/** A pair is asked for by its short name and answered by its long one: XBTUSD, XXBTZUSD. */
function namesOf(pair: string): string[] {
  return pair.length === 6 ? [pair, `X${pair.slice(0, 3)}Z${pair.slice(3)}`] : [pair];
}
