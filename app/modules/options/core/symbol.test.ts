import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { OptionKind } from '../../../../proto/gen/tenor.options.v1.ts';
import {
  UNDERLYING_SYMBOL,
  formatExpiry,
  formatStrike,
  formatSymbol,
  isNameable,
  parseExpiry,
  parseStrike,
  parseSymbol,
} from './symbol.ts';

const at = (text: string): bigint => BigInt(Date.parse(text) / 1000);

describe('symbols', () => {
  test('name underlying, expiry, strike and kind', () => {
    expect(parseSymbol('BTC-27DEC26-100000-C')).toEqual({
      underlying: 'BTC',
      expirySeconds: at('2026-12-27T08:00:00Z'),
      strikeUusd: 100_000_000_000n,
      kind: OptionKind.OPTION_KIND_CALL,
    });
    expect(parseSymbol('ETH-5JAN27-12.5-P')?.strikeUusd).toBe(12_500_000n);
  });

  test('carry the time of an expiry that is not at eight', () => {
    expect(formatExpiry(at('2026-12-27T09:15:00Z'))).toBe('27DEC26T0915');
    expect(parseExpiry('27DEC26T0915')).toBe(at('2026-12-27T09:15:00Z'));
    expect(formatExpiry(at('2026-12-27T00:00:00Z'))).toBe('27DEC26T0000');
  });

  test('are of whole minutes of the years 2000 to 2099', () => {
    const [first, end] = [at('2000-01-01T00:00:00Z'), at('2100-01-01T00:00:00Z')];
    expect([first - 60n, first, first + 1n, end - 60n, end].map(isNameable)).toEqual([
      ...[false, true, false, true, false],
    ]);
    const months = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN'];
    months.push('JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC');
    for (const [i, month] of months.entries()) {
      const seconds = BigInt(Date.UTC(2005, i, 9, 8) / 1000);
      expect([formatExpiry(seconds), parseExpiry(`9${month}05`)]).toEqual([`9${month}05`, seconds]);
    }
    expect(formatExpiry(at('2026-12-27T08:01:00Z'))).toBe('27DEC26T0801');
  });

  test('have strikes of at most twelve digits and two decimals', () => {
    const spelled = ['0.01', '0.1', '1', '12.05', '999999999999.99'];
    for (const text of spelled) expect(formatStrike(parseStrike(text)!)).toBe(text);
    for (const text of ['1000000000000', '1.', '.5', '1.001', ' 1', '1 ', '']) {
      expect(parseStrike(text)).toBeNull();
    }
  });

  test('are of underlyings of two to ten letters and digits', () => {
    const names = ['AB', 'A1', 'ABCDEFGHIJ', 'A', '1A', 'ABCDEFGHIJK', ' AB', 'AB '];
    expect(names.filter((name) => UNDERLYING_SYMBOL.test(name))).toEqual(names.slice(0, 3));
  });

  test.each([
    'BTC-27DEC26-100000',
    'BTC-27DEC26-100000-X',
    'BTC-27DEC26-0100000-C',
    'BTC-27DEC26-12.50-C',
    'BTC-27DEC26-12.0-C',
    'BTC-27DEC26-12.345-C',
    'BTC-27DEC26-0-C',
    'BTC-27DEC26--5-C',
    'BTC-07DEC26-100000-C',
    'BTC-31NOV26-100000-C',
    'BTC-27DEC26T0800-100000-C',
    'BTC-27DEC26T2400-100000-C',
    'BTC-27DEC26T0960-100000-C',
    'BTC-27ABC26-100000-C',
    'btc-27DEC26-100000-C',
    'BTC-27DEC26-100000-C-',
    'BTC-27DEC26-100000-C\0',
    '',
  ])('refuse %j, which is not the one spelling of a series', (symbol) => {
    expect(parseSymbol(symbol)).toBeNull();
  });

  test('come back from text as they went in', () => {
    const minute = fc.integer({ min: 946_684_800 / 60, max: 4_102_444_740 / 60 });
    fc.assert(
      fc.property(
        minute,
        fc.bigInt({ min: 1n, max: 99_999_999n }),
        fc.constantFrom(OptionKind.OPTION_KIND_CALL, OptionKind.OPTION_KIND_PUT),
        (minutes, cents, kind) => {
          const name = {
            underlying: 'BTC',
            expirySeconds: BigInt(minutes) * 60n,
            strikeUusd: cents * 10_000n,
            kind,
          };
          expect(parseSymbol(formatSymbol(name))).toEqual(name);
        },
      ),
    );
  });

  test('have one spelling: whatever parses is written the same way', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[1-9][0-9]?(JAN|FEB|DEC)[0-9]{2}(T[0-9]{4})?$/), (text) => {
        const seconds = parseExpiry(text);
        if (seconds !== null) expect(formatExpiry(seconds)).toBe(text);
      }),
    );
    expect(parseStrike('100000.01')).toBe(100_000_010_000n);
  });
});
