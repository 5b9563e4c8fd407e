import { describe, expect, test } from '@jest/globals';
import type { OptionQuote } from './buildSmile.ts';
import { Evidence } from './evidence.ts';
import { readChain } from './readChain.ts';

const NOW = 1_800_000_000_000;
const EXPIRY = NOW / 1000 + 30 * 86_400;
const row = (strike: number, changes: Partial<OptionQuote> = {}): OptionQuote => ({
  ...{ expirySeconds: EXPIRY, strike, kind: strike < 100 ? 'P' : 'C', vol: 0.5 },
  ...{ forward: 100, quoted: true, timeMs: NOW, ...changes },
});
const rows = [80, 90, 100, 110, 120].map((strike) => row(strike));
const read = (quotes: readonly OptionQuote[], evidence = new Evidence(), nowMs = NOW) =>
  readChain({ reference: 99, quote: 'USD', quotes }, evidence, nowMs - 60_000, nowMs);

describe('a chain', () => {
  test('has the basis, the volatilities and the age of each expiry', () => {
    const { expiries } = read(rows.map((r) => ({ ...r, timeMs: NOW - 3_000 })));
    expect(expiries).toMatchObject([{ expirySeconds: EXPIRY, basis: 100 / 99 }]);
    expect(expiries[0]!.seenMs).toBe(NOW - 3_000);
    expect(expiries[0]!.vols[4]).toBeCloseTo(0.5, 12);
  });

  test('that repeats itself ages, however its times roll', () => {
    const evidence = new Evidence();
    read(rows, evidence);
    const later = rows.map((r) => ({ ...r, timeMs: NOW + 30_000 }));
    expect(read(later, evidence, NOW + 30_000).expiries[0]!.seenMs).toBe(NOW);
    const moved = later.map((r, i) => (i === 1 ? { ...r, vol: 0.51 } : r));
    expect(read(moved, evidence, NOW + 30_000).expiries[0]!.seenMs).toBe(NOW + 30_000);
  });

  test('loses rows with an odd forward, from the future or too old, and those alone', () => {
    const odd = [
      row(70, { forward: 150, vol: 4 }),
      row(75, { timeMs: NOW + 5_001, vol: 4 }),
      row(85, { timeMs: NOW - 60_001, vol: 4 }),
    ];
    expect(read([...odd, ...rows])).toEqual(read(rows));
  });

  test('has no expiry whose strikes are all on one side', () => {
    expect(read(rows.filter((r) => r.strike > 100)).expiries).toEqual([]);
  });
});
