import { describe, expect, test } from '@jest/globals';
import { tickAt } from './ticks.ts';
import { heldMs, settlementPrice } from './twap.ts';

const window = { maxSampleMs: 10_000, startMs: 100_000, endMs: 200_000 };

describe('the settlement average', () => {
  test('counts a sample for the time since the one before', () => {
    expect(heldMs({ ...window, timeMs: 150_000, previousMs: 149_000 })).toBe(1000);
  });

  test('counts no sample for longer than the maximum', () => {
    expect(heldMs({ ...window, timeMs: 150_000, previousMs: 110_000 })).toBe(10_000);
  });

  test('counts only what lies inside the window', () => {
    expect(heldMs({ ...window, timeMs: 101_000, previousMs: 0 })).toBe(1000);
    expect(heldMs({ ...window, timeMs: 201_500, previousMs: 199_000 })).toBe(1000);
    expect(heldMs({ ...window, timeMs: 260_000, previousMs: 199_000 })).toBe(0);
    expect(heldMs({ ...window, timeMs: 260_000, previousMs: 199_000, endMs: Infinity })).toBe(
      10_000,
    );
    expect(heldMs({ ...window, timeMs: 99_000, previousMs: 0 })).toBe(0);
  });

  test('is rounded once to a cent, a half up', () => {
    expect(settlementPrice(64_000_004_999n * 7n, 7n)).toBe(64_000_000_000n);
    expect(settlementPrice(64_000_005_000n * 7n, 7n)).toBe(64_000_010_000n);
    expect(settlementPrice(100_000_000n * 1000n + 100_010_000n * 1001n, 2001n)).toBe(100_010_000n);
    expect(() => settlementPrice(0n, 0n)).toThrow('no time');
  });
});

test('a price has the tick of its step', () => {
  const ticks = [
    { fromUusd: 0n, tickUusd: 1n },
    { fromUusd: 100n, tickUusd: 5n },
  ];
  expect([0n, 99n, 100n, 1000n].map((price) => tickAt(ticks, price))).toEqual([1n, 1n, 5n, 5n]);
});
