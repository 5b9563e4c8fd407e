import { ExpiryStatus, OptionKind } from '../../../proto/gen/tenor.options.v1.ts';
import type { Expiry, Params, Series, Underlying } from '../../../proto/gen/tenor.options.v1.ts';
import { defined } from '../../lib/assert.ts';
import type { Ctx, View } from '../../runtime/context.ts';
import {
  deltaStrikes,
  formatSymbol,
  sameStrikes,
  scheduleAt,
  stepAt,
  strikesAround,
} from './core/index.ts';
import type { ListedExpiry, Schedule } from './core/index.ts';
import { liveExpiries } from './instruments.ts';
import { liveIndex } from './liveIndex.ts';
import type { IndexLookup } from './liveIndex.ts';
import type { DeltaLookup } from './liveSmile.ts';
import { params } from './params.ts';
import { saveExpiry, saveNewSeries } from './records.ts';
import * as state from './state.ts';

const KINDS = [OptionKind.OPTION_KIND_CALL, OptionKind.OPTION_KIND_PUT] as const;
const MAX_PRICE_UUSD = 1n << 64n;
const MINUTE_MS = 60_000;
const PPM = 1_000_000;

/**
 * Lists what the calendar and the index ask for, at most `maxListingsPerBlock` series in a block;
 * the rest follows in the next ones. Nothing is listed without a live index. Once nothing is left
 * to do, an underlying is left alone until a time, or until its index leaves a range: the usual
 * block costs one comparison an underlying.
 */
export function listSeries(ctx: Ctx, indexOf: IndexLookup, deltasAt: DeltaLookup): void {
  const p = params.get(ctx);
  let schedule: Schedule | undefined;
  let budget = p.maxListingsPerBlock;
  const live = p.underlyings.flatMap((underlying) => {
    const index = underlying.enabled ? liveIndex(ctx, underlying.id, indexOf) : undefined;
    return index === undefined ? [] : [{ underlying, indexUusd: index.indexUusd }];
  });
  for (const { underlying, indexUusd } of live) {
    if (isQuiet(ctx, underlying.id, indexUusd)) continue;
    schedule ??= scheduleOf(ctx, p);
    budget = listUnderlying(ctx, underlying, indexUusd, schedule, budget);
  }
  // What is at the money of any underlying comes before what is far from it of another.
  for (const { underlying, indexUusd } of live) {
    budget = listByDelta(ctx, underlying, indexUusd, deltasAt, budget);
  }
}

/**
 * Once a minute: strikes out to a delta, by the surface, of every expiry that may still be listed.
 * The minute is over with when nothing is left to list, in the next blocks if need be. Returns what
 * is left of the budget.
 */
function listByDelta(
  ctx: Ctx,
  underlying: Underlying,
  indexUusd: bigint,
  deltasAt: DeltaLookup,
  budget: number,
): number {
  const { id, deltaStrikesEachSide: most } = underlying;
  const minute = BigInt(Math.floor(ctx.header.timeMs / MINUTE_MS));
  if (most === 0 || budget === 0 || state.deltaListings.get(ctx, id) === minute) return budget;
  let left = budget;
  let isSeen = false;
  for (const expiry of listable(ctx, id)) {
    const deltaOf = deltasAt(ctx, id, expiry.expirySeconds);
    if (deltaOf === undefined) continue;
    isSeen = true;
    const expirySeconds = Number(expiry.expirySeconds);
    const step = stepAt(underlying.strikeSteps, expirySeconds, ctx.header.timeMs);
    const { stepUusd } = defined(step, 'the strike step of any tenor');
    const rule = { eachSide: underlying.strikesEachSide, most, deltaOf };
    const leastDelta = underlying.leastDeltaPpm / PPM;
    const strikes = deltaStrikes(indexUusd, stepUusd, { ...rule, leastDelta });
    const listed = { expirySeconds, calendar: expiry.calendar };
    for (const terms of missing(ctx, underlying, listed, strikes)) {
      if (left === 0) return 0;
      list(ctx, listed, terms);
      left--;
    }
  }
  if (isSeen) state.deltaListings.set(ctx, id, minute);
  return left;
}

/** Expiries of an underlying that trade and are not too near for new series. */
export function listable(view: View, underlyingId: number): Expiry[] {
  const from =
    BigInt(Math.ceil(view.header.timeMs / 1000)) + params.get(view).minListingLeadSeconds;
  return liveExpiries(view).filter(
    (expiry) =>
      expiry.underlyingId === underlyingId &&
      expiry.status === ExpiryStatus.EXPIRY_STATUS_TRADING &&
      expiry.expirySeconds >= from,
  );
}

function isQuiet(ctx: Ctx, underlyingId: number, indexUusd: bigint): boolean {
  const quiet = state.quiet.get(ctx, underlyingId);
  if (quiet === undefined || ctx.header.timeMs >= quiet.untilMs) return false;
  return indexUusd >= quiet.fromUusd && indexUusd < quiet.toUusd;
}

function scheduleOf(view: View, p: Params): Schedule {
  const rules = p.listing.map(({ calendar, count, intervalSeconds }) => ({
    calendar,
    count,
    intervalSeconds: Number(intervalSeconds),
  }));
  const lead = Number(p.minListingLeadSeconds);
  return scheduleAt(rules, view.header.timeMs, lead, Number(p.maxExpirySeconds));
}

/** Returns what is left of the budget. */
function listUnderlying(
  ctx: Ctx,
  underlying: Underlying,
  indexUusd: bigint,
  schedule: Schedule,
  budget: number,
): number {
  let left = budget;
  let { validUntilMs: untilMs } = schedule;
  let fromUusd = 0n;
  let toUusd = MAX_PRICE_UUSD;
  for (const expiry of schedule.expiries) {
    const step = stepAt(underlying.strikeSteps, expiry.expirySeconds, ctx.header.timeMs);
    const { stepUusd, validUntilMs } = defined(step, 'the strike step of any tenor');
    const range = sameStrikes(indexUusd, stepUusd);
    if (range.fromUusd > fromUusd) fromUusd = range.fromUusd;
    if (range.toUusd < toUusd) toUusd = range.toUusd;
    untilMs = Math.min(untilMs, validUntilMs);
    const strikes = strikesAround(indexUusd, stepUusd, underlying.strikesEachSide);
    for (const terms of missing(ctx, underlying, expiry, strikes)) {
      if (left === 0) return 0;
      list(ctx, expiry, terms);
      left--;
    }
  }
  state.quiet.set(ctx, underlying.id, { fromUusd, toUusd, untilMs });
  return left;
}

type Terms = Pick<Series, 'symbol' | 'underlyingId' | 'expirySeconds' | 'strikeUusd' | 'kind'>;

function* missing(
  view: View,
  { id, symbol: underlying }: Underlying,
  expiry: ListedExpiry,
  strikes: readonly bigint[],
): Generator<Terms> {
  const expirySeconds = BigInt(expiry.expirySeconds);
  for (const strikeUusd of strikes) {
    for (const kind of KINDS) {
      const symbol = formatSymbol({ underlying, expirySeconds, strikeUusd, kind });
      if (state.seriesIds.has(view, symbol)) continue;
      yield { symbol, underlyingId: id, expirySeconds, strikeUusd, kind };
    }
  }
}

function list(ctx: Ctx, { calendar }: ListedExpiry, terms: Terms): void {
  const { underlyingId, expirySeconds, symbol } = terms;
  if (!state.expiries.has(ctx, [underlyingId, expirySeconds])) {
    saveExpiry(ctx, {
      ...{ underlyingId, expirySeconds, calendar },
      status: ExpiryStatus.EXPIRY_STATUS_TRADING,
      ...{ paidOutUusd: 0n, coveredMs: 0n, weightedSum: '0' },
    });
  }
  const id = state.nextSeriesId.must(ctx);
  state.nextSeriesId.set(ctx, id + 1n);
  saveNewSeries(ctx, { id, ...terms, openInterest: 0n, traded: false });
  ctx.emit('series_listed', { series: symbol, series_id: id.toString() });
}
