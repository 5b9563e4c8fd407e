import { describe, expect, it } from '@jest/globals';
import { withTick } from './candles.ts';
import type { Candle } from './candles.ts';

const of = (...ticks: readonly (readonly [number, number])[]) =>
  ticks.reduce<readonly Candle[]>((all, [at, usd]) => withTick(all, 60, at, usd), []);

describe('candles', () => {
  it('hold the first, highest, lowest and last price of their time', () => {
    expect(of([61, 10], [70, 14], [80, 8], [119, 9])).toEqual([
      { time: 60, open: 10, high: 14, low: 8, close: 9 },
    ]);
  });
  it('begin anew with their time, and have none where nothing happened', () => {
    expect(of([0, 1], [59, 2], [180, 3]).map(({ time, close }) => [time, close])).toEqual([
      [0, 2],
      [180, 3],
    ]);
  });
  it('take nothing from before the last one', () => {
    const known = of([120, 5]);
    expect(withTick(known, 60, 119, 99)).toBe(known);
  });
});
