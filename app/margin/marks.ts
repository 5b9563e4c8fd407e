import { ExpiryStatus, OptionKind } from '../../proto/gen/tenor.options.v1.ts';
import type { Series } from '../../proto/gen/tenor.options.v1.ts';
import {
  greeksAroundSettlement,
  priceAroundSettlement,
  settlementTerms,
} from '../lib/math/index.ts';
import type { Black76, SettlementTerms } from '../lib/math/index.ts';
import { expiryOf, optionsParams } from '../options/index.ts';
import { forwardAt, indexOf, surfaceOf, volAt } from '../oracle/index.ts';
import type { Slice } from '../oracle/index.ts';
import type { View } from '../runtime/context.ts';
import type { Attachment, Joined } from '../store/state.ts';

const USD = 1e6;

/** What all series of an underlying share in a block. */
interface UnderlyingMarks {
  /** USD. */
  readonly index: number;
  readonly confidence: number;
  readonly slices: readonly Slice[];
}

/** What all series of an expiry share in a block. */
interface ExpiryMarks {
  readonly forward: number;
  /** Present once the expiry is priced: USD. */
  readonly settlement: number | undefined;
  readonly terms: SettlementTerms;
  readonly secondsToExpiry: number;
}

/** A series' price with what it was made from, in USD and fractions a year. */
export interface SeriesMark {
  readonly index: number;
  readonly confidence: number;
  readonly forward: number;
  /** Undefined when no surface is there: then the mark is intrinsic and margin takes its bound. */
  readonly vol: number | undefined;
  readonly mark: number;
  readonly secondsToExpiry: number;
}

/**
 * Prices of a block, each made once: they follow from votes and samples that are in before the
 * first transaction. Dropped when writes are rolled back, so that nothing made from them remains.
 */
class MarkMemo implements Joined {
  readonly underlyings = new Map<number, UnderlyingMarks | null>();
  readonly expiries = new Map<string, ExpiryMarks>();
  readonly series = new Map<bigint, SeriesMark>();
  #key = '';

  for(view: View): this {
    const key = `${view.header.height}/${view.header.timeMs}`;
    if (key !== this.#key) this.#clear();
    this.#key = key;
    return this;
  }

  #clear(): void {
    this.underlyings.clear();
    this.expiries.clear();
    this.series.clear();
  }

  mark(): number {
    return 0;
  }

  rollback(): void {
    this.#clear();
  }

  flush(): void {
    this.#clear();
  }
}

const memo: Attachment<MarkMemo> = { name: 'margin/marks', create: () => new MarkMemo() };

/** The mark of a series at the block's time; undefined until its underlying has an index. */
export function markOf(view: View, series: Series): SeriesMark | undefined {
  const known = view.state.attach(memo).for(view).series;
  let mark = known.get(series.id);
  if (mark === undefined) {
    mark = priceSeries(view, series);
    if (mark !== undefined) known.set(series.id, mark);
  }
  return mark;
}

/** Price and Greeks of a series, for people. */
export function greeksOf(view: View, series: Series): Black76 | undefined {
  const mark = markOf(view, series);
  if (mark?.vol === undefined) return undefined;
  const { terms } = expiryMarks(view, series, mark.index)!;
  const isCall = series.kind === OptionKind.OPTION_KIND_CALL;
  return greeksAroundSettlement(isCall, mark.forward, strikeOf(series), mark.vol, terms);
}

const strikeOf = (series: Series) => Number(series.strikeUusd) / USD;

function priceSeries(view: View, series: Series): SeriesMark | undefined {
  const underlying = underlyingMarks(view, series.underlyingId);
  if (underlying === undefined) return undefined;
  const { index, confidence, slices } = underlying;
  const expiry = expiryMarks(view, series, index);
  if (expiry === undefined) return undefined;
  const { forward, settlement, terms, secondsToExpiry } = expiry;
  const strike = strikeOf(series);
  const isCall = series.kind === OptionKind.OPTION_KIND_CALL;
  const intrinsicAt = (price: number) => Math.max(isCall ? price - strike : strike - price, 0);
  const base = { index, confidence, forward, secondsToExpiry };
  if (settlement !== undefined) return { ...base, vol: 0, mark: intrinsicAt(settlement) };
  const nowSeconds = view.header.timeMs / 1000;
  const vol =
    secondsToExpiry === 0
      ? 0
      : volAt(slices, nowSeconds, Number(series.expirySeconds), forward, strike);
  if (vol === undefined) return { ...base, vol, mark: intrinsicAt(forward) };
  return { ...base, vol, mark: priceAroundSettlement(isCall, forward, strike, vol, terms) };
}

function underlyingMarks(view: View, underlyingId: number): UnderlyingMarks | undefined {
  const known = view.state.attach(memo).for(view).underlyings;
  let marks = known.get(underlyingId);
  if (marks === undefined) {
    const price = indexOf(view, underlyingId);
    marks =
      price === undefined
        ? null
        : {
            index: Number(price.indexUusd) / USD,
            confidence: price.confidence,
            slices: surfaceOf(view, underlyingId),
          };
    known.set(underlyingId, marks);
  }
  return marks ?? undefined;
}

function expiryMarks(view: View, series: Series, index: number): ExpiryMarks | undefined {
  const { underlyingId, expirySeconds } = series;
  const known = view.state.attach(memo).for(view).expiries;
  const key = `${underlyingId}/${expirySeconds}`;
  let marks = known.get(key);
  if (marks === undefined) {
    marks = priceExpiry(view, series, index);
    if (marks !== undefined) known.set(key, marks);
  }
  return marks;
}

function priceExpiry(
  view: View,
  { underlyingId, expirySeconds }: Series,
  index: number,
): ExpiryMarks | undefined {
  const expiry = expiryOf(view, underlyingId, expirySeconds);
  if (expiry === undefined) return undefined;
  const slices = underlyingMarks(view, underlyingId)!.slices;
  const nowSeconds = view.header.timeMs / 1000;
  const secondsToExpiry = Math.max(Number(expirySeconds) - nowSeconds, 0);
  const coveredSeconds = Number(expiry.coveredMs) / 1000;
  const isPriced =
    expiry.status === ExpiryStatus.EXPIRY_STATUS_SETTLING ||
    expiry.status === ExpiryStatus.EXPIRY_STATUS_SETTLED;
  // Expired without a sample yet: the index stands in for the average that has not begun.
  const noAverage = secondsToExpiry === 0 && coveredSeconds === 0;
  return {
    forward: forwardAt(slices, index, nowSeconds, Number(expirySeconds)),
    settlement: isPriced ? Number(expiry.settlementUusd) / USD : noAverage ? index : undefined,
    secondsToExpiry,
    terms: settlementTerms({
      secondsToExpiry,
      windowSeconds: Number(optionsParams.get(view).settlementWindowSeconds),
      weightedSum: Number(BigInt(expiry.weightedSum)) / USD / 1000,
      weightSeconds: noAverage ? 1 : coveredSeconds,
    }),
  };
}
