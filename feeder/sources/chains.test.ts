import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { sourceKinds } from '../config.ts';
import * as given from './fixtures.ts';
import { sourcesByKind } from './index.ts';
import { SourceError } from './values.ts';

const { bybit, deribit, okx } = sourcesByKind;
const MADE = 1_800_000_000_000;
const EXPIRY = Date.UTC(2028, 2, 10, 8) / 1000;

const deribitChain = (...rows: (object | null)[]) =>
  deribit.chain!.parse(
    [
      {
        jsonrpc: '2.0',
        error: null,
        result: rows.map((r) => (r === null ? null : { ...given.deribitSummary, ...r })),
      },
      { jsonrpc: '2.0', result: { index_price: 7_800 } },
    ],
    'BTC',
  );

describe('the chain of Deribit', () => {
  test('is asked by currency: its own, or that of linear options', () => {
    const path = '/api/v2/public/get_book_summary_by_currency';
    const index = '/api/v2/public/get_index_price';
    expect(deribit.chain!.paths('ETH')).toEqual([
      `${path}?currency=ETH&kind=option`,
      `${index}?index_name=eth_usd`,
    ]);
    expect(deribit.chain!.paths('SOL_USDC')).toEqual([
      `${path}?currency=USDC&kind=option`,
      `${index}?index_name=sol_usdc`,
    ]);
  });

  test('has an option by its name, with the volatility as a fraction', () => {
    expect(deribitChain({})).toEqual({
      ...{ reference: 7_800, quote: 'USD', oddRows: 0, oddRow: '' },
      quotes: [
        {
          ...{ expirySeconds: EXPIRY, strike: 7750, kind: 'C', vol: 83.21 / 100 },
          ...{ forward: 7856.445926872601, quoted: false, timeMs: MADE },
        },
      ],
    });
  });

  test('reads linear options with decimal strikes, whose prices are in USDC', () => {
    const sol = {
      ...{ instrument_name: 'SOL_USDC-10MAR28-142d5-C', underlying_price: 150.5, mark_iv: '8e1' },
      ...{ base_currency: 'SOL', quote_currency: 'USDC', bid_price: 41, ask_price: 42 },
    };
    const bodies = [
      { result: [{ ...given.deribitSummary, ...sol }, given.deribitSummary] },
      { result: { index_price: 150 } },
    ];
    const chain = deribit.chain!.parse(bodies, 'SOL_USDC');
    expect(chain).toMatchObject({ quote: 'USDC', reference: 150, oddRows: 0 });
    expect(chain.quotes).toMatchObject([{ strike: 142.5, kind: 'C', forward: 150.5 }]);
  });

  const odd: [string, object | null][] = [
    ['a forward of 0', { underlying_price: 0 }],
    ['a forward of −1', { underlying_price: -1 }],
    ['a forward of 1e12', { underlying_price: 1e12 }],
    ['a forward far from the index', { underlying_price: 16_000 }],
    ['nothing', null],
    ['a time in microseconds', { creation_timestamp: MADE * 1000 }],
    ['a time in words', { creation_timestamp: 'now' }],
    ['a date that is none', { instrument_name: 'BTC-30FEB28-7750-C' }],
    ['a month that is none', { instrument_name: 'BTC-10ARA28-7750-C' }],
    ['a strike of 0', { instrument_name: 'BTC-10MAR28-0-C' }],
  ];
  test.each(odd)('loses a row with %s and no other', (_, row) => {
    const { quotes, oddRows, oddRow } = deribitChain({}, row, {
      instrument_name: 'BTC-5DEC28-8000-P',
    });
    expect(quotes.map((q) => q.strike)).toEqual([7750, 8000]);
    expect(oddRows).toBe(1);
    expect(oddRow).not.toBe('');
  });

  test('leaves out what is about something else or has no volatility, which is not odd', () => {
    const chain = deribitChain(
      {},
      { instrument_name: 'ETH-10MAR28-7750-C' },
      { instrument_name: 'BTC_USDC-10MAR28-7750-C' },
      { instrument_name: 'BTC-PERPETUAL' },
      { instrument_name: 7 },
      ...[null, 0, 501, 'NaN'].map((iv) => ({ mark_iv: iv })),
    );
    expect(chain).toMatchObject({ quotes: [{ strike: 7750 }], oddRows: 0 });
  });

  test('takes the volatility of the book where there is no mark, and none of a wide book', () => {
    const [row] = deribitChain({ mark_iv: null, bid_price: 0.385, ask_price: 0.395 }).quotes;
    expect(row).toMatchObject({ quoted: true });
    expect(row!.vol).toBeGreaterThan(0.5);
    expect(row!.vol).toBeLessThan(1.5);
    expect(() => deribitChain({ bid_price: 0.05, ask_price: 0.6 })).toThrow(SourceError);
  });

  test('is refused when nothing in the answer is usable, or it is no list', () => {
    expect(() => deribitChain()).toThrow(SourceError);
    expect(() => deribitChain({ mark_iv: null })).toThrow('no usable option');
    expect(() => deribitChain({ underlying_price: -1 })).toThrow('the forward is -1');
    const noList = [{ result: {} }, { result: { index_price: 1 } }];
    expect(() => deribit.chain!.parse(noList, 'BTC')).toThrow(SourceError);
  });
});

describe('the chain of OKX', () => {
  const parse = (...rows: object[]) =>
    okx.chain!.parse(
      [
        { code: '0', msg: '', data: rows.map((r) => ({ ...given.okxOption, ...r })) },
        { code: '0', msg: '', data: [{ instId: 'BTC-USD', idxPx: '62500.1', ts: String(MADE) }] },
      ],
      'BTC-USD',
    );

  test('is asked for with its index, and read', () => {
    expect(okx.chain!.paths('BTC-USD')).toEqual([
      '/api/v5/public/opt-summary?instFamily=BTC-USD',
      '/api/v5/market/index-tickers?instId=BTC-USD',
    ]);
    expect(parse({})).toMatchObject({
      ...{ reference: 62500.1, quote: 'USD' },
      quotes: [
        {
          ...{ expirySeconds: EXPIRY, strike: 70_000, kind: 'P', vol: 0.3675503331 },
          ...{ forward: 62604.6993093463, quoted: true, timeMs: MADE },
        },
      ],
    });
  });

  test('has a mark alone where the book is one-sided, and the middle where the mark is off', () => {
    const rows = parse(
      { bidVol: '0', askVol: '1.1669998535' },
      { bidVol: '', askVol: '' },
      { markVol: '0.9' },
      { markVol: '' },
      { bidVol: '0.1', askVol: '0.9' },
      { bidVol: '0.4', askVol: '0.39' },
    ).quotes;
    expect(rows.map((r) => [Number(r.vol.toFixed(4)), r.quoted])).toEqual([
      [0.3676, false],
      [0.3676, false],
      [0.37, true],
      [0.37, true],
    ]);
  });
});

describe('the chain of Bybit', () => {
  const parse = (...rows: object[]) =>
    bybit.chain!.parse(
      [
        {
          ...{ retCode: 0, retMsg: 'OK', time: MADE },
          result: { category: 'option', list: rows.map((r) => ({ ...given.bybitOption, ...r })) },
        },
      ],
      'BTC',
    );

  test('is asked by coin, and read with the index in it', () => {
    expect(bybit.chain!.paths('BTC')).toEqual(['/v5/market/tickers?category=option&baseCoin=BTC']);
    expect(parse({})).toMatchObject({
      ...{ reference: 16600.55, quote: 'USD' },
      quotes: [{ expirySeconds: EXPIRY, strike: 18_000, kind: 'C', vol: 0.7567, quoted: false }],
    });
  });

  test('counts in USDT where most of it settles so, and leaves the others out', () => {
    const chain = parse(
      { symbol: 'BTC-10MAR28-17000-C-USDT' },
      { symbol: 'BTC-10MAR28-16000-P-USDT' },
      { symbol: 'BTC-10MAR28-18000-C' },
    );
    expect(chain).toMatchObject({
      quote: 'USDT',
      quotes: [{ strike: 17_000 }, { strike: 16_000 }],
    });
  });

  test('takes its index from the middle row, which no odd one is', () => {
    const rows = ['16600', '1e12', '16601', '0', '16600'].map((indexPrice) => ({ indexPrice }));
    expect(parse(...rows).reference).toBe(16_600);
  });
});

describe('no answer of any venue, however odd,', () => {
  const json = fc.jsonValue({ maxDepth: 4 });
  /** A good answer with one value somewhere in it replaced. */
  function mutate(value: unknown, path: readonly number[], by: unknown): unknown {
    if (path.length === 0 || typeof value !== 'object' || value === null) return by;
    const keys = Object.keys(value);
    if (keys.length === 0) return by;
    const key = keys[path[0]! % keys.length]!;
    const inner = mutate((value as Record<string, unknown>)[key], path.slice(1), by);
    if (Array.isArray(value)) return value.map((v: unknown, i) => (String(i) === key ? inner : v));
    return { ...value, [key]: inner };
  }

  const chains = {
    deribit: [
      { result: [given.deribitSummary, given.deribitSummary] },
      { result: { index_price: 7_800 } },
    ],
    okx: [
      { code: '0', data: [given.okxOption] },
      { code: '0', data: [{ idxPx: '62000' }] },
    ],
    bybit: [{ retCode: 0, result: { list: [given.bybitOption] }, time: MADE }],
    binance_options: [
      [given.binanceMark, { ...given.binanceMark, symbol: 'BTC-280310-60000-P' }],
      { time: MADE, indexPrice: '60000' },
    ],
  };
  const families: Partial<Record<string, string>> = {
    ...{ okx: 'BTC-USD', binance_options: 'BTCUSDT' },
  };

  const pushes: Partial<Record<string, unknown>> = {
    okx: { arg: { channel: 'opt-summary', instFamily: 'BTC-USD' }, data: [given.okxOption] },
    deribit: {
      method: 'subscription',
      params: { channel: 'markprice.options.btc_usd', data: [given.deribitMark] },
    },
    binance_options: { stream: 'btcusdt@optionMarkPrice', data: [given.binanceMarkUpdate] },
  };

  test('does more than be refused with a SourceError', () => {
    const path = fc.array(fc.nat(40), { maxLength: 5 });
    const refused = (work: () => unknown): void => {
      try {
        work();
      } catch (error) {
        expect(error).toBeInstanceOf(SourceError);
      }
    };
    fc.assert(
      fc.property(fc.constantFrom(...sourceKinds), json, path, (kind, value, at) => {
        const api = sourcesByKind[kind];
        refused(() => api.parseTick(value, 'BTCUSDT'));
        refused(() => api.stream?.read(value, ['BTCUSDT']));
        refused(() => api.stream?.reply?.(value));
        refused(() => api.chain?.parse([value, value], 'BTC'));
        const family = families[kind] ?? 'BTC';
        const good = kind in chains ? chains[kind as keyof typeof chains] : [];
        const mutated = good.map((body: unknown) => mutate(body, at, value));
        refused(() => api.chain?.parse(mutated, family));
        refused(() => api.chain?.stream?.reply?.(value));
        refused(() => {
          const message = mutate(pushes[kind], at, value);
          const changed = api.chain?.stream?.apply(good, message, family);
          if (changed !== undefined && changed !== null) api.chain!.parse(changed, family);
        });
        refused(() => api.parseTick(mutate(given.bitstampTicker, at, value), 'btcusd'));
      }),
      { numRuns: Number(process.env['TENOR_FUZZ_RUNS'] ?? 500) },
    );
  });
});
