import type { Standing } from './standing.ts';
import { ceilOf, least, PPM, shared } from './types.ts';

export const PPB = 1_000_000_000n;

/** Governed lengths, in blocks that count. */
export interface Schedule {
  readonly fast: bigint;
  readonly slow: bigint;
  readonly insolvent: bigint;
}

const [START, KNEE] = [950_000n, 700_000n];
const [FEE_PPM, FEE_CAP_PPM] = [1_900n, 100_000n];
/** Marked value below this share of A: insolvent. */
const INSOLVENT_PPM = 50_000n;

/** d in ppm: 0.95 → 0.70 over the fast part, then → 0 over the slow one; rounded down. */
export function discountAt(age: bigint, { fast, slow }: Schedule): bigint {
  if (age <= fast) return (START * fast - (START - KNEE) * age) / fast;
  const left = fast + slow - age;
  return left > 0n ? (KNEE * left) / slow : 0n;
}

/** Φ of the whole account at d: 0.19% of notional, at most a tenth of what would be paid. */
export function wholeFee(standing: Standing, bidInUusd: bigint, d: bigint): bigint {
  const cap = ((standing.markToMarketUusd - bidInUusd) * d * FEE_CAP_PPM) / (PPM * PPM);
  return least(ceilOf(standing.notionalUusd * FEE_PPM, PPM), cap);
}

export type Phase = 'healthy' | 'insolvent' | 'restart' | 'sell';

/** What an auction is to do now (venue §7). */
export function phaseOf(standing: Standing, bidInUusd: bigint): Phase {
  const { markToMarketUusd, bufferUusd, bufferMarginUusd } = standing;
  if (bufferMarginUusd >= 0n) return 'healthy';
  const isSmall = markToMarketUusd * PPM < bufferUusd * INSOLVENT_PPM;
  if (isSmall || markToMarketUusd <= 0n) return 'insolvent';
  return bidInUusd >= markToMarketUusd ? 'restart' : 'sell';
}

/** The largest fraction that may be sold at d: BM/(BM − MtM·d − R(1 − d) + Φ), in ppb. */
export function largestFraction(standing: Standing, bidInUusd: bigint, d: bigint): bigint {
  if (phaseOf(standing, bidInUusd) !== 'sell') return 0n;
  const lacks = -standing.bufferMarginUusd * PPM;
  const fee = wholeFee(standing, bidInUusd, d) * PPM;
  const gains = standing.markToMarketUusd * d + bidInUusd * (PPM - d) - fee;
  return gains <= 0n ? PPB : (lacks * PPB) / (lacks + gains);
}

/** What funds pay whoever takes over all of an insolvent account: −(m + (MM − m)·min(t/T, 1)). */
export function payoutAt(standing: Standing, age: bigint, { insolvent }: Schedule): bigint {
  const m = least(standing.markToMarketUusd, 0n);
  const passed = least(age, insolvent);
  const owed = -(m * insolvent + (standing.maintenanceUusd - m) * passed);
  return owed > 0n ? owed / insolvent : 0n;
}

export interface Wanted {
  readonly fractionPpb: bigint;
  readonly limitPpm: bigint;
}

/**
 * One price for all bids of a block: the highest limit from d on at which those with it or a higher
 * one want all that is sold at it, else d. Above it bids get all, at it a share each.
 */
export function uniformPrice(
  bids: readonly Wanted[],
  current: bigint,
  largest: (d: bigint) => bigint,
): { readonly price: bigint; readonly fills: bigint[] } {
  const demand = (d: bigint) =>
    bids.filter((b) => b.limitPpm >= d).reduce((sum, b) => sum + b.fractionPpb, 0n);
  const price = bids
    .map(({ limitPpm }) => limitPpm)
    .filter((limit) => limit >= current && demand(limit) >= largest(limit))
    .reduce((most, limit) => (limit > most ? limit : most), current);
  const above = bids.filter((b) => b.limitPpm > price);
  const left = above.reduce((rest, b) => rest - b.fractionPpb, largest(price));
  const marginal = bids.map((b) => (b.limitPpm === price ? b.fractionPpb : 0n));
  const wanted = marginal.reduce((sum, f) => sum + f, 0n);
  const shares = shared(least(left, wanted), marginal);
  const fills = bids.map((b, i) => (b.limitPpm > price ? b.fractionPpb : shares[i]!));
  return { price, fills };
}
