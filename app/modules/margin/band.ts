import type { Params } from '../../../proto/gen/tenor.margin.v1.ts';
import type { Series } from '../../../proto/gen/tenor.options.v1.ts';
import { termsOf } from '../accounts/index.ts';
import { indexUusdOf, requireFeeds } from '../oracle/index.ts';
import type { View } from '../../runtime/context.ts';
import { marginErrors } from './errors.ts';
import { BlockMemo } from './judge/blockMemo.ts';
import { markOf } from './marks.ts';
import { params } from './params.ts';

const PPM = 1_000_000n;

/** Prices of a series between which it may trade, in uusd. */
export interface Band {
  readonly markUusd: bigint;
  readonly lowUusd: bigint;
  readonly highUusd: bigint;
}

/** Each made once a block. */
const memo = new BlockMemo('margin/bands', (memory) => memory.map<bigint, Band>());

const ceilDiv = (a: bigint, b: bigint) => (a + b - 1n) / b;
const larger = (a: bigint, b: bigint) => (a > b ? a : b);

/**
 * The band around the mark: a share of the mark, or of the index where that is wider. Undefined
 * while a feed that the mark rests on is not fresh.
 */
export function bandOf(view: View, series: Series): Band | undefined {
  return markOf(view, series)?.quality.isFresh === true ? bandAt(view, series) : undefined;
}

/** Why a series has no band, in words: the feed that is not fresh. */
export function whyNoBand(view: View, series: Series): string {
  const mark = markOf(view, series);
  if (mark === undefined) return 'there is no index yet';
  return requireFeeds(view, 'open', mark.quality.feeds) ?? 'there are no volatilities yet';
}

/** The band at the last known prices, live or not. */
export function bandAt(view: View, series: Series): Band | undefined {
  return memo.get(view).get(series.id, (unmetered) => makeBand(unmetered, series));
}

function makeBand(view: View, series: Series): Band | undefined {
  const mark = markOf(view, series);
  if (mark === undefined) return undefined;
  const { priceBandPpm, priceBandIndexPpm } = params.get(view);
  const markUusd = BigInt(Math.round(mark.mark * 1e6));
  const indexUusd = BigInt(Math.round(mark.index * 1e6));
  const width = larger(
    (markUusd * BigInt(priceBandPpm)) / PPM,
    (indexUusd * BigInt(priceBandIndexPpm)) / PPM,
  );
  return {
    markUusd,
    lowUusd: markUusd > width ? markUusd - width : 0n,
    highUusd: markUusd + width,
  };
}

/**
 * Fee of a fill, in uusd: a share of index notional by its owner's tier, at most a share of the
 * premium; rounded up.
 * `quantity` in 1e-4 contracts, `priceUusd` a contract.
 */
export function fillFee(
  view: View,
  series: Series,
  priceUusd: bigint,
  quantity: bigint,
  { isMaker, owner }: { readonly isMaker: boolean; readonly owner: string },
): bigint {
  const { makerFeePpm, takerFeePpm } = params.get(view);
  const { makerSharePpm, takerSharePpm } = termsOf(view, owner);
  const [rate, share] = isMaker ? [makerFeePpm, makerSharePpm] : [takerFeePpm, takerSharePpm];
  return feeAt(view, series, priceUusd, quantity, rate, share);
}

/** The fee of a taker in the lowest tier: the most that a fill of now costs. */
export function fullFee(view: View, series: Series, priceUusd: bigint, quantity: bigint): bigint {
  return feeAt(view, series, priceUusd, quantity, params.get(view).takerFeePpm);
}

/** The most that an order may pay, as maker or taker, until the index has doubled. */
export function mostFee(view: View, series: Series, priceUusd: bigint, quantity: bigint): bigint {
  return feeAt(view, series, priceUusd, quantity, mostFeePpm(params.get(view)));
}

export const mostFeePpm = ({ makerFeePpm, takerFeePpm }: Params): number =>
  2 * Math.max(makerFeePpm, takerFeePpm);

function feeAt(
  view: View,
  { underlyingId }: Series,
  priceUusd: bigint,
  quantity: bigint,
  ratePpm: number,
  sharePpm = Number(PPM),
): bigint {
  const indexUusd = indexUusdOf(view, underlyingId);
  if (indexUusd === undefined) throw marginErrors.noPrice('the underlying has no index yet');
  const unit = PPM * 10_000n;
  const rate = BigInt(ratePpm) * BigInt(sharePpm);
  const fee = ceilDiv(indexUusd * quantity * rate, unit * PPM);
  const cap = ceilDiv(priceUusd * quantity * BigInt(params.get(view).feeCapPpm), unit);
  return fee < cap ? fee : cap;
}

/** The mark of a series in uusd a contract; undefined while it has none. */
export function markUusdOf(view: View, series: Series): bigint | undefined {
  const mark = markOf(view, series);
  return mark === undefined ? undefined : BigInt(Math.round(mark.mark * 1e6));
}
