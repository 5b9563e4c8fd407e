import { ListingCalendar } from '../../../../proto/gen/tenor.options.v1.ts';

/** Seconds throughout this file are Unix time, as safe integers. */
export interface CalendarRule {
  readonly calendar: ListingCalendar;
  /** So many expiries ahead that no higher calendar lists. */
  readonly count: number;
  readonly intervalSeconds: number;
}

export interface ListedExpiry {
  readonly expirySeconds: number;
  readonly calendar: ListingCalendar;
}

export interface Schedule {
  /** In order of time. */
  readonly expiries: readonly ListedExpiry[];
  /** Until this block time, exclusive, the answer stays the same. */
  readonly validUntilMs: number;
}

const DAY = 86_400;
const WEEK = 7 * DAY;
const EIGHT_HOURS = 28_800;
/** 1 January 1970 was a Thursday. */
const FIRST_FRIDAY = DAY + EIGHT_HOURS;

/** The lowest first: a date of several calendars belongs to the highest. */
const RANK: Readonly<Record<ListingCalendar, number>> = {
  [ListingCalendar.LISTING_CALENDAR_NONE]: 0,
  [ListingCalendar.LISTING_CALENDAR_INTERVAL]: 1,
  [ListingCalendar.LISTING_CALENDAR_DAILY]: 2,
  [ListingCalendar.LISTING_CALENDAR_WEEKLY]: 3,
  [ListingCalendar.LISTING_CALENDAR_MONTHLY]: 4,
  [ListingCalendar.LISTING_CALENDAR_QUARTERLY]: 5,
};

/** 08:00 UTC of the last Friday of a month; months count from January 1970. */
export function lastFriday(month: number): number {
  const year = 1970 + Math.floor(month / 12);
  const lastDay = Date.UTC(year, (month % 12) + 1, 0) / 1000 / DAY;
  const sinceFriday = (lastDay + 6) % 7;
  return (lastDay - sinceFriday) * DAY + EIGHT_HOURS;
}

function* every(from: number, interval: number, phase: number): Generator<number> {
  for (let at = Math.ceil((from - phase) / interval) * interval + phase; ; at += interval) yield at;
}

function* lastFridays(from: number, everyMonths: number): Generator<number> {
  const start = new Date(from * 1000);
  let month = (start.getUTCFullYear() - 1970) * 12 + start.getUTCMonth();
  // Quarters end in March, June, September and December.
  for (; ; month++) {
    if ((month + 1) % everyMonths !== 0) continue;
    const expiry = lastFriday(month);
    if (expiry >= from) yield expiry;
  }
}

/** Expiries of a calendar at or after `from`, in order of time, without end. */
export function datesOf(rule: CalendarRule, from: number): Generator<number> {
  switch (rule.calendar) {
    case ListingCalendar.LISTING_CALENDAR_INTERVAL:
      return every(from, rule.intervalSeconds, 0);
    case ListingCalendar.LISTING_CALENDAR_WEEKLY:
      return every(from, WEEK, FIRST_FRIDAY);
    case ListingCalendar.LISTING_CALENDAR_MONTHLY:
      return lastFridays(from, 1);
    case ListingCalendar.LISTING_CALENDAR_QUARTERLY:
      return lastFridays(from, 3);
    case ListingCalendar.LISTING_CALENDAR_DAILY:
    case ListingCalendar.LISTING_CALENDAR_NONE:
      return every(from, DAY, EIGHT_HOURS);
  }
}

/**
 * The expiries that must be listed at a block time: for each rule its next `count` dates, at least
 * `leadSeconds` and at most `horizonSeconds` away. A date of several calendars counts for the
 * highest, and the lower ones take their next (docs/adr/031).
 */
export function scheduleAt(
  rules: readonly CalendarRule[],
  nowMs: number,
  leadSeconds: number,
  horizonSeconds: number,
): Schedule {
  const from = Math.ceil(nowMs / 1000 + leadSeconds);
  const highestFirst = [...rules].sort((a, b) => RANK[b.calendar] - RANK[a.calendar]);
  const byDate = new Map<number, ListedExpiry>();
  for (const rule of highestFirst) {
    let left = rule.count;
    if (left === 0) continue;
    for (const expirySeconds of datesOf(rule, from)) {
      if (byDate.has(expirySeconds)) continue;
      byDate.set(expirySeconds, { expirySeconds, calendar: rule.calendar });
      if (--left === 0) break;
    }
  }
  const all = [...byDate.values()].sort((a, b) => a.expirySeconds - b.expirySeconds);
  let validUntilMs = Number.MAX_SAFE_INTEGER;
  for (const { expirySeconds } of all) {
    const entersMs = (expirySeconds - horizonSeconds) * 1000;
    const leavesMs = (expirySeconds - leadSeconds) * 1000 + 1;
    validUntilMs = Math.min(validUntilMs, entersMs > nowMs ? entersMs : leavesMs);
  }
  const expiries = all.filter((e) => (e.expirySeconds - horizonSeconds) * 1000 <= nowMs);
  return { expiries, validUntilMs };
}
