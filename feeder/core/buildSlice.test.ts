import { describe, expect, test } from '@jest/globals';
import { SURFACE_NODES, YEAR_SECONDS } from '../../app/lib/surfaceNodes.ts';
import { buildSlice } from './buildSlice.ts';
import type { OptionQuote } from './buildSlice.ts';

const NOW = 1_800_000_000;
const YEARS = 0.25;
const FORWARD = 100;

/** Both kinds at ln(K/F)/sqrt(years) = z; the in-the-money one with nonsense for a volatility. */
function quotesAt(z: number, vol: number): OptionQuote[] {
  const strike = FORWARD * Math.exp(z * Math.sqrt(YEARS));
  const common = { expirySeconds: NOW + YEARS * YEAR_SECONDS, strike, forward: FORWARD };
  const outOfTheMoney = z < 0 ? 'P' : 'C';
  return [
    { ...common, kind: 'C', vol: outOfTheMoney === 'C' ? vol : 9 },
    { ...common, kind: 'P', vol: outOfTheMoney === 'P' ? vol : 9 },
  ];
}

describe('a slice', () => {
  test('is linear between strikes and flat beyond, from the out-of-the-money side', () => {
    const quotes = [quotesAt(1, 0.6), quotesAt(-1, 0.8), quotesAt(0, 0.5)].flat();
    const slice = buildSlice(quotes, NOW)!;
    expect(slice.forward).toBe(FORWARD);
    const expected = [0.8, 0.8, 0.68, 0.59, 0.5, 0.53, 0.56, 0.6, 0.6];
    slice.vols.forEach((vol, i) => expect(vol).toBeCloseTo(expected[i]!, 12));
    expect(slice.vols).toHaveLength(SURFACE_NODES.length);
  });

  test('takes the middle of the forwards', () => {
    const quotes = [quotesAt(1, 0.6), quotesAt(-1, 0.8), quotesAt(0.1, 0.5)].flat();
    const slice = buildSlice([{ ...quotes[0]!, forward: 120 }, ...quotes.slice(1)], NOW)!;
    expect(slice.forward).toBe(FORWARD);
  });

  test.each([
    ['nothing is listed', []],
    ['there are two strikes', [quotesAt(-1, 0.6), quotesAt(1, 0.6)].flat()],
    ['every strike is above the forward', [0.1, 0.2, 0.3, 0.4].flatMap((z) => quotesAt(z, 0.6))],
  ])('is not there when %s', (_, quotes) => {
    expect(buildSlice(quotes, NOW)).toBeNull();
  });

  test('is not there once it has expired', () => {
    const quotes = [-1, 0, 1].flatMap((z) => quotesAt(z, 0.6));
    expect(buildSlice(quotes, NOW + YEARS * YEAR_SECONDS)).toBeNull();
  });
});
