/** An answer that cannot be used, and why, for the log. */
export class SourceError extends Error {}

export type Fields = Readonly<Record<string, unknown>>;

export function fields(value: unknown, what: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new SourceError(`${what} is ${show(value)}, not an object`);
}

export function list(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value;
  throw new SourceError(`${what} is ${show(value)}, not a list`);
}

/** A value for an error message, cut short. */
export const show = (value: unknown): string =>
  value === undefined ? 'missing' : JSON.stringify(value).slice(0, 100);

const DECIMAL = /^[+-]?(\d{1,40}(\.\d{0,40})?|\.\d{1,40})([eE][+-]?\d{1,3})?$/;

/** A number, or one in a string, plain or in scientific notation; null for everything else. */
export function numberOf(value: unknown): number | null {
  const read = typeof value === 'string' && DECIMAL.test(value) ? Number(value) : value;
  return typeof read === 'number' && Number.isFinite(read) ? read : null;
}

/** 1e9 USD keeps prices in uusd well inside the safe integers. */
const MAX_PRICE = 1e9;
const MIN_PRICE = 1e-6;

export function priceOf(value: unknown, what: string): number {
  const price = numberOf(value);
  if (price !== null && price >= MIN_PRICE && price <= MAX_PRICE) return price;
  throw new SourceError(`${what} is ${show(value)}, not a price`);
}

/** 2001 to 2286: seconds and microseconds are none. */
const MIN_TIME_MS = 1e12;
const MAX_TIME_MS = 1e13;

/** Unix milliseconds. */
export function timeOf(value: unknown, what: string): number {
  const time = numberOf(value);
  if (time !== null && time >= MIN_TIME_MS && time < MAX_TIME_MS) return time;
  throw new SourceError(`${what} is ${show(value)}, not a time in milliseconds`);
}

const ISO_UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z$/;

export function isoTimeOf(value: unknown, what: string): number {
  const ms = typeof value === 'string' && ISO_UTC.test(value) ? Date.parse(value) : NaN;
  if (!Number.isNaN(ms)) return ms;
  throw new SourceError(`${what} is ${show(value)}, not a time`);
}

/** A book whose sides are further apart than this share of their middle says nothing. */
const MAX_SPREAD = 0.05;

/**
 * The price of a book: the middle one of bid, ask and last trade, which one odd trade cannot move,
 * or half way between bid and ask. Refuses one that is empty, one-sided, crossed or too wide.
 */
export function bookPrice(book: { bid: unknown; ask: unknown; last?: unknown }): number {
  const [bid, ask] = [side(book.bid, 'bid'), side(book.ask, 'ask')];
  if (bid === null && ask === null) throw new SourceError('the book is empty');
  if (bid === null || ask === null) {
    throw new SourceError(`the book is one-sided: there is no ${bid === null ? 'bid' : 'ask'}`);
  }
  if (bid > ask) throw new SourceError(`the book is crossed: bid ${bid} is above ask ${ask}`);
  const middle = (bid + ask) / 2;
  if (ask - bid > MAX_SPREAD * middle) {
    throw new SourceError(`the book is too wide: bid ${bid}, ask ${ask}`);
  }
  if (book.last === undefined) return middle;
  return Math.min(Math.max(priceOf(book.last, 'last'), bid), ask);
}

/** Null for a side that is not there: venues leave it out, or write null, "" or 0. */
function side(value: unknown, what: string): number | null {
  if (value === undefined || value === null || value === '') return null;
  if (numberOf(value) === 0) return null;
  return priceOf(value, what);
}

/** The first price of a level such as ["64000.1", "0.5"], or of a list of them. */
export const firstOf = (value: unknown): unknown =>
  Array.isArray(value) ? (value[0] as unknown) : value;

/** What an instrument such as BTC-USDT, XBTUSD or btcusd is quoted in. */
export function quoteOf(instrument: string): string {
  return /(USDT|USDC|USD)$/.exec(instrument.toUpperCase())?.[1] ?? 'USD';
}

/** A string or number as text; else nothing: an object may have a `toString` that is none. */
export function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}
