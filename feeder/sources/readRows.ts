import { impliedVol } from '../../app/lib/math/index.ts';
import { YEAR_SECONDS } from '../../app/lib/surfaceNodes.ts';
import type { OptionQuote } from '../core/buildSmile.ts';
import { trustedVol } from '../core/trustedVol.ts';
import { SourceError, fields, list, numberOf, priceOf, show } from './values.ts';
import type { Fields } from './values.ts';

/** One row of a chain as its venue writes it; `year` in two digits, `month` 1 to 12. */
export interface Row {
  readonly year: string | undefined;
  readonly month: number;
  readonly day: string | undefined;
  readonly strike: string | undefined;
  readonly kind: string | undefined;
  readonly forward: unknown;
  readonly timeMs: number;
  /** As fractions; what is no volatility is none. */
  readonly vols: { readonly mark: unknown; readonly bid?: unknown; readonly ask?: unknown };
  /** Where the venue gives prices and not volatilities of its book: per unit of forward. */
  readonly prices?: {
    readonly bid: number | null;
    readonly ask: number | null;
    toVol(price: number, moneyness: number, kind: 'C' | 'P', years: number): number | null;
  };
}

export interface Rows {
  readonly quotes: readonly OptionQuote[];
  readonly oddRows: number;
  readonly oddRow: string;
}

/** A forward further than this factor from the index is not a matter of carry. */
const MAX_BASIS = 2;

/**
 * Reads a chain row by row: an odd one is counted and costs nobody else. `read` gives null for
 * what is about something else and throws SourceError for what makes no sense. Throws SourceError
 * when nothing is left.
 */
export function readRows(
  rows: readonly unknown[],
  reference: number,
  read: (row: Fields) => Row | null,
): Rows {
  const quotes: OptionQuote[] = [];
  let oddRows = 0;
  let oddRow = '';
  for (const item of list(rows, 'rows')) {
    try {
      const row = read(fields(item, 'a row'));
      const quote = row === null ? null : quoteOf(row, reference);
      if (quote !== null) quotes.push(quote);
    } catch (error) {
      if (!(error instanceof SourceError)) throw error;
      oddRows += 1;
      if (oddRow === '') oddRow = error.message;
    }
  }
  if (quotes.length > 0) return { quotes, oddRows, oddRow };
  throw new SourceError(`no usable option in the answer${oddRow === '' ? '' : `: ${oddRow}`}`);
}

/** Null without a volatility that can be trusted. */
function quoteOf(row: Row, reference: number): OptionQuote | null {
  const forward = priceOf(row.forward, 'the forward');
  if (forward > reference * MAX_BASIS || forward * MAX_BASIS < reference) {
    throw new SourceError(`the forward ${forward} is far from the index ${reference}`);
  }
  const strike = priceOf(row.strike, 'the strike');
  const kind = row.kind as 'C' | 'P';
  const expirySeconds = expiryOf(row);
  const years = (expirySeconds - row.timeMs / 1000) / YEAR_SECONDS;
  const { mark, bid, ask } = row.vols;
  const vol = (price: number | null): number | null =>
    price === null || price <= 0 || years <= 0
      ? null
      : row.prices!.toVol(price, strike / forward, kind, years);
  const trusted = trustedVol({
    mark: numberOf(mark),
    bid: row.prices === undefined ? numberOf(bid) : vol(row.prices.bid),
    ask: row.prices === undefined ? numberOf(ask) : vol(row.prices.ask),
  });
  if (trusted === null) return null;
  return { expirySeconds, strike, kind, forward, timeMs: row.timeMs, ...trusted };
}

/** Of every venue read here, in UTC. */
const EXPIRY_HOUR = 8;

function expiryOf({ year, month, day }: Row): number {
  const ms = Date.UTC(2000 + Number(year), month - 1, Number(day), EXPIRY_HOUR);
  const date = new Date(ms);
  // 30FEB27 would be the second of March.
  if (date.getUTCDate() === Number(day) && date.getUTCMonth() === month - 1) return ms / 1000;
  throw new SourceError(`${show(day)} of month ${month} of ${show(year)} is no date`);
}

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** 1 of JAN. */
export function monthOf(name: string | undefined): number {
  const at = MONTHS.indexOf(name ?? '');
  if (at >= 0) return at + 1;
  throw new SourceError(`${show(name)} is no month`);
}

/** The volatility of a price per unit of forward, at a strike per unit of forward. */
export function impliedVolOf(
  price: number,
  moneyness: number,
  kind: 'C' | 'P',
  years: number,
): number | null {
  const found = impliedVol(kind === 'C', price, 1, moneyness, years);
  return found.ok ? found.sigma : null;
}
