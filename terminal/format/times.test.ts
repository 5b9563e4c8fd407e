import { describe, expect, it } from '@jest/globals';
import { age, clockTime, day, moment, timeLeft } from './times.ts';

const AT = Date.UTC(2026, 11, 27, 8, 3, 9);

describe('times', () => {
  it('are in UTC unless asked otherwise, and say so', () => {
    expect(clockTime(AT, 'utc')).toBe('08:03:09');
    expect(day(AT, 'utc')).toBe('27 Dec 2026');
    expect(moment(AT, 'utc')).toBe('27 Dec 2026 08:03:09 UTC');
  });
  it('to go are in the two largest units, and never negative', () => {
    const second = 1_000;
    expect([0, 59, 60, 3_661, 90_000].map((s) => timeLeft(s * second))).toEqual([
      ...['0s', '59s', '1m 0s', '1h 1m', '1d 1h'],
    ]);
    expect(timeLeft(-5_000)).toBe('0s');
  });
  it('of what is young are exact', () => {
    expect([800, 12_000, 200_000].map(age)).toEqual(['0.8s', '12s', '3m']);
  });
});
