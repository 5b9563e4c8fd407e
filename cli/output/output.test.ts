import { describe, expect, it } from '@jest/globals';
import { Order, QueryBookResponse, Side } from '../../proto/gen/tenor.clob.v1.ts';
import { Price } from '../../proto/gen/tenor.oracle.v1.ts';
import { FaultError, RefusedError } from '../errors.ts';
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
    expect(renderTable(columns, rows, plain)).toEqual([
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
    const stdout = sink(true);
    const out = new Output(false, {}, stdout, sink(true));
    out.show(null, () => [out.signed(-1n, '-0.01'), out.signed(0n, '0')]);
    expect(stdout.written.join('')).toBe('\u001b[31m-0.01\u001b[39m\n0\n');
    expect(new Output(true, {}, sink(true), sink(true)).signed(-1n, '-1')).toBe('-1');
  });
});

describe('what comes from outside', () => {
  const forged = '\u001b[2J\u001b[HVerified: all\n\u001b[31m\u202etxt\u009b';
  const shown = '\\u001b[2J\\u001b[HVerified: all\\n\\u001b[31m\\u202etxt\\u009b';
  const written = (isTTY: boolean, use: (out: Output) => void, isJson = false) => {
    const [stdout, stderr] = [sink(isTTY), sink(isTTY)];
    use(new Output(isJson, {}, stdout, stderr));
    return stdout.written.join('') + stderr.written.join('');
  };

  it.each([true, false])('is shown and never obeyed, at a terminal: %s', (isTTY) => {
    const lines = written(isTTY, (out) => {
      out.show(null, () => [forged, [forged], out.fields([['log', forged]])]);
      out.note(forged);
      out.fail(new RefusedError({ codespace: forged, code: 1 }, forged, forged));
      out.fail(new FaultError(new Error(forged)));
    });
    // Only the dim name of a field is the terminal's to obey.
    const dimmed = isTTY ? '\u001b[2mlog\u001b[22m' : 'log';
    expect(lines.split('\n').slice(0, 7)).toEqual([
      ...[shown, shown, `${dimmed}  ${shown}`, shown],
      `Error [${shown}/1]: ${shown}`,
      shown,
      `Error: This is a fault of this program. Error: ${shown}`,
    ]);
    const cells = written(isTTY, (out) =>
      out.show(null, () => out.table([{ title: 'A' }], [[forged]])),
    );
    expect(cells.split('\n')[1]).toBe(shown);
  });

  it('does not hide behind a colour', () => {
    const red = written(true, (out) => out.show(null, () => out.color.red(`x${forged}`)));
    expect(red).toBe(`\u001b[31mx${shown}\u001b[39m\n`);
    const nested = written(true, (out) => {
      out.show(null, () =>
        out.table([{ title: 'A' }], [[out.color.green(`+${out.color.bold('1')}`)]]),
      );
    });
    expect(nested.split('\n')[1]).toBe('\u001b[32m+\u001b[1m1\u001b[22m\u001b[39m');
  });

  it('is the same JSON for programs, in characters that a terminal shows', () => {
    const text = written(true, (out) => out.show({ forged }, () => ''), true);
    expect(JSON.parse(text)).toEqual({ forged });
    expect(text).toContain(shown);
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
