import { describe, expect, test } from '@jest/globals';
import { coinbase } from './coinbase.ts';
import { deribit } from './deribit.ts';
import { kraken } from './kraken.ts';
import { SourceError } from './source.ts';

/** The example of https://docs.kraken.com/api/docs/rest-api/get-ticker-information */
const krakenTicker = {
  a: ['30300.10000', '1', '1.000'],
  b: ['30300.00000', '1', '1.000'],
  c: ['30303.20000', '0.00067643'],
  v: ['4083.67001100', '4412.73601799'],
  p: ['30706.77771', '30689.13205'],
  t: [34619, 38907],
  l: ['29868.30000', '29868.30000'],
  h: ['31631.00000', '31631.00000'],
  o: '30502.80000',
};
const krakenBody = (changes: object = {}) => ({
  error: [],
  result: { XXBTZUSD: { ...krakenTicker, ...changes } },
});

describe('kraken', () => {
  const read = (body: unknown) => kraken.parseTick(body, 'XBTUSD');

  test('is asked by pair', () => {
    expect(kraken.tickPath('XBTUSD')).toBe('/0/public/Ticker?pair=XBTUSD');
  });

  test('gives the middle one of bid, ask and last', () => {
    expect(read(krakenBody()).price).toBe(30300.1);
    expect(read(krakenBody({ c: ['30300.05', '1'] })).price).toBe(30300.05);
  });

  test('shows by its fingerprint whether anything was traded', () => {
    const before = read(krakenBody());
    expect(read(krakenBody()).fingerprint).toBe(before.fingerprint);
    expect(read(krakenBody({ t: [34620, 38908] })).fingerprint).not.toBe(before.fingerprint);
  });

  test.each([
    ['reports an error', { error: ['EQuery:Unknown asset pair'] }],
    ['is not an object', 'oops'],
    ['is about another pair', { error: [], result: { XETHZUSD: krakenTicker } }],
    ['is about two pairs', { error: [], result: { XXBTZUSD: krakenTicker, XBTUSD: krakenTicker } }],
    ['has no bid', krakenBody({ b: undefined })],
    ['has a negative price', krakenBody({ c: ['-1', '1'] })],
    ['has a zero price', krakenBody({ c: ['0.0', '1'] })],
    ['has a price with an exponent', krakenBody({ a: ['1e400', '1', '1'] })],
    ['has a price that is a number', krakenBody({ a: [30300.1, '1', '1'] })],
    ['is crossed', krakenBody({ b: ['30301.00000', '1', '1.000'] })],
  ])('is refused when the answer %s', (_, body) => {
    expect(() => read(body)).toThrow(SourceError);
  });
});

describe('coinbase', () => {
  const body = {
    trade_id: 86326522,
    price: '6268.48',
    size: '0.00698254',
    time: '2020-03-20T00:22:57.833897Z',
    bid: '6265.15',
    ask: '6267.71',
    volume: '53602.03940154',
  };
  const read = (changes: object) => coinbase.parseTick({ ...body, ...changes }, 'BTC-USD');

  test('gives the middle price and the time of the last trade', () => {
    expect(coinbase.tickPath('BTC-USD')).toBe('/products/BTC-USD/ticker');
    expect(read({})).toMatchObject({
      price: 6267.71,
      timeMs: Date.UTC(2020, 2, 20, 0, 22, 57, 833),
    });
  });

  test.each([
    ['price', { price: 'NaN' }],
    ['price', { price: null }],
    ['bid', { bid: '' }],
    ['ask', { ask: 'Infinity' }],
    ['time', { time: 'yesterday' }],
    ['time', { time: '2020-13-20T00:22:57Z' }],
    ['time', { time: 1584663777 }],
  ])('is refused when its %s is %j', (_, changes) => {
    expect(() => read(changes)).toThrow(SourceError);
  });
});

describe('deribit', () => {
  const MADE = 1_800_000_000_000;
  const summary = {
    volume: 124.1,
    underlying_price: 7856.445926872601,
    underlying_index: 'SYN.BTC-10MAR28',
    mark_price: 0.01984559,
    mark_iv: 83.21,
    instrument_name: 'BTC-10MAR28-7750-C',
    creation_timestamp: MADE,
    base_currency: 'BTC',
    last: null,
  };
  const read = (...changes: object[]) =>
    deribit.options!.parse(
      { jsonrpc: '2.0', result: changes.map((c) => ({ ...summary, ...c })) },
      'BTC',
      MADE - 1_000,
    );

  test('is asked by currency', () => {
    expect(deribit.tickPath('BTC')).toBe('/api/v2/public/get_index_price?index_name=btc_usd');
    expect(deribit.options!.path('ETH')).toBe(
      '/api/v2/public/get_book_summary_by_currency?currency=ETH&kind=option',
    );
  });

  test('gives its index', () => {
    const body = { jsonrpc: '2.0', result: { index_price: 11628.81 } };
    expect(deribit.parseTick(body, 'BTC')).toMatchObject({ price: 11628.81 });
  });

  test.each([
    ['an error', { jsonrpc: '2.0', error: { message: 'too_many_requests', code: 10028 } }],
    ['no price', { result: {} }],
    ['a price that is a string', { result: { index_price: '11628.81' } }],
    ['an absurd price', { result: { index_price: 1e12 } }],
  ])('has no index when the answer has %s', (_, body) => {
    expect(() => deribit.parseTick(body, 'BTC')).toThrow(SourceError);
  });

  test('reads an option by its name, with the volatility as a fraction', () => {
    expect(read({})).toEqual({
      quotes: [
        {
          expirySeconds: Date.UTC(2028, 2, 10, 8) / 1000,
          strike: 7750,
          kind: 'C',
          vol: 83.21 / 100,
          forward: 7856.445926872601,
        },
      ],
      timeMs: MADE,
    });
  });

  test('leaves out what is stale, another currency, not an option or without a mark', () => {
    const { quotes } = read(
      { instrument_name: 'BTC-5DEC28-8000-P' },
      { creation_timestamp: MADE - 1_001 },
      { creation_timestamp: '1' },
      { instrument_name: 'ETH-10MAR28-7750-C' },
      { instrument_name: 'BTC_USDC-10MAR28-7750-C' },
      { instrument_name: 'BTC-PERPETUAL' },
      { instrument_name: 'BTC-10XXX28-7750-C' },
      { instrument_name: 'BTC-10ARA28-7750-C' },
      { instrument_name: 7 },
      { mark_iv: null },
      { mark_iv: 0 },
      { mark_iv: 501 },
      { underlying_price: undefined },
    );
    expect(quotes.map((q) => q.strike)).toEqual([8000]);
  });

  test('is refused when nothing in the answer is usable, or it is no list', () => {
    expect(() => read()).toThrow(SourceError);
    expect(() => read({ mark_iv: null })).toThrow(SourceError);
    expect(() => read({ underlying_price: -1 })).toThrow(SourceError);
    expect(() => deribit.options!.parse({ result: {} }, 'BTC', 0)).toThrow(SourceError);
  });
});
