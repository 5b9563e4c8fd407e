import { ExpiryStatus, OptionKind } from '../../proto/gen/tenor.options.v1.ts';
import type { Series } from '../../proto/gen/tenor.options.v1.ts';
import {
  greeksAroundSettlement,
  lnRatio,
  priceAroundSettlement,
  settlementTerms,
  sliceVariance,
  surfaceAt,
} from '../lib/math/index.ts';
import type { Black76, SettlementTerms, SurfaceSlice } from '../lib/math/index.ts';
import { expiryOf, optionsParams } from '../options/index.ts';
import { GasMeter } from '../lib/gas.ts';
import { forwardAt, indexOf, surfaceOf, yearsTo } from '../oracle/index.ts';
import type { VolSurface } from '../oracle/index.ts';
import type { View } from '../runtime/context.ts';
import type { Attachment, Joined } from '../store/state.ts';

const USD = 1e6;
/**
 * Wings are linear in total variance, so that a strike far beyond them minutes before expiry can
 * have any volatility; above this one its price no longer changes, and the risk core's bound ends.
 */
const VOL_MAX = 1_000;

/** What all series of an underlying share in a block. */
interface UnderlyingMarks {
  /** USD. */
  readonly index: number;
  readonly confidence: number;
  readonly volSurface: VolSurface;
}

/** What all series of an expiry share in a block. */
interface ExpiryMarks {
  readonly forward: number;
  /** Present once the expiry is priced: USD. */
  readonly settlement: number | undefined;
  readonly terms: SettlementTerms;
  readonly secondsToExpiry: number;
  /** Undefined when no surface is there. */
  readonly smile: Smile | undefined;
}

/** The surface at one expiry. */
interface Smile {
  readonly years: number;
  readonly slice: SurfaceSlice;
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
 * first transaction, and from parameters. Dropped when a transaction changes those, and when writes
 * are rolled back, so that nothing made from them remains.
 */
class MarkMemo implements Joined {
  readonly underlyings = new Map<number, UnderlyingMarks | null>();
  readonly expiries = new Map<string, ExpiryMarks>();
  readonly series = new Map<bigint, SeriesMark>();
  #height = -1;
  #timeMs = -1;
  #params: unknown;

  for(view: View): this {
    const { height, timeMs } = view.header;
    const params = optionsParams.get(unmetered(view));
    if (height !== this.#height || timeMs !== this.#timeMs || params !== this.#params) {
      this.#clear();
      [this.#height, this.#timeMs, this.#params] = [height, timeMs, params];
    }
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

/**
 * What a block's prices cost is not charged to the transaction that happens to ask first: gas does
 * not depend on what the memo holds.
 */
const unmetered = (view: View): View => ({ state: view.state, header: view.header, gas: NO_LIMIT });
const NO_LIMIT = new GasMeter(Infinity);

const memo: Attachment<MarkMemo> = { name: 'margin/marks', create: () => new MarkMemo() };

/** The mark of a series at the block's time; undefined until its underlying has an index. */
export function markOf(view: View, series: Series): SeriesMark | undefined {
  const known = view.state.attach(memo).for(view).series;
  let mark = known.get(series.id);
  if (mark === undefined) {
    mark = priceSeries(unmetered(view), series);
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
  const { index, confidence } = underlying;
  const expiry = expiryMarks(view, series, index);
  if (expiry === undefined) return undefined;
  const { forward, settlement, terms, secondsToExpiry, smile } = expiry;
  const strike = strikeOf(series);
  const isCall = series.kind === OptionKind.OPTION_KIND_CALL;
  const intrinsicAt = (price: number) => Math.max(isCall ? price - strike : strike - price, 0);
  const base = { index, confidence, forward, secondsToExpiry };
  if (settlement !== undefined) return { ...base, vol: 0, mark: intrinsicAt(settlement) };
  const vol = secondsToExpiry === 0 ? 0 : smile && volAt(smile, forward, strike);
  if (vol === undefined) return { ...base, vol, mark: intrinsicAt(forward) };
  return { ...base, vol, mark: priceAroundSettlement(isCall, forward, strike, vol, terms) };
}

function volAt({ years, slice }: Smile, forward: number, strike: number): number {
  const variance = sliceVariance(slice, lnRatio(strike, forward));
  return Math.min(Math.sqrt(variance / years), VOL_MAX);
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
            volSurface: surfaceOf(view, underlyingId),
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
  const { forwards, surface } = underlyingMarks(view, underlyingId)!.volSurface;
  const { timeMs } = view.header;
  const secondsToExpiry = Math.max(Number(expirySeconds) - timeMs / 1000, 0);
  const years = yearsTo(Number(expirySeconds), timeMs);
  const coveredSeconds = Number(expiry.coveredMs) / 1000;
  const isPriced =
    expiry.status === ExpiryStatus.EXPIRY_STATUS_SETTLING ||
    expiry.status === ExpiryStatus.EXPIRY_STATUS_SETTLED;
  // Expired without a sample yet: the index stands in for the average that has not begun.
  const noAverage = secondsToExpiry === 0 && coveredSeconds === 0;
  return {
    forward: forwardAt(forwards, index, timeMs, Number(expirySeconds)),
    settlement: isPriced ? Number(expiry.settlementUusd) / USD : noAverage ? index : undefined,
    secondsToExpiry,
    smile:
      surface === undefined || years === 0
        ? undefined
        : { years, slice: surfaceAt(surface, years) },
    terms: settlementTerms({
      secondsToExpiry,
      windowSeconds: Number(optionsParams.get(view).settlementWindowSeconds),
      weightedSum: Number(BigInt(expiry.weightedSum)) / USD / 1000,
      weightSeconds: noAverage ? 1 : coveredSeconds,
    }),
  };
}
