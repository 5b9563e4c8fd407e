import { describe, expect, test } from '@jest/globals';
import { SURFACE_NODES, YEAR_SECONDS } from '../../app/lib/surfaceNodes.ts';
import { black76Price } from '../../app/lib/math/black76.ts';
import { listExpiries, listStrikes } from './listing.ts';
import { forwardOf, volAt } from './smile.ts';

const dates = (iso: string): string[] =>
  listExpiries(Date.parse(iso)).map((s) => new Date(s * 1000).toISOString().slice(0, 10));

describe('the listing', () => {
  test('has three days, three weeks, three months and four quarters, none twice', () => {
    expect(dates('2026-11-22T19:00:00Z')).toEqual([
      '2026-11-23',
      '2026-11-24',
      '2026-11-25',
      '2026-11-27',
      '2026-12-04',
      '2026-12-11',
      '2026-12-25',
      '2027-01-29',
      '2027-03-26',
      '2027-06-25',
      '2027-09-24',
    ]);
  });

  test('drops an expiry at 08:00 UTC sharp', () => {
    expect(dates('2026-11-23T07:59:59.999Z')[0]).toBe('2026-11-23');
    expect(dates('2026-11-23T08:00:00Z')[0]).toBe('2026-11-24');
  });

  test.each([0.6, 95, 3_200, 64_000])(
    'has whole strikes, none twice, around a forward of %d',
    (forward) => {
      for (const years of [1 / 365, 0.1, 1]) {
        const strikes = listStrikes(forward, years);
        expect(strikes.every((k) => Number.isInteger(k) && k > 0)).toBe(true);
        expect(new Set(strikes).size).toBe(strikes.length);
      }
    },
  );

  test('reaches the outermost nodes of the surface', () => {
    for (const years of [1 / 365, 0.1, 1]) {
      const strikes = listStrikes(64_000, years);
      const z = (k: number): number => Math.log(k / 64_000) / Math.sqrt(years);
      expect(z(strikes[0]!)).toBeLessThan(SURFACE_NODES[0]!);
      expect(z(strikes.at(-1)!)).toBeGreaterThan(SURFACE_NODES.at(-1)!);
    }
  });
});

describe('the smile', () => {
  const days = [1, 2, 7, 30, 90, 365];
  const grid = Array.from({ length: 71 }, (_, i) => -1.75 + i * 0.05);

  test('has no butterfly arbitrage: call prices fall with the strike, and less and less', () => {
    for (const years of days.map((d) => (d * 86_400) / YEAR_SECONDS)) {
      const forward = forwardOf(64_000, 0.05, years);
      const calls = grid.map((z) => {
        const strike = forward * Math.exp(z * Math.sqrt(years));
        const vol = volAt(0.55, z, years);
        return { strike, price: black76Price(true, forward, strike, vol * vol * years) };
      });
      const slopes = calls.slice(1).map((c, i) => {
        const left = calls[i]!;
        return (c.price - left.price) / (c.strike - left.strike);
      });
      expect(slopes.every((s) => s <= 0 && s >= -1)).toBe(true);
      expect(slopes.slice(1).every((s, i) => s >= slopes[i]!)).toBe(true);
    }
  });

  test('has no calendar arbitrage: total variance at a moneyness grows with time', () => {
    for (const k of [-0.05, 0, 0.05]) {
      const variances = days.map((d) => {
        const years = (d * 86_400) / YEAR_SECONDS;
        return volAt(0.55, k / Math.sqrt(years), years) ** 2 * years;
      });
      expect(variances.slice(1).every((v, i) => v > variances[i]!)).toBe(true);
    }
  });
});
