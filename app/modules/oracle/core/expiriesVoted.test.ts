import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { EXPIRIES_VOTED, expiriesVoted } from './expiriesVoted.ts';

const days = (nowMs: number) =>
  expiriesVoted(nowMs).map((s) => new Date(s * 1_000).toISOString().slice(0, 16));

test('the next two days, Fridays, months and quarters are voted on, then further quarters', () => {
  expect(days(Date.UTC(2026, 10, 23, 6))).toEqual([
    ...['2026-11-23T08:00', '2026-11-24T08:00', '2026-11-27T08:00', '2026-12-04T08:00'],
    ...['2026-12-25T08:00', '2027-03-26T08:00', '2027-06-25T08:00', '2027-09-24T08:00'],
  ]);
});

test('a month is among them where it is no quarter, and tomorrow may be a Friday', () => {
  // A Thursday: Friday is the second day, and the first Friday.
  expect(days(Date.UTC(2027, 0, 7, 6))).toEqual([
    ...['2027-01-07T08:00', '2027-01-08T08:00', '2027-01-15T08:00', '2027-01-29T08:00'],
    ...['2027-02-26T08:00', '2027-03-26T08:00', '2027-06-25T08:00', '2027-09-24T08:00'],
  ]);
});

test('the last one is 400 days ahead of ten minutes from now, and no second more', () => {
  const last = Date.UTC(2027, 11, 31, 8);
  const from = last - 400 * 86_400_000 - 600_000;
  expect(days(from).at(-1)).toBe('2027-12-31T08:00');
  expect(days(from - 1_000).at(-1)).toBe('2027-09-24T08:00');
});

test('an expiry goes ten minutes before its time, and the next of its kind appears', () => {
  const eight = Date.UTC(2026, 10, 24, 8);
  expect(days(eight - 600_000)[0]).toBe('2026-11-24T08:00');
  expect(days(eight - 599_999).slice(0, 2)).toEqual(['2026-11-25T08:00', '2026-11-26T08:00']);
});

test('there are never more than eight, in order, ahead, and within 400 days', () => {
  const start = Date.UTC(2026, 0, 1);
  fc.assert(
    fc.property(fc.integer({ min: 0, max: 10 * 365 * 86_400 }), (seconds) => {
      const nowSeconds = start / 1_000 + seconds;
      const found = expiriesVoted(nowSeconds * 1_000);
      expect(found.length).toBeGreaterThan(EXPIRIES_VOTED - 3);
      expect(found.length).toBeLessThanOrEqual(EXPIRIES_VOTED);
      expect(found).toEqual([...new Set(found)].sort((a, b) => a - b));
      expect(found[0]! - nowSeconds).toBeGreaterThanOrEqual(600);
      expect(found.at(-1)! - nowSeconds).toBeLessThanOrEqual(400 * 86_400 + 600);
    }),
    { numRuns: 300 },
  );
});
