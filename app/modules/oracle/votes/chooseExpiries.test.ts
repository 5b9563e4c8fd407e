import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { chooseExpiries } from './chooseExpiries.ts';

const DAY = 86_400;
const NOW = 1_800_000_000;
const days = (...list: number[]): number[] => list.map((d) => NOW + d * DAY);

describe('the expiries of a report', () => {
  test('are all of them when there are few', () => {
    expect(chooseExpiries(days(7, 1, 2), NOW, 6)).toEqual(days(1, 2, 7));
  });

  test('are the nearest, the furthest, and an even spread of log tenor between', () => {
    const listed = days(1, 2, 3, 5, 12, 19, 26, 33, 61, 96, 187, 278, 365);
    expect(chooseExpiries(listed, NOW, 6)).toEqual(days(1, 3, 12, 33, 96, 365));
  });

  test('leave out what is about to expire, has expired, or is too far away', () => {
    const listed = [NOW - 1, NOW, NOW + 599, NOW + 600, NOW + 400 * DAY, NOW + 400 * DAY + 1];
    expect(chooseExpiries(listed, NOW, 6)).toEqual([NOW + 600, NOW + 400 * DAY]);
  });

  test('are the same for clocks that differ within the hour, in any order of listing', () => {
    const tenors = fc.uniqueArray(fc.integer({ min: 4, max: 9_000 }), { minLength: 7 });
    const seconds = fc.integer({ min: 0, max: 3_599 });
    fc.assert(
      fc.property(tenors, seconds, seconds, (hours, a, b) => {
        const listed = hours.map((h) => NOW + h * 3_600);
        const chosen = chooseExpiries(listed, NOW + a, 6);
        expect(chosen).toHaveLength(6);
        expect(chosen[0]).toBe(Math.min(...listed));
        expect(chooseExpiries([...listed].reverse(), NOW + b, 6)).toEqual(chosen);
      }),
    );
  });
});
