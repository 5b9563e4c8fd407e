import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { OptionKind } from '../../../../proto/gen/tenor.options.v1.ts';
import { formatExpiry, formatSymbol, parseExpiry, parseStrike, parseSymbol } from './symbol.ts';

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
