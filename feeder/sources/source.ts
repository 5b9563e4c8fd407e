import type { OptionQuote } from '../core/buildSmile.ts';

/** An answer that cannot be used, and why, for the log. */
export class SourceError extends Error {}

/** An index price as one answer gives it. */
export interface Tick {
  /** USD for one unit. */
  readonly price: number;
  /** The venue's own time of this price, Unix ms, where the format has one. */
  readonly timeMs?: number;
  /** Equal as long as the venue repeats the same state: where there is no time, it dates it. */
  readonly fingerprint: string;
}

export interface OptionChain {
  readonly quotes: readonly OptionQuote[];
  /** The youngest quote's time, Unix ms. */
  readonly timeMs: number;
}

/** A public API: paths to append to the base URL, and strict readers of the answers. */
export interface Source {
  tickPath(instrument: string): string;
  /** Throws SourceError. */
  parseTick(body: unknown, instrument: string): Tick;
  readonly options?: {
    path(instrument: string): string;
    /** Quotes made before `oldestMs` are left out. Throws SourceError when none is usable. */
    parse(body: unknown, instrument: string, oldestMs: number): OptionChain;
  };
}

export type Fields = Readonly<Record<string, unknown>>;

export function fields(value: unknown, what: string): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields;
  throw new SourceError(`${what} is not an object`);
}

/** 1e9 USD keeps prices in uusd well inside the safe integers. */
const MAX_PRICE = 1e9;
const MIN_PRICE = 1e-6;

export function priceOf(value: unknown, what: string): number {
  if (typeof value === 'number' && value >= MIN_PRICE && value <= MAX_PRICE) return value;
  throw new SourceError(`${what} is ${show(value)}, not a price`);
}

/** A price as a plain decimal string: no sign, no exponent. */
export function priceOfString(value: unknown, what: string): number {
  if (typeof value !== 'string' || !/^\d{1,12}(\.\d{1,18})?$/.test(value)) {
    throw new SourceError(`${what} is ${show(value)}, not a price`);
  }
  return priceOf(Number(value), what);
}

/** A value for an error message, cut short. */
export const show = (value: unknown): string =>
  value === undefined ? 'missing' : JSON.stringify(value).slice(0, 100);

/** The middle one of bid, ask and last, which one odd trade cannot move. Refuses a crossed book. */
export function middle(bid: number, ask: number, last: number): number {
  if (bid > ask) throw new SourceError(`bid ${bid} is above ask ${ask}`);
  return Math.min(Math.max(last, bid), ask);
}
