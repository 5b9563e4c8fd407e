import { describe, expect, it } from '@jest/globals';
import { candleOf, withTick } from './candles.ts';
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
  it('are dollars, but of a volatility index percent', () => {
    const usd = { openUusd: '1500000', highUusd: '2000000', lowUusd: '1000000', closeUusd: '5' };
    expect(candleOf('index', { timeMs: '61999', ...usd })).toEqual({
      ...{ time: 61, open: 1.5, high: 2, low: 1, close: 0.000005 },
    });
    const ppm = { openPpm: '520000', highPpm: '531250', lowPpm: '510000', closePpm: '525000' };
    expect(candleOf('vol-index', { timeMs: '60000', ...ppm })).toEqual({
      ...{ time: 60, open: 52, high: 53.125, low: 51, close: 52.5 },
    });
  });
  it('take nothing from before the last one', () => {
    const known = of([120, 5]);
    expect(withTick(known, 60, 119, 99)).toBe(known);
  });
});
