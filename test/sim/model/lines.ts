import type { Line, Quotes, Series } from './types.ts';

/** A series with what margin is judged by. */
export const pricesOf = (
  series: Series,
  quotes: Quotes,
): Pick<Line, 'series' | 'mark' | 'doubt'> => ({
  series,
  mark: quotes.mark(series),
  doubt: quotes.doubt(series),
});
