import { describe, expect, it } from '@jest/globals';
import { Order, QueryBookResponse, Side } from '../../proto/gen/tenor.clob.v1.ts';
import { Price } from '../../proto/gen/tenor.oracle.v1.ts';
import { RefusedError } from '../errors.ts';
import { enumName, messageJson } from './json.ts';
import { Output, wantsColor } from './output.ts';
import { renderTable } from './table.ts';

const plain = (text: string): string => text;

function sink(isTTY: boolean) {
  const written: string[] = [];
  return { isTTY, write: (text: string) => written.push(text), written };
}

describe('tables', () => {
  it('align words left and numbers right, and end without blanks', () => {
    const columns = [
      { title: 'SERIES' },
      { title: 'MARK', align: 'right' as const },
      { title: '' },
    ];
    const rows = [
      ['A', '1,250.00', 'x'],
      ['LONGER', '9.5', ''],
    ];
    expect(renderTable(columns, rows, plain).split('\n')).toEqual([
      'SERIES      MARK',
      'A       1,250.00  x',
      'LONGER       9.5',
    ]);
  });
});

describe('colours', () => {
  it('are for terminals only, and not where NO_COLOR or a dumb terminal forbids them', () => {
    expect(wantsColor({ isTTY: true, write: plain }, {})).toBe(true);
    expect(wantsColor({ write: plain }, { CI: '1' })).toBe(false);
    expect(wantsColor({ isTTY: true, write: plain }, { NO_COLOR: '1' })).toBe(false);
    expect(wantsColor({ isTTY: true, write: plain }, { NO_COLOR: '' })).toBe(true);
    expect(wantsColor({ isTTY: true, write: plain }, { TERM: 'dumb' })).toBe(false);
  });

  it('mark gains and losses', () => {
    const out = new Output(false, {}, sink(true), sink(true));
    expect(out.signed(-1n, '-0.01')).toBe('\u001b[31m-0.01\u001b[39m');
    expect(out.signed(0n, '0')).toBe('0');
    expect(new Output(true, {}, sink(true), sink(true)).signed(-1n, '-1')).toBe('-1');
  });
});

describe('JSON', () => {
  it('has base units as strings with their decimal beside them', () => {
    const bids = [{ priceUusd: 1_250_500_000n, quantity: 5_000n, orders: 2 }];
    expect(messageJson(QueryBookResponse, { symbol: 'S', bids, asks: [] })).toEqual({
      symbol: 'S',
      bids: [
        {
          ...{ priceUusd: '1250500000', priceUusdDecimal: '1250.5' },
          ...{ quantity: '5000', quantityDecimal: '0.5', orders: 2 },
        },
      ],
      asks: [],
    });
  });

  it('has enum values by their short names', () => {
    expect(enumName(Side, Side.SIDE_BUY)).toBe('buy');
    const order = Order.decode(new Uint8Array(0));
    expect(messageJson(Order, { ...order, side: Side.SIDE_SELL })['side']).toBe('sell');
    const price = messageJson(Price, { ...Price.decode(new Uint8Array(0)), status: 1 });
    expect(price['status']).toBe('live');
  });
});

describe('failures', () => {
  const refusal = new RefusedError({ codespace: 'margin', code: 1 }, 'Too little.', 'Deposit.');

  it('go to stderr with their code and what to do', () => {
    const [stdout, stderr] = [sink(false), sink(false)];
    new Output(false, {}, stdout, stderr).fail(refusal);
    expect(stdout.written).toEqual([]);
    expect(stderr.written.join('')).toBe('Error [margin/1]: Too little.\nDeposit.\n');
  });

  it('are an object on stdout for programs', () => {
    const stdout = sink(false);
    new Output(true, {}, stdout, sink(false)).fail(refusal);
    expect(JSON.parse(stdout.written.join(''))).toMatchObject({
      error: { codespace: 'margin', code: 1, message: 'Too little.', exitCode: 1 },
    });
  });
});
