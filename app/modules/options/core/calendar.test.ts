import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { ListingCalendar } from '../../../../proto/gen/tenor.options.v1.ts';
import { lastFriday, scheduleAt } from './calendar.ts';
import type { CalendarRule } from './calendar.ts';
import { formatExpiry } from './symbol.ts';

const DAY = 86_400;
const rule = (calendar: ListingCalendar, count: number, intervalSeconds = 0): CalendarRule => ({
  ...{ calendar, count, intervalSeconds },
});
const {
  LISTING_CALENDAR_DAILY: DAILY,
  LISTING_CALENDAR_WEEKLY: WEEKLY,
  LISTING_CALENDAR_MONTHLY: MONTHLY,
  LISTING_CALENDAR_QUARTERLY: QUARTERLY,
  LISTING_CALENDAR_INTERVAL: INTERVAL,
} = ListingCalendar;
const venue = [rule(DAILY, 3), rule(WEEKLY, 3), rule(MONTHLY, 3), rule(QUARTERLY, 4)];

function names(rules: readonly CalendarRule[], now: string, lead = 3600): string[] {
  return scheduleAt(rules, Date.parse(now), lead, 400 * DAY).expiries.map(
    ({ expirySeconds, calendar }) => `${formatExpiry(BigInt(expirySeconds))}/${calendar}`,
  );
}

describe('the calendar', () => {
  test('lists dailies, weeklies, monthlies and quarterlies, each date once', () => {
    // Monday: the Friday of that week is a weekly, 27 November the last Friday of the month.
    expect(names(venue, '2026-11-16T12:00:00Z')).toEqual([
      ...['17NOV26/1', '18NOV26/1', '19NOV26/1'],
      ...['20NOV26/2', '27NOV26/3', '4DEC26/2', '11DEC26/2'],
      ...['25DEC26/4', '29JAN27/3', '26FEB27/3', '26MAR27/4', '25JUN27/4', '24SEP27/4'],
    ]);
  });

  test('gives a date of several calendars to the highest, and the lower ones their next', () => {
    // Thursday: tomorrow is the last Friday of December.
    expect(names(venue, '2026-12-24T09:00:00Z').slice(0, 4)).toEqual([
      ...['25DEC26/4', '26DEC26/1', '27DEC26/1', '28DEC26/1'],
    ]);
  });

  test('lists nothing nearer than the lead', () => {
    expect(names([rule(DAILY, 1)], '2026-11-16T07:00:00Z')).toEqual(['16NOV26/1']);
    expect(names([rule(DAILY, 1)], '2026-11-16T07:00:00.001Z')).toEqual(['17NOV26/1']);
  });

  test('lists every so many seconds for networks with fast expiries', () => {
    const fast = [rule(INTERVAL, 3, 120), rule(DAILY, 1)];
    expect(names(fast, '2026-11-16T07:56:30Z', 60)).toEqual([
      ...['16NOV26T0758/5', '16NOV26/1', '16NOV26T0802/5', '16NOV26T0804/5'],
    ]);
  });

  test('knows the last Fridays', () => {
    const names = [10, 11, 1].map((month) => formatExpiry(BigInt(lastFriday(56 * 12 + month))));
    expect(names).toEqual(['27NOV26', '25DEC26', '27FEB26']);
  });

  test('lists nothing beyond the horizon, until it comes near enough', () => {
    const now = Date.parse('2026-11-16T12:00:00Z');
    const { expiries, validUntilMs } = scheduleAt([rule(QUARTERLY, 2)], now, 3600, 100 * DAY);
    expect(expiries.map((e) => formatExpiry(BigInt(e.expirySeconds)))).toEqual(['25DEC26']);
    expect(new Date(validUntilMs).toISOString()).toBe('2026-12-16T08:00:00.000Z');
  });

  test('lists what comes to the horizon just now, until the next one leaves', () => {
    const now = Date.parse('2026-09-16T08:00:00Z');
    const at = (nowMs: number) => scheduleAt([rule(QUARTERLY, 2)], nowMs, 3600, 100 * DAY);
    const listed = (nowMs: number) =>
      at(nowMs).expiries.map((e) => formatExpiry(BigInt(e.expirySeconds)));
    expect([listed(now - 1), listed(now)]).toEqual([['25SEP26'], ['25SEP26', '25DEC26']]);
    expect(new Date(at(now).validUntilMs).toISOString()).toBe('2026-09-25T07:00:00.001Z');
    expect(at(now - 1).validUntilMs).toBe(now);
  });

  test('lists none of a calendar that has none ahead', () => {
    expect(names([rule(DAILY, 0), rule(WEEKLY, 1)], '2026-11-16T07:00:00Z')).toEqual(['20NOV26/2']);
  });

  test('stays the same until it says, and changes then', () => {
    const from = Date.parse('2026-01-01T00:00:00Z');
    const rules = fc.constantFrom(venue, [rule(INTERVAL, 3, 120), rule(DAILY, 1)]);
    const ms = fc.integer({ min: 0, max: 700 * DAY * 1000 });
    const lead = fc.integer({ min: 1, max: 7200 });
    const horizon = fc.constantFrom(20 * DAY, 400 * DAY);
    fc.assert(
      fc.property(rules, ms, lead, horizon, fc.double({ min: 0, max: 1, noNaN: true }), (...of) => {
        const [list, after, leadSeconds, horizonSeconds, share] = of;
        const at = (nowMs: number) => scheduleAt(list, nowMs, leadSeconds, horizonSeconds);
        const now = from + after;
        const { expiries, validUntilMs } = at(now);
        const between = now + Math.floor((validUntilMs - 1 - now) * share);
        expect(at(between).expiries).toEqual(expiries);
        expect(at(validUntilMs - 1).expiries).toEqual(expiries);
        expect(at(validUntilMs).expiries).not.toEqual(expiries);
      }),
      { numRuns: 300 },
    );
  });
});
