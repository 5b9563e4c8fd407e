import { describe, expect, test } from '@jest/globals';
import { SURFACE_NODES, YEAR_SECONDS } from '../../app/lib/surfaceNodes.ts';
import { buildSmile } from './buildSmile.ts';
import type { OptionQuote } from './buildSmile.ts';

const NOW = 1_800_000_000;
const YEARS = 0.25;
const FORWARD = 100;

const quote = { quoted: true, timeMs: NOW * 1000 };

/** Both kinds at ln(K/F)/sqrt(years) = z; the in-the-money one with nonsense for a volatility. */
function quotesAt(z: number, vol: number): OptionQuote[] {
  const strike = FORWARD * Math.exp(z * Math.sqrt(YEARS));
  const common = { expirySeconds: NOW + YEARS * YEAR_SECONDS, strike, forward: FORWARD, ...quote };
  const outOfTheMoney = z < 0 ? 'P' : 'C';
  return [
    { ...common, kind: 'C', vol: outOfTheMoney === 'C' ? vol : 9 },
    { ...common, kind: 'P', vol: outOfTheMoney === 'P' ? vol : 9 },
  ];
}

describe('a smile', () => {
  test('is linear between strikes and flat beyond, from the out-of-the-money side', () => {
    const quotes = [quotesAt(1, 0.6), quotesAt(-1, 0.8), quotesAt(0, 0.5)].flat();
    const smile = buildSmile(quotes, NOW)!;
    expect(smile.forward).toBe(FORWARD);
    const expected = [0.8, 0.8, 0.68, 0.59, 0.5, 0.53, 0.56, 0.6, 0.6];
    smile.vols.forEach((vol, i) => expect(vol).toBeCloseTo(expected[i]!, 12));
    expect(smile.vols).toHaveLength(SURFACE_NODES.length);
  });

  test('says which nodes lie beyond its last quotes', () => {
    const quotes = [quotesAt(0.7, 0.6), quotesAt(-1, 0.8), quotesAt(0, 0.5)].flat();
    expect(buildSmile(quotes, NOW)!.extrapolated.toString(2)).toBe('110000001');
    const wide = [quotesAt(1.7, 0.6), quotesAt(-1.7, 0.8), quotesAt(0, 0.5)].flat();
    expect(buildSmile(wide, NOW)!.extrapolated).toBe(0);
    // A strike without a book lends its volatility, and no reach.
    const marks = wide.map((q) => ({ ...q, quoted: Math.abs(q.strike - FORWARD) < 1 }));
    expect(buildSmile(marks, NOW)!).toMatchObject({ extrapolated: 0b111101111 });
    expect(buildSmile(marks, NOW)!.vols).toEqual(buildSmile(wide, NOW)!.vols);
  });

  test('takes the middle of the forwards', () => {
    const quotes = [quotesAt(1, 0.6), quotesAt(-1, 0.8), quotesAt(0.1, 0.5)].flat();
    const smile = buildSmile([{ ...quotes[0]!, forward: 120 }, ...quotes.slice(1)], NOW)!;
    expect(smile.forward).toBe(FORWARD);
  });

  test.each([
    ['nothing is listed', []],
    ['there are two strikes', [quotesAt(-1, 0.6), quotesAt(1, 0.6)].flat()],
    ['every strike is above the forward', [0.1, 0.2, 0.3, 0.4].flatMap((z) => quotesAt(z, 0.6))],
  ])('is not there when %s', (_, quotes) => {
    expect(buildSmile(quotes, NOW)).toBeNull();
  });

  test('is not there once it has expired', () => {
    const quotes = [-1, 0, 1].flatMap((z) => quotesAt(z, 0.6));
    expect(buildSmile(quotes, NOW + YEARS * YEAR_SECONDS)).toBeNull();
  });
});
