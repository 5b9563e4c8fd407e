import * as clob from '../proto/gen/tenor.clob.v1.ts';
import * as margin from '../proto/gen/tenor.margin.v1.ts';
import type * as options from '../proto/gen/tenor.options.v1.ts';
import { describeSeries } from './describe.ts';
import type { Reader } from './port.ts';

const MARGIN = '/tenor.margin.v1.Query';

type ExpiryOf = Pick<options.Series, 'symbol' | 'expirySeconds'>;

/** Marks and best prices by series, asked for once an expiry, with so many levels of books. */
function pricesOf(reader: Reader, series: readonly ExpiryOf[], depth: number) {
  const expiries = new Map(
    series.map(({ symbol, expirySeconds }) => {
      const underlying = symbol.split('-')[0]!;
      return [`${underlying} ${expirySeconds}`, { underlying, expirySeconds }] as const;
    }),
  );
  const all = [...expiries.values()];
  const marks = all.flatMap((expiry) => marksOf(reader, expiry));
  const best = all.flatMap((expiry) => bestOf(reader, depth > 0 ? { ...expiry, depth } : expiry));
  return {
    marks: new Map(marks.map((mark) => [mark.seriesId, mark])),
    best: new Map(best.map((prices) => [prices.seriesId, prices])),
  };
}

function bestOf(reader: Reader, request: clob.QueryBestPricesRequest): clob.BestPrices[] {
  const path = '/tenor.clob.v1.Query/BestPrices';
  return reader.ask(path, clob.QueryBestPricesRequest, clob.QueryBestPricesResponse, request)
    .series;
}

function marksOf(reader: Reader, request: Omit<margin.QueryMarksRequest, 'symbol'>): margin.Mark[] {
  const { QueryMarksRequest, QueryMarksResponse } = margin;
  const all = { ...request, symbol: '' };
  return reader.ask(`${MARGIN}/Marks`, QueryMarksRequest, QueryMarksResponse, all).marks;
}

/** Series as REST and streams show them, with their marks, best prices and, if wanted, books. */
export function describeAll(reader: Reader, series: readonly options.Series[], depth = 0) {
  const { marks, best } = pricesOf(reader, series, depth);
  return series.map((s) => describeSeries(s, marks.get(s.id), best.get(s.id)));
}
