import { describe, expect, test } from '@jest/globals';
import { sourceKinds } from '../config.ts';
import type { SourceKind } from '../config.ts';
import * as given from './fixtures.ts';
import { sourcesByKind } from './index.ts';
import { SourceError } from './values.ts';

const { binance, bitstamp, bybit, coinbase, deribit, kraken, okx } = sourcesByKind;

/** What each venue answers, with changes to the part that holds the price. */
const answers: Record<SourceKind, { instrument: string; of: (changes: object) => unknown }> = {
  kraken: {
    instrument: 'XBTUSD',
    of: (c) => ({ error: [], result: { XXBTZUSD: { ...given.krakenTicker, ...c } } }),
  },
  coinbase: { instrument: 'BTC-USD', of: (c) => ({ ...given.coinbaseTicker, ...c }) },
  binance: { instrument: 'BTCUSDT', of: (c) => ({ ...given.binanceDepth, ...c }) },
  okx: {
    instrument: 'BTC-USDT',
    of: (c) => ({ code: '0', msg: '', data: [{ ...given.okxTicker, ...c }] }),
  },
  bybit: {
    instrument: 'BTCUSDT',
    of: (c) => ({
      ...{ retCode: 0, retMsg: 'OK', time: 1672304484978 },
      result: { category: 'spot', list: [{ ...given.bybitSpot, ...c }] },
    }),
  },
  bitstamp: { instrument: 'btcusd', of: (c) => ({ ...given.bitstampTicker, ...c }) },
  deribit: {
    instrument: 'btc_usd',
    of: (c) => ({ jsonrpc: '2.0', result: { index_price: 11628.81, ...c } }),
  },
  binance_options: {
    instrument: 'BTCUSDT',
    of: (c) => ({ time: 1656647305000, indexPrice: '9200.55', ...c }),
  },
};
const read = (kind: SourceKind, changes: object = {}) =>
  sourcesByKind[kind].parseTick(answers[kind].of(changes), answers[kind].instrument);

describe('a price by REST', () => {
  test.each<[SourceKind, string, number, number | undefined]>([
    ['kraken', '/0/public/Ticker?pair=XBTUSD', 30300.1, undefined],
    ['coinbase', '/products/BTC-USD/ticker', 6267.71, Date.UTC(2020, 2, 20, 0, 22, 57, 833)],
    ['binance', '/api/v3/depth?symbol=BTCUSDT&limit=5', 64000.1, undefined],
    ['okx', '/api/v5/market/ticker?instId=BTC-USDT', 64000.1, 1700777423853],
    ['bybit', '/v5/market/tickers?category=spot&symbol=BTCUSDT', 64000.1, undefined],
    ['bitstamp', '/api/v2/ticker/btcusd/', 2211, undefined],
    ['deribit', '/api/v2/public/get_index_price?index_name=btc_usd', 11628.81, undefined],
    ['binance_options', '/eapi/v1/index?underlying=BTCUSDT', 9200.55, 1656647305000],
  ])('of %s is asked at %s and read', (kind, path, price, timeMs) => {
    expect(sourcesByKind[kind].tickPath(answers[kind].instrument)).toBe(path);
    const tick = read(kind);
    expect(tick.price).toBeCloseTo(price, 9);
    expect(tick.timeMs).toBe(timeMs);
    expect(tick.instrument).toBe(answers[kind].instrument);
  });

  test('is the middle one of bid, ask and last, as numbers, strings or in scientific form', () => {
    expect(read('kraken', { c: ['30300.05', '1'] }).price).toBe(30300.05);
    expect(read('kraken', { b: [3.03e4, '1', '1'], c: ['3.030005e4', '1'] }).price).toBe(30300.05);
    expect(read('deribit', { index_price: '1.162881e4' }).price).toBe(11628.81);
  });

  const odd: [SourceKind, string, object][] = [
    ['kraken', 'one-sided', { b: undefined }],
    ['kraken', 'empty', { a: ['0.0', '0', '0'], b: [] }],
    ['kraken', 'crossed', { b: ['30301.00000', '1', '1.000'] }],
    ['kraken', 'not a price', { c: ['-1', '1'] }],
    ['kraken', 'not a price', { a: ['1e400', '1', '1'] }],
    ['coinbase', 'not a price', { price: 'NaN' }],
    ['coinbase', 'one-sided', { bid: '' }],
    ['coinbase', 'not a price', { ask: 'Infinity' }],
    ['coinbase', 'not a time', { time: 'yesterday' }],
    ['coinbase', 'not a time', { time: '2020-13-20T00:22:57Z' }],
    ['coinbase', 'not a time', { time: 1584663777 }],
    ['binance', 'empty', { bids: [], asks: [] }],
    ['binance', 'one-sided', { bids: [] }],
    ['binance', 'too wide', { asks: [['70000', '1']] }],
    ['binance', 'error -1121', { code: -1121, msg: 'Invalid symbol.' }],
    ['okx', 'unknown', { instId: 'ETH-USDT' }],
    ['okx', 'not a time', { ts: '1700777423' }],
    ['okx', 'one-sided', { askPx: '' }],
    ['bybit', 'about', { symbol: 'ETHUSDT' }],
    ['bybit', 'crossed', { bid1Price: '64001' }],
    ['bitstamp', 'error', { status: 'error', reason: 'Invalid pair' }],
    ['bitstamp', 'not a price', { last: null }],
    ['deribit', 'not a price', { index_price: 1e12 }],
    ['deribit', 'not a price', { index_price: undefined }],
    ['binance_options', 'error -1121', { code: -1121, msg: 'Invalid symbol.' }],
    ['binance_options', 'not a time', { time: 1656647305 }],
  ];
  test.each(odd)('of %s that is %s is refused so', (kind, why, changes) => {
    expect(() => read(kind, changes)).toThrow(SourceError);
    expect(() => read(kind, changes)).toThrow(why);
  });

  test('is refused with the reason when the venue reports an error', () => {
    const refused: [SourceKind, unknown, string][] = [
      ['kraken', { error: ['EQuery:Unknown asset pair'] }, 'EQuery:Unknown'],
      ['kraken', { error: [], result: { XETHZUSD: given.krakenTicker } }, 'not XBTUSD'],
      ['okx', { code: '51001', msg: "Instrument doesn't exist", data: [] }, '51001'],
      ['bybit', { retCode: 10001, retMsg: 'Not supported symbols', result: {} }, '10001'],
      ['deribit', { error: { message: 'too_many_requests', code: 10028 } }, 'too_many_requests'],
    ];
    for (const [kind, body, why] of refused) {
      expect(() => sourcesByKind[kind].parseTick(body, answers[kind].instrument)).toThrow(why);
    }
  });

  test('is not refused for a warning of Kraken, or a null error of JSON-RPC', () => {
    const warned = { ...(answers.kraken.of({}) as object), error: ['WDatabase:replica lags'] };
    expect(kraken.parseTick(warned, 'XBTUSD').price).toBe(30300.1);
    const both = { ...warned, error: ['WDatabase:replica lags', 'EService:Busy'] };
    expect(() => kraken.parseTick(both, 'XBTUSD')).toThrow('EService:Busy');
    const body = { jsonrpc: '2.0', error: null, result: { index_price: 5 } };
    expect(deribit.parseTick(body, 'btc_usd').price).toBe(5);
  });
});

describe('the fingerprint', () => {
  const rolling: [SourceKind, object][] = [
    ['kraken', { v: ['4083.67001100', '4500'], t: [34619, 39000], p: ['1', '2'] }],
    ['coinbase', { volume: '1' }],
    ['okx', { vol24h: '1', volCcy24h: '1', ts: '1700777429853' }],
    ['bybit', { volume24h: '1', turnover24h: '1', price24hPcnt: '0.1' }],
    ['bitstamp', { timestamp: '1643640199', volume: '1', vwap: '1' }],
  ];
  test.each(rolling)('of %s does not change with what rolls by itself', (kind, changes) => {
    expect(read(kind, changes).fingerprint).toBe(read(kind).fingerprint);
  });

  const traded: [SourceKind, object][] = [
    ['kraken', { t: [34620, 38907] }],
    ['kraken', { b: ['30300.00000', '1', '2.000'] }],
    ['coinbase', { trade_id: 86326523 }],
    ['binance', { lastUpdateId: 1027025 }],
    ['okx', { lastSz: '0.2' }],
    ['bybit', { ask1Size: '3' }],
    ['bitstamp', { bid: '2210.98' }],
    ['deribit', { index_price: 11628.82 }],
  ];
  test.each(traded)('of %s changes with what somebody did: %j', (kind, changes) => {
    expect(read(kind, changes).fingerprint).not.toBe(read(kind).fingerprint);
  });
});

describe('a price by WebSocket', () => {
  test('is asked for and read in each venue’s way', () => {
    expect(kraken.stream!.subscribe(['XBTUSD', 'USDTUSD'])[0]).toContain('["BTC/USD","USDT/USD"]');
    const update = { channel: 'ticker', type: 'update', data: [given.krakenUpdate] };
    const reads = [
      kraken.stream!.read(update, ['XBTUSD']),
      coinbase.stream!.read(given.coinbaseMessage, ['ETH-USD']),
      binance.stream!.read(given.binanceMessage, ['BTCUSDT']),
      okx.stream!.read(
        { arg: { channel: 'tickers', instId: 'BTC-USDT' }, data: [given.okxTicker] },
        ['BTC-USDT'],
      ),
      bybit.stream!.read(given.bybitMessage, ['BTCUSDT']),
      bitstamp.stream!.read(given.bitstampMessage, ['btcusd']),
      deribit.stream!.read(given.deribitMessage, ['btc_usd']),
    ];
    expect(reads.flat().map((t) => [t.instrument, Number(t.price.toFixed(6)), t.timeMs])).toEqual([
      ['XBTUSD', 30300.05, undefined],
      ['ETH-USD', 1285.22, Date.parse('2022-10-19T23:28:22.061769Z')],
      ['BTCUSDT', 64000.1, undefined],
      ['BTC-USDT', 64000.1, 1700777423853],
      ['BTCUSDT', 64000.1, 1672304484976],
      ['btcusd', 64000.1, 1700000000123],
      ['btc_usd', 3937.89, 1550588002899],
    ]);
    expect(binance.stream!.path(['BTCUSDT', 'ETHUSDT'])).toBe(
      '/stream?streams=btcusdt@ticker/ethusdt@ticker',
    );
  });

  test('is none in a heartbeat, an acknowledgement or a pong', () => {
    expect(kraken.stream!.read({ channel: 'heartbeat' }, [])).toEqual([]);
    expect(coinbase.stream!.read({ type: 'subscriptions', channels: [] }, [])).toEqual([]);
    expect(binance.stream!.read({ result: null, id: 1 }, [])).toEqual([]);
    expect(okx.stream!.read('pong', [])).toEqual([]);
    expect(okx.stream!.read({ event: 'subscribe', arg: { channel: 'tickers' } }, [])).toEqual([]);
    expect(bybit.stream!.read({ success: true, ret_msg: 'pong', op: 'ping' }, [])).toEqual([]);
    expect(bitstamp.stream!.read({ event: 'bts:subscription_succeeded', data: {} }, [])).toEqual(
      [],
    );
    expect(deribit.stream!.read({ jsonrpc: '2.0', id: 1, result: [] }, [])).toEqual([]);
    const test = { jsonrpc: '2.0', method: 'heartbeat', params: { type: 'test_request' } };
    expect(deribit.stream!.reply!(test)).toContain('public/test');
    expect(
      deribit.stream!.reply!({ method: 'heartbeat', params: { type: 'heartbeat' } }),
    ).toBeNull();
  });

  test('is refused when it is about something else, or the venue refuses', () => {
    expect(() => coinbase.stream!.read(given.coinbaseMessage, ['BTC-USD'])).toThrow('unknown');
    expect(() => bybit.stream!.read({ success: false, ret_msg: 'no' }, [])).toThrow('refused');
    expect(() => kraken.stream!.read({ success: false, error: 'no' }, [])).toThrow('refused');
    for (const kind of sourceKinds) {
      const { stream } = sourcesByKind[kind];
      if (stream !== undefined) expect(() => stream.read(7, [])).toThrow(SourceError);
    }
  });
});
