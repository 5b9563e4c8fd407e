import { describe, expect, test } from '@jest/globals';
import * as given from './fixtures.ts';
import { sourcesByKind } from './index.ts';
import type { Source } from './source.ts';

const { binance_options: binanceOptions, deribit, okx } = sourcesByKind;
const MADE = 1_800_000_000_000;
const LATER = MADE + 1_500;

/** What a chain says once a message has come. */
function after(source: Source, bodies: readonly unknown[], message: unknown, name: string) {
  const chain = source.chain!;
  const changed = chain.stream!.apply(bodies, message, name);
  return changed === null ? null : chain.parse(changed, name);
}

describe('the chain of Binance', () => {
  const mark = (symbol: string, markPrice: string, more: object = {}) => ({
    ...{ ...given.binanceMark, symbol, markPrice },
    ...more,
  });
  const marks = [
    mark('BTC-280310-60000-C', '3500'),
    mark('BTC-280310-60000-P', '2900'),
    mark('BTC-280310-62000-C', '2600', { bidIV: '-1.0' }),
    mark('BTC-280310-62000-P', '4000', { markIV: '9.9', bidIV: '-1.0' }),
    mark('ETH-280310-3000-C', '200'),
  ];
  const bodies = (rows: readonly unknown[], index: object = {}) => [
    rows,
    { time: MADE, indexPrice: '60000', ...index },
  ];
  const parse = (rows: readonly unknown[], index: object = {}) =>
    binanceOptions.chain!.parse(bodies(rows, index), 'BTCUSDT');

  test('is asked whole, with the index of its underlying', () => {
    const index = '/eapi/v1/index?underlying=BTCUSDT';
    expect(binanceOptions.chain!.paths('BTCUSDT')).toEqual(['/eapi/v1/mark', index]);
  });

  test('has its forward by put-call parity, and no bid where there is −1', () => {
    const { quotes, reference, quote } = parse(marks);
    expect([reference, quote]).toEqual([60_000, 'USDT']);
    // 60000 + 600 and 62000 − 1400: the median of both.
    expect(
      quotes.map(({ strike, forward, vol, quoted }) => [strike, forward, vol, quoted]),
    ).toEqual([
      [60_000, 60_600, 0.515, true],
      [60_000, 60_600, 0.515, true],
      [62_000, 60_600, 0.515, false],
    ]);
  });

  test('has the interest of the marks in its forward', () => {
    const years = (Date.UTC(2028, 2, 10, 8) - MADE) / 1_000 / 31_536_000;
    const rows = marks.slice(0, 2).map((row) => ({ ...row, riskFreeInterest: '0.1' }));
    const [quote] = parse(rows).quotes;
    expect(quote!.forward).toBeCloseTo(60_000 + 600 * Math.exp(0.1 * years), 6);
  });

  test('leaves out an odd row and an expiry without a pair, and nothing else', () => {
    const alone = mark('BTC-280331-60000-C', '4000');
    const odd = [null, 7, mark('BTC-280230-60000-C', '1'), mark('BTC-280310-60000-X', '1'), alone];
    const { quotes, oddRows } = parse([...odd, ...marks]);
    expect([quotes.length, oddRows]).toEqual([3, 4]);
  });

  test.each([
    ['error -1121', { code: -1121, msg: 'Invalid symbol.' }, { time: MADE, indexPrice: '1' }],
    ['error -1003', marks, { code: -1003, msg: 'Too many requests.' }],
    ['not a price', marks, { time: MADE, indexPrice: '0' }],
    ['not a time', marks, { time: MADE * 1_000, indexPrice: '60000' }],
    ['no usable option', [], { time: MADE, indexPrice: '60000' }],
  ])('is refused with the reason: %s', (why, rows, index) => {
    expect(() => binanceOptions.chain!.parse([rows, index], 'BTCUSDT')).toThrow(why);
  });

  test('changes with a mark price stream, index, marks and volatilities together', () => {
    const update = (s: string, mp: string) => ({
      ...given.binanceMarkUpdate,
      ...{ s, mp, E: LATER, i: '61000.5', b: '0.6', a: '0.64', vo: '0.62' },
    });
    const data = [update('BTC-280310-60000-C', '4200'), update('BTC-280310-60000-P', '2600')];
    const message = { stream: 'btcusdt@optionMarkPrice', data };
    const chain = after(binanceOptions, bodies(marks.slice(0, 2)), message, 'BTCUSDT')!;
    expect(chain.reference).toBe(61_000.5);
    expect(chain.quotes[0]).toMatchObject({ forward: 61_600, vol: 0.62, timeMs: LATER });
    const other = { stream: 'ethusdt@optionMarkPrice', data };
    expect(after(binanceOptions, bodies(marks), other, 'BTCUSDT')).toBeNull();
    const refusal = { error: { code: 2, msg: 'no' } };
    expect(() => after(binanceOptions, bodies(marks), refusal, 'BTCUSDT')).toThrow('refused');
  });
});

describe('the chain of OKX', () => {
  const bodies = [
    { code: '0', msg: '', data: [given.okxOption] },
    { code: '0', msg: '', data: [{ instId: 'BTC-USD', idxPx: '62000' }] },
  ];
  const push = (change: object, instFamily = 'BTC-USD') => ({
    arg: { channel: 'opt-summary', instFamily },
    data: [{ ...given.okxOption, ts: String(LATER), ...change }],
  });

  test('takes pushed volatilities, and keeps the forward that belongs to its index', () => {
    const change = { markVol: '0.5', bidVol: '0.49', askVol: '0.51', fwdPx: '70000' };
    const chain = after(okx, bodies, push(change), 'BTC-USD')!;
    expect(chain.quotes).toHaveLength(1);
    expect(chain.quotes[0]).toMatchObject({ vol: 0.5, timeMs: LATER, forward: 62604.6993093463 });
  });

  test('gains an option that is listed anew, with its own forward', () => {
    const change = { instId: 'BTC-USD-280310-75000-C' };
    expect(after(okx, bodies, push(change), 'BTC-USD')!.quotes).toHaveLength(2);
  });

  test('does not change with what is about something else, and refuses a refusal', () => {
    expect(after(okx, bodies, push({}, 'ETH-USD'), 'BTC-USD')).toBeNull();
    expect(after(okx, bodies, 'pong', 'BTC-USD')).toBeNull();
    expect(after(okx, bodies, { event: 'subscribe', arg: {} }, 'BTC-USD')).toBeNull();
    const refusal = { event: 'error', code: '60012', msg: 'Invalid request' };
    expect(() => after(okx, bodies, refusal, 'BTC-USD')).toThrow('60012');
  });
});

describe('the chain of Deribit', () => {
  const row = { ...given.deribitSummary, mark_price: 0.02, bid_price: 0.0199, ask_price: 0.0201 };
  const bodies = [{ result: [row] }, { result: { index_price: 7_800 } }];
  const push = (change: object) => ({
    method: 'subscription',
    params: {
      channel: 'markprice.options.btc_usd',
      data: [
        {
          ...given.deribitMark,
          ...{ instrument_name: row.instrument_name, timestamp: LATER },
          ...change,
        },
      ],
    },
  });

  test('takes pushed marks, in percent as its summaries have them', () => {
    const chain = after(deribit, bodies, push({ iv: 0.75, mark_price: 0.02005 }), 'BTC')!;
    expect(chain.quotes[0]).toMatchObject({ timeMs: LATER, forward: row.underlying_price });
  });

  test('no longer trusts the book of the last poll once the mark has left it', () => {
    const chain = after(deribit, bodies, push({ iv: 1.5, mark_price: 0.04 }), 'BTC')!;
    expect(chain.quotes[0]).toMatchObject({ vol: 1.5, quoted: false });
  });

  test('answers test requests and passes over what is about something else', () => {
    const stream = deribit.chain!.stream!;
    const request = { method: 'heartbeat', params: { type: 'test_request' } };
    expect(JSON.parse(stream.reply!(request)!)).toMatchObject({ method: 'public/test' });
    expect(stream.reply!(push({}))).toBeNull();
    expect(after(deribit, bodies, request, 'BTC')).toBeNull();
    const error = { error: { code: 11050, message: 'bad_request' } };
    expect(() => after(deribit, bodies, error, 'BTC')).toThrow('bad_request');
  });
});
