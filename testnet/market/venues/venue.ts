import type { View } from '../view.ts';

export interface Answer {
  readonly status: number;
  readonly body: object;
}

/**
 * How one venue writes. The documentation that these follow is named in feeder/sources, which
 * reads the same formats.
 */
export interface Venue {
  /** The answer to GET of a path below the source's own. */
  rest(view: View, path: string, query: Readonly<Record<string, string>>): Answer;
  /** What it answers in trouble. */
  readonly trouble: Answer;
  readonly stream: {
    /** Below the source's own path. */
    readonly path: string;
    /** Channels that the address itself asks for. */
    fromQuery?(query: URLSearchParams): readonly string[];
    /** Channels that a message asks for; none in any other message. */
    fromMessage(message: unknown): readonly string[];
    /** What is answered to a message, if anything. */
    reply(text: string, message: unknown): object | string | null;
    /** Whether it is long, and pushed once in a while only. */
    isSlow?(channel: string): boolean;
    /** What is pushed to who asked for a channel; null where there is no such channel. */
    push(view: View, channel: string): object | null;
  };
}

export const ok = (body: object): Answer => ({ status: 200, body });

/** A symbol and quote whose name on the venue this is. */
export function find(
  view: View,
  quotes: readonly string[],
  name: string,
  of: (symbol: string, quote: string) => string,
): { symbol: string; quote: string } | null {
  for (const symbol of view.symbols) {
    const quote = quotes.find((q) => q !== symbol && of(symbol, q) === name);
    if (quote !== undefined) return { symbol, quote };
  }
  return null;
}

export const asObject = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};

export const asStrings = (value: unknown): string[] =>
  Array.isArray(value) ? value.filter((v) => typeof v === 'string') : [];

const MONTHS = ['JAN', 'FEB', 'MAR', 'APR', 'MAY', 'JUN', 'JUL', 'AUG', 'SEP', 'OCT', 'NOV', 'DEC'];

/** 27DEC26, and 5DEC26 without a leading zero. */
export function dayMonthYear(seconds: number): string {
  const date = new Date(seconds * 1000);
  const year = String(date.getUTCFullYear() % 100).padStart(2, '0');
  return `${date.getUTCDate()}${MONTHS[date.getUTCMonth()]!}${year}`;
}
