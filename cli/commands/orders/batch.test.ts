import { describe, expect, test } from '@jest/globals';
import * as clob from '../../../proto/gen/tenor.clob.v1.ts';
import { CliError } from '../../errors.ts';
import { batchRows } from './batch.ts';
import { readMarketOrder } from './market.ts';
import { readBatch } from './readBatch.ts';
import { readGoodTil } from './readOrder.ts';
import { describeTrigger, readStop } from './stop.ts';

const SERIES = 'BTC-27DEC26-100000-C';
const place = { action: 'place', series: SERIES, side: 'buy', size: 0.5, price: '1250' };
const FILE = [
  { ...place, postOnly: true, clientId: 'next' },
  { action: 'replace', clientId: 'mine', price: 1240, size: 0.3 },
  { action: 'cancel', id: 17 },
  { action: 'cancelAll', underlying: 'eth' },
];

function refusal(file: unknown): string {
  try {
    readBatch(typeof file === 'string' ? file : JSON.stringify(file));
  } catch (error) {
    if (error instanceof CliError) return error.message;
    throw error;
  }
  return 'taken';
}

describe('the file of a batch', () => {
  test('says what each action does', () => {
    const [placed, replaced, cancelled, all] = readBatch(JSON.stringify(FILE));
    expect(placed!.place).toMatchObject({
      ...{ series: SERIES, quantity: 5_000n, priceUusd: 1_250_000_000n, clientOrderId: 'next' },
      ...{ side: clob.Side.SIDE_BUY, postOnly: clob.PostOnly.POST_ONLY_REJECT, sender: '' },
    });
    expect(replaced!.replace).toMatchObject({ clientOrderId: 'mine', quantity: 3_000n });
    expect(cancelled!.cancel).toMatchObject({ orderId: 17n, clientOrderId: '' });
    expect(all!.cancelAll).toMatchObject({ underlying: 'ETH', series: '', expirySeconds: 0n });
  });

  test('is refused with the number of the action that is wrong, and with what', () => {
    expect(refusal('[')).toMatch(/^The file is not JSON/);
    expect(refusal({})).toBe('The file holds no JSON list of actions.');
    expect(refusal([place, 7])).toBe('Action 1: it is not an object.');
    expect(refusal([{ action: 'toString' }])).toMatch('Action 0: "action" is one of place, stop');
    expect(refusal([{ ...place, price: undefined }])).toMatch('Action 0: Say at what: --price');
    expect(refusal([{ ...place, iv: '55%' }])).toMatch('Action 0: Say at what: --price');
    const byVol = { ...place, price: undefined, iv: '55.5%' };
    expect(refusal([byVol])).toMatch('Action 0: --iv and --bound go together');
    expect(refusal([{ ...byVol, iv: 'x', bound: '9' }])).toMatch('Action 0: "x" is no volatility');
    expect(readBatch(JSON.stringify([{ ...byVol, bound: 1300 }]))[0]!.place).toMatchObject({
      ...{ volBp: 5_550, priceUusd: 1_300_000_000n },
    });
    expect(refusal([{ ...place, gtc: true }])).toBe('Action 0: it has no "gtc".');
    expect(refusal([{ ...place, ioc: 'yes' }])).toBe('Action 0: "ioc" has no such value.');
    expect(refusal([{ ...place, stp: 'me' }])).toMatch('Action 0: "stp" is one of taker');
    expect(refusal([{ ...place, size: -1 }])).toMatch(/^Action 0: /);
    expect(refusal([{ action: 'cancel', id: 1, clientId: 'a' }])).toMatch(/^Action 0: /);
    expect(refusal([{ action: 'cancel', id: 'x' }])).toMatch('Action 0: "x" is not the id');
    expect(refusal([{ action: 'replace', id: 1 }])).toMatch('Action 0: Say what changes');
  });
});

test('the table says what happened to each action', () => {
  const results: clob.BatchResult[] = [
    { codespace: '', code: 0, place: { orderId: 18n, filled: 2_000n, resting: 3_000n } },
    { codespace: 'clob', code: 11 },
    { codespace: '', code: 0, cancel: { cancelled: 10_000n } },
    { codespace: '', code: 0, cancelAll: { cancelled: 2, triggers: 0 } },
  ];
  const log = '0.1 clob/11 subaccount 0 has no open order mine';
  expect(batchRows(readBatch(JSON.stringify(FILE)), { results }, log)).toEqual([
    ['0', `buy 0.5 ${SERIES} at 1,250.00`, 'order 18: filled 0.2, resting 0.3'],
    ['1', 'replace mine by 0.3 at 1,240.00', '[clob/11] subaccount 0 has no open order mine'],
    ['2', 'cancel 17', 'cancelled 1'],
    ['3', 'cancel all ETH', 'cancelled 2 orders'],
  ]);
});

test('a market order needs the bound of its side', () => {
  const read = (side: string, flags: object) =>
    readMarketOrder([SERIES, side, '0.2'], flags, 'tenor1x', 0);
  expect(read('SELL', { minPrice: '900' })).toMatchObject({
    ...{ market: true, priceUusd: 900_000_000n, timeInForce: clob.TimeInForce.TIME_IN_FORCE_IOC },
  });
  const fok = read('buy', { maxPrice: '900', fok: true });
  expect(fok.timeInForce).toBe(clob.TimeInForce.TIME_IN_FORCE_FOK);
  expect(() => read('buy', { minPrice: '900' })).toThrow('needs --max-price');
  expect(() => read('sell', { minPrice: '900', maxPrice: '1' })).toThrow('needs --min-price');
});

test('a time is so long from now, or a time', () => {
  expect(readGoodTil('90s', 1_500)).toBe(91n);
  expect(readGoodTil('2d', 0)).toBe(172_800n);
  expect(readGoodTil('2026-12-27T08:00Z', 0)).toBe(1_798_358_400n);
  expect(() => readGoodTil('soon', 0)).toThrow('"soon" is no time');
});

test('a stop says what it waits for, and may be one of two', () => {
  const flags = { trigger: 'mark:below:800', price: '750' };
  const read = (more: object) => readStop([SERIES, 'sell', '1'], { ...flags, ...more }, 'x', 0);
  const { legs } = read({ orTrigger: 'INDEX:above:70000', orPrice: '900', market: true });
  expect(legs.map(describeTrigger)).toEqual([
    `when the mark is 800.00 or less: sell 1 ${SERIES} at 750.00`,
    `when the index is 70,000.00 or more: sell 1 ${SERIES} at 900.00`,
  ]);
  expect(legs[0]!.order).toMatchObject({
    ...{ market: true, sender: '', timeInForce: clob.TimeInForce.TIME_IN_FORCE_IOC },
  });
  expect(() => read({ trigger: 'mark:800' })).toThrow('"mark:800" is no trigger');
  expect(() => read({ orPrice: '1' })).toThrow('--or-price goes with --or-trigger');
});
