import type * as clob from '../proto/gen/tenor.clob.v1.ts';
import type * as margin from '../proto/gen/tenor.margin.v1.ts';
import type { Series } from '../proto/gen/tenor.options.v1.ts';
import { formatExpiry } from '../app/modules/options/core/index.ts';

/** How feeds stand, by number. */
export const FEED_STATUSES = ['none', 'live', 'stale', 'halted', 'recovering'] as const;
const KINDS = { 0: 'none', 1: 'call', 2: 'put' } as const;

/** A series as REST shows it. */
export function describeSeries(
  series: Series,
  mark: margin.Mark | undefined,
  best: clob.BestPrices | undefined,
) {
  const { openInterest, ...rest } = series;
  return {
    ...rest,
    kind: KINDS[series.kind],
    expiry: formatExpiry(series.expirySeconds),
    openInterest,
    mark: mark === undefined ? null : { ...mark, statusName: FEED_STATUSES[mark.status] },
    bid: best?.bid ?? null,
    ask: best?.ask ?? null,
    ...(best?.levels === undefined ? {} : { levels: best.levels }),
  };
}
