import { ListingCalendar, Params } from '../../../proto/gen/tenor.options.v1.ts';
import type { ListingRule, Underlying } from '../../../proto/gen/tenor.options.v1.ts';
import type { Ctx } from '../../runtime/context.ts';
import { runtimeErrors } from '../../runtime/errors.ts';
import type { ParamsSpec } from '../../runtime/module.ts';
import { Params as ParamsItem } from '../../runtime/params.ts';
import { CENT_UUSD, UNDERLYING_SYMBOL } from './core/index.ts';
import { deltaListings, quiet } from './state.ts';

const MAX_UNDERLYINGS = 64;
const MAX_STRIKES_EACH_SIDE = 50;
const MAX_RULE_COUNT = 12;
const MAX_PER_BLOCK = 1000;
const MAX_PPM = 1_000_000;
const DAY_SECONDS = 86_400n;

const between = (v: number, low: number, high: number): boolean => v >= low && v <= high;

function wrongTicks({ symbol, ticks }: Underlying): string | null {
  if (ticks[0]?.fromUusd !== 0n) return `${symbol}: the first tick step starts at 0`;
  for (const [i, { fromUusd, tickUusd }] of ticks.entries()) {
    const before = ticks[i - 1];
    if (tickUusd === 0n || tickUusd % CENT_UUSD !== 0n) {
      return `${symbol}: a tick is a positive multiple of ${CENT_UUSD} uusd`;
    }
    if (before === undefined) continue;
    if (fromUusd <= before.fromUusd) return `${symbol}: tick steps ascend`;
    if (fromUusd % before.tickUusd !== 0n || fromUusd % tickUusd !== 0n) {
      return `${symbol}: a tick step starts at a multiple of both ticks`;
    }
  }
  return null;
}

function wrongSteps(underlying: Underlying): string | null {
  const { symbol, strikeSteps, strikesEachSide } = underlying;
  const { deltaStrikesEachSide, leastDeltaPpm, pruneDeltaPpm } = underlying;
  if (!between(strikesEachSide, 0, MAX_STRIKES_EACH_SIDE)) {
    return `${symbol}: strikes_each_side is 0 to ${MAX_STRIKES_EACH_SIDE}`;
  }
  if (!between(deltaStrikesEachSide, 0, MAX_STRIKES_EACH_SIDE)) {
    return `${symbol}: delta_strikes_each_side is 0 to ${MAX_STRIKES_EACH_SIDE}`;
  }
  if (deltaStrikesEachSide > 0 && !between(leastDeltaPpm, 1_000, MAX_PPM / 2)) {
    return `${symbol}: least_delta_ppm is 1000 to ${MAX_PPM / 2}`;
  }
  if (pruneDeltaPpm > 0 && pruneDeltaPpm * 2 > leastDeltaPpm) {
    return `${symbol}: prune_delta_ppm is at most half of least_delta_ppm, or 0`;
  }
  if (strikeSteps.at(-1)?.maxTenorSeconds !== 0n) {
    return `${symbol}: the last strike step is for any tenor (0)`;
  }
  for (const [i, { maxTenorSeconds, stepUusd }] of strikeSteps.entries()) {
    if (stepUusd === 0n || stepUusd % CENT_UUSD !== 0n) {
      return `${symbol}: a strike step is a positive multiple of ${CENT_UUSD} uusd`;
    }
    const before = strikeSteps[i - 1]?.maxTenorSeconds ?? 0n;
    const last = i === strikeSteps.length - 1;
    if (!last && maxTenorSeconds <= before) return `${symbol}: tenors of strike steps ascend`;
  }
  return null;
}

function wrongUnderlying(u: Underlying): string | null {
  if (!UNDERLYING_SYMBOL.test(u.symbol)) return `${u.symbol} is not a symbol: A-Z and 0-9, 2 to 10`;
  if (u.id === 0) return `${u.symbol}: ids are positive`;
  if (u.lot === 0n || u.minOrder === 0n) return `${u.symbol}: lot and min_order are positive`;
  if (u.minOrder % u.lot !== 0n || u.maxOrder % u.lot !== 0n || u.maxOrder < u.minOrder) {
    return `${u.symbol}: min_order and max_order are multiples of the lot, in order`;
  }
  // The matching core and the risk core count quantities in safe integers.
  if (u.maxOpenInterest > 1_000_000_000_000n) return `${u.symbol}: max_open_interest is over 1e12`;
  if (u.maxSeriesOpenInterest > u.maxOpenInterest || u.maxPosition > u.maxSeriesOpenInterest) {
    return `${u.symbol}: max_position ≤ max_series_open_interest ≤ max_open_interest`;
  }
  return wrongTicks(u) ?? wrongSteps(u);
}

function wrongRule({ name, calendar, count, intervalSeconds }: ListingRule): string | null {
  if (calendar === ListingCalendar.LISTING_CALENDAR_NONE) return `${name}: a calendar is needed`;
  if (!between(count, 1, MAX_RULE_COUNT)) return `${name}: count is 1 to ${MAX_RULE_COUNT}`;
  const interval = calendar === ListingCalendar.LISTING_CALENDAR_INTERVAL;
  if (!interval && intervalSeconds !== 0n) return `${name}: only interval rules have an interval`;
  if (interval && (intervalSeconds <= 0n || intervalSeconds % 60n !== 0n)) {
    return `${name}: the interval is whole minutes, since symbols name minutes`;
  }
  return null;
}

function wrongSettlement(p: Params): string | null {
  if (p.settlementWindowSeconds <= 0n || p.settlementWindowSeconds > DAY_SECONDS) {
    return 'settlement_window_seconds is 1 to a day';
  }
  if (p.minCoverageSeconds <= 0n || p.minCoverageSeconds > p.settlementWindowSeconds) {
    return 'min_coverage_seconds is 1 to the settlement window';
  }
  if (p.maxSampleSeconds <= 0n || p.maxSampleSeconds > p.minCoverageSeconds) {
    return 'max_sample_seconds is 1 to min_coverage_seconds';
  }
  if (p.sampleRetentionSeconds < 0n) return 'sample_retention_seconds is not negative';
  const keepsPrices = p.priceRetentionSeconds;
  if (keepsPrices !== 0n && keepsPrices < p.sampleRetentionSeconds + DAY_SECONDS) {
    return 'price_retention_seconds is a day more than sample_retention_seconds, or 0';
  }
  if (p.settlementFeePpm > MAX_PPM || p.settlementFeeCapPpm > MAX_PPM) {
    return `fees are at most ${MAX_PPM} millionths`;
  }
  return null;
}

/** What is wrong with the parameters, or null. */
export function wrongParams(p: Params): string | null {
  if (p.underlyings.length > MAX_UNDERLYINGS) return `at most ${MAX_UNDERLYINGS} underlyings`;
  const ids = new Set(p.underlyings.map((u) => u.id));
  const symbols = new Set(p.underlyings.map((u) => u.symbol));
  if (ids.size < p.underlyings.length || symbols.size < p.underlyings.length) {
    return 'ids and symbols of underlyings are unique';
  }
  if (new Set(p.listing.map((r) => r.calendar)).size < p.listing.length) {
    return 'one listing rule a calendar';
  }
  for (const underlying of p.underlyings) {
    const wrong = wrongUnderlying(underlying);
    if (wrong !== null) return wrong;
  }
  for (const rule of p.listing) {
    const wrong = wrongRule(rule);
    if (wrong !== null) return wrong;
  }
  for (const budget of [p.maxListingsPerBlock, p.maxSettlementsPerBlock]) {
    if (!between(budget, 1, MAX_PER_BLOCK)) return `budgets per block are 1 to ${MAX_PER_BLOCK}`;
  }
  if (p.maxExpirySeconds <= 0n || p.maxExpirySeconds > 400n * DAY_SECONDS) {
    return 'max_expiry_seconds is 1 to 400 days';
  }
  if (p.minListingLeadSeconds <= 0n || p.minListingLeadSeconds >= p.maxExpirySeconds) {
    return 'min_listing_lead_seconds is 1 to below max_expiry_seconds';
  }
  return wrongSettlement(p);
}

export const params = new ParamsItem('options', Params, wrongParams);

/** Refuses to drop or rename an underlying, whose series may be alive; listing starts over. */
export const paramsSpec: ParamsSpec = {
  typeUrl: params.typeUrl,
  schema: params.schema,
  current: (view) => params.current(view),
  update(ctx: Ctx, bytes: Uint8Array) {
    const before = params.get(ctx).underlyings;
    params.update(ctx, bytes);
    const { underlyings } = params.get(ctx);
    for (const { id, symbol } of before) {
      if (!underlyings.some((u) => u.id === id && u.symbol === symbol)) {
        throw runtimeErrors.badParams(`${symbol} keeps its id ${id}: disable it instead`);
      }
      quiet.delete(ctx, id);
      deltaListings.delete(ctx, id);
    }
  },
};
