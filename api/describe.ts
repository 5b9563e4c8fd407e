import type * as clob from '../proto/gen/tenor.clob.v1.ts';
import type * as margin from '../proto/gen/tenor.margin.v1.ts';
import { ExpiryStatus } from '../proto/gen/tenor.options.v1.ts';
import type { Expiry, Series } from '../proto/gen/tenor.options.v1.ts';
import { formatExpiry } from '../app/modules/options/core/index.ts';

// Records as REST shows them: what does not exist is null, in every one of them.

const KINDS = { 0: 'none', 1: 'call', 2: 'put' } as const;

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
    mark: describeMark(mark),
    bid: best?.bid ?? null,
    ask: best?.ask ?? null,
  };
}

/** What does not exist is null: all of it without an index, most of it without a surface. */
function describeMark(mark: margin.Mark | undefined) {
  if (mark === undefined) return null;
  const {
    markUusd = null,
    vol = null,
    delta = null,
    gamma = null,
    vega = null,
    theta = null,
  } = mark;
  return { ...mark, markUusd, vol, delta, gamma, vega, theta };
}

/** An expiry is settled at a price, in a block, once it has both. */
export function describeExpiry(expiry: Expiry) {
  const { settlementUusd, settledHeight, lastSampleMs } = expiry;
  const isPriced = expiry.status >= ExpiryStatus.EXPIRY_STATUS_SETTLING;
  const isSettled = expiry.status === ExpiryStatus.EXPIRY_STATUS_SETTLED;
  return {
    ...expiry,
    settlementUusd: isPriced ? settlementUusd : null,
    settledHeight: isSettled ? settledHeight : null,
    lastSampleMs: lastSampleMs === 0n ? null : lastSampleMs,
  };
}
