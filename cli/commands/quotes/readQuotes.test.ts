import { describe, expect, test } from '@jest/globals';
import { CliError } from '../../errors.ts';
import { readQuotes } from './readQuotes.ts';
import { readSpan } from './readSpan.ts';

const HEADER = 'series,bid,bid_size,ask,ask_size';
const SERIES = 'BTC-27DEC26-100000-C';

function refusal(read: () => unknown): string {
  try {
    read();
  } catch (error) {
    if (error instanceof CliError) return error.message;
    throw error;
  }
  return 'taken';
}

describe('the table of quotes', () => {
  test('has both sides, one of them, or takes one back', () => {
    const file = [
      ...['# of this morning', HEADER, `${SERIES.toLowerCase()}, 1250, 0.5, 1260.5, 1`],
      ...['', `${SERIES},,,1260,0.2`, `${SERIES},,0,1260,0.2`],
    ];
    const [both, ask, back] = readQuotes(file.join('\r\n'));
    expect(both).toEqual({
      series: SERIES,
      bid: { priceUusd: 1_250_000_000n, quantity: 5_000n },
      ask: { priceUusd: 1_260_500_000n, quantity: 10_000n },
    });
    expect(ask!.bid).toBeUndefined();
    expect(back!.bid).toEqual({ priceUusd: 0n, quantity: 0n });
  });

  test('is refused with the line that is wrong', () => {
    expect(refusal(() => readQuotes(''))).toBe(`The first line of the file is ${HEADER}.`);
    expect(refusal(() => readQuotes(HEADER))).toBe('The file holds no quotes.');
    const line = (text: string) => refusal(() => readQuotes(`${HEADER}\n${text}`));
    expect(line(`${SERIES},,,,`)).toBe('Line 2: it quotes neither side.');
    expect(line(`${SERIES},1250,,,`)).toBe('Line 2: a side has a price and a size.');
    expect(line(`${SERIES},x,1,,`)).toMatch(/^Line 2: Price/);
    expect(line(`${SERIES},1250,1`)).toBe('Line 2: it has 3 cells, not 5.');
  });
});

test('times are typed with their unit', () => {
  expect(['500ms', '1s', '5M', '1h', '0'].map(readSpan)).toEqual([
    500, 1_000, 300_000, 3_600_000, 0,
  ]);
  for (const text of ['10', '-1s', '1d', '', '99999h']) {
    expect(refusal(() => readSpan(text))).toBe(`"${text}" is no time.`);
  }
});
