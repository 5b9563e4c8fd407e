import * as options from '../../../proto/gen/tenor.options.v1.ts';
import { toJson } from '../../../proto/json.ts';
import type { Reader } from '../../port.ts';
import { describeAll } from '../../series.ts';
import { withoutNulls } from '../mergePatch.ts';
import type { JsonObject } from '../mergePatch.ts';
import type { Source } from '../source.ts';

const PAGE = 500;
/** Series of an underlying that are shown: far more than its calendar lists. */
const SERIES_MAX = 5_000;

function seriesOf(reader: Reader, underlying: string): options.Series[] {
  const found: options.Series[] = [];
  for (let afterId = 0n; found.length < SERIES_MAX;) {
    const page = reader.ask(
      '/tenor.options.v1.Query/Series',
      options.QuerySeriesRequest,
      options.QuerySeriesResponse,
      { underlying, expirySeconds: 0n, afterId, limit: PAGE },
    );
    found.push(...page.series);
    if (page.nextAfterId === undefined) break;
    afterId = page.nextAfterId;
  }
  return found;
}

function oneSeries(reader: Reader, symbol: string): options.Series[] {
  const { series } = reader.ask(
    '/tenor.options.v1.Query/SeriesBySymbol',
    options.QuerySeriesBySymbolRequest,
    options.QuerySeriesBySymbolResponse,
    { symbol },
  );
  return series === undefined ? [] : [series];
}

/** Mark, Greeks, best prices and open interest by series: of an underlying, or of one. */
export function tickerSource({ symbol = '', underlying = '' }): Source {
  return {
    read: (reader) => {
      const found = symbol === '' ? seriesOf(reader, underlying) : oneSeries(reader, symbol);
      const described = describeAll(reader, found).map(
        (series) => [series.symbol, withoutNulls(toJson(series))] as const,
      );
      const series: JsonObject = Object.fromEntries(described);
      return { series };
    },
    follows: { touched: () => false, everyBlock: true },
  };
}
