/**
 * The arithmetic of a solvent liquidation, exact: money is uusd, multiples of the marked value are
 * parts per million, fractions of the portfolio parts per billion.
 */

export const PPM = 1_000_000n;
export const PPB = 1_000_000_000n;

/** Shares in ppm; durations in whatever the caller counts elapsed time in (seconds, blocks). */
export interface LiquidationParams {
  readonly startPpm: bigint;
  readonly kneePpm: bigint;
  readonly fastDuration: bigint;
  readonly slowDuration: bigint;
  /** BM = MM − this share of the buffer. */
  readonly bufferPpm: bigint;
  /** Marked value below this share of the buffer: insolvent at once. */
  readonly insolventPpm: bigint;
  /** Fee: this share of the index notional, at most `feeCapPpm` of what is paid for the whole. */
  readonly feePpm: bigint;
  readonly feeCapPpm: bigint;
  readonly insolventDuration: bigint;
}

/** Genesis defaults, durations in seconds: 15 minutes, 12 hours, 60 minutes. */
export const DEFAULT_LIQUIDATION_PARAMS: LiquidationParams = {
  startPpm: 950_000n,
  kneePpm: 700_000n,
  fastDuration: 900n,
  slowDuration: 43_200n,
  bufferPpm: 150_000n,
  insolventPpm: 50_000n,
  feePpm: 1_900n,
  feeCapPpm: 100_000n,
  insolventDuration: 3_600n,
};

/** d after `elapsed`: start → knee over the fast part, knee → 0 over the slow one. Rounded down. */
export function discountPpm(elapsed: bigint, params: LiquidationParams): bigint {
  const { startPpm, kneePpm, fastDuration, slowDuration } = params;
  if (elapsed <= 0n) return startPpm;
  if (elapsed < fastDuration) {
    return (startPpm * fastDuration - (startPpm - kneePpm) * elapsed) / fastDuration;
  }
  const left = fastDuration + slowDuration - elapsed;
  return left > 0n ? (kneePpm * left) / slowDuration : 0n;
}

/** A of a portfolio account: what maintenance margin keeps back of the marked value. */
export function portfolioBuffer(markToMarketUusd: bigint, maintenanceMarginUusd: bigint): bigint {
  return markToMarketUusd - maintenanceMarginUusd;
}

/**
 * A of a standard account: its requirements beyond the marks of its shorts. Long options do not
 * count: they have no requirement, and a large long book would be sold for a small breach.
 */
export function standardBuffer(
  equityUusd: bigint,
  shortValueUusd: bigint,
  maintenanceMarginUusd: bigint,
): bigint {
  const buffer = equityUusd - shortValueUusd - maintenanceMarginUusd;
  return buffer > 0n ? buffer : 0n;
}

/** What a liquidation step needs to know of the account, uusd. */
export interface LiquidationState {
  readonly markToMarketUusd: bigint;
  readonly maintenanceMarginUusd: bigint;
  /** A. */
  readonly bufferUusd: bigint;
  /** R: cash already bid in, part of the marked value. At least 0. */
  readonly bidInUusd: bigint;
  /** Index notional of the whole portfolio. */
  readonly notionalUusd: bigint;
}

/** BM = MM − 0.15·A, rounded down: what an auction brings to 0. */
export function bufferMargin(state: LiquidationState, params: LiquidationParams): bigint {
  return state.maintenanceMarginUusd - ceilDivide(state.bufferUusd * params.bufferPpm, PPM);
}

/** Φ for the whole account at discount d: rounded up, but never above its cap. */
export function liquidationFee(
  state: LiquidationState,
  discount: bigint,
  params: LiquidationParams,
): bigint {
  const base = ceilDivide(state.notionalUusd * params.feePpm, PPM);
  const paid = state.markToMarketUusd - state.bidInUusd;
  const cap = (paid * discount * params.feeCapPpm) / (PPM * PPM);
  return base < cap ? base : cap;
}

/**
 * `healthy`: nothing to sell. `insolvent`: marked value too small to sell, the fund pays instead.
 * `restart`: all marked value is cash already bid in. `sell`: at most this fraction.
 */
export type LiquidationStep =
  | { readonly kind: 'healthy' | 'insolvent' | 'restart' }
  | { readonly kind: 'sell'; readonly fractionPpb: bigint; readonly feeUusd: bigint };

/**
 * The largest fraction of the portfolio that may be sold at discount d:
 *
 *   f = BM / (BM − MtM·d − R·(1 − d) + Φ), for BM < 0 and MtM > R ≥ 0
 *
 * Selling f takes f·((MtM − R)(1 − d) + Φ) from the marked value and scales the rest of the margin
 * by 1 − f, which brings BM to 0. Rounded down: never more than the owner must give.
 */
export function liquidationStep(
  state: LiquidationState,
  discount: bigint,
  params: LiquidationParams,
): LiquidationStep {
  const { markToMarketUusd, bidInUusd } = state;
  const margin = bufferMargin(state, params);
  if (margin >= 0n) return { kind: 'healthy' };
  const insolvent = markToMarketUusd * PPM < state.bufferUusd * params.insolventPpm;
  if (insolvent || markToMarketUusd <= 0n) return { kind: 'insolvent' };
  if (bidInUusd >= markToMarketUusd) return { kind: 'restart' };
  const feeUusd = liquidationFee(state, discount, params);
  const fractionPpb = fractionToSell(margin, markToMarketUusd, bidInUusd, discount, feeUusd);
  return { kind: 'sell', fractionPpb, feeUusd };
}

/** f in ppb, clamped to [0, 1]; see `liquidationStep`. @param marginUusd BM, below 0 */
export function fractionToSell(
  marginUusd: bigint,
  markToMarketUusd: bigint,
  bidInUusd: bigint,
  discount: bigint,
  feeUusd: bigint,
): bigint {
  const needed = -marginUusd * PPM;
  const gained = markToMarketUusd * discount + bidInUusd * (PPM - discount) - feeUusd * PPM;
  if (needed <= 0n) return 0n;
  if (gained <= 0n) return PPB;
  return (needed * PPB) / (needed + gained);
}

/** What bidders pay for a fraction at multiple d: f·(MtM − R)·d, rounded up. */
export function sliceCost(state: LiquidationState, fractionPpb: bigint, discount: bigint): bigint {
  const paid = state.markToMarketUusd - state.bidInUusd;
  return ceilDivide(paid * discount * fractionPpb, PPM * PPB);
}

/** Units of a leg in a fraction of it, toward zero: a slice never takes more than its share. */
export function sliceQuantity(quantity: number, fractionPpb: bigint): number {
  return Number((BigInt(quantity) * fractionPpb) / PPB);
}

/** @param divisor positive */
export function ceilDivide(amount: bigint, divisor: bigint): bigint {
  const quotient = amount / divisor;
  return quotient * divisor < amount ? quotient + 1n : quotient;
}
