import { ceilDivide, PPB } from './liquidation.ts';

/**
 * What the insurance fund pays whoever takes a fraction of an insolvent account, rounded down:
 *
 *   −f·(m + (MM − m)·min(t/T, 1)), m = min(MtM, 0)
 *
 * from what the portfolio is worth against its holder up to what its maintenance margin lacks.
 */
export function insolventPayout(
  fractionPpb: bigint,
  markToMarketUusd: bigint,
  maintenanceMarginUusd: bigint,
  elapsed: bigint,
  duration: bigint,
): bigint {
  const start = markToMarketUusd < 0n ? markToMarketUusd : 0n;
  const passed = elapsed < 0n ? 0n : elapsed < duration ? elapsed : duration;
  const owed = -(start * duration + (maintenanceMarginUusd - start) * passed);
  return owed > 0n ? (owed * fractionPpb) / (duration * PPB) : 0n;
}

/**
 * Splits an amount in proportion to weights without losing a unit: share i is the difference of
 * the rounded-down sums up to i and before it. Weights at least 0; all 0 splits nothing.
 */
export function splitByWeight(amountUusd: bigint, weights: readonly bigint[]): bigint[] {
  let total = 0n;
  for (const weight of weights) total += weight;
  if (total === 0n) return weights.map(() => 0n);
  let before = 0n;
  let sum = 0n;
  return weights.map((weight) => {
    sum += weight;
    const upTo = (amountUusd * sum) / total;
    const share = upTo - before;
    before = upTo;
    return share;
  });
}

/** A price in uusd per contract that pays whole uusd for every 1e-4 contract. */
const PRICE_STEP = 10_000n;
const UNITS_PER_CONTRACT = 10_000n;

export interface DeleveragedLeg {
  /** The bankrupt account's position, 1e-4 contract, signed, not 0. */
  readonly quantity: bigint;
  /** uusd per contract. */
  readonly markUusd: bigint;
  /** The highest price: the forward for calls, the strike for puts, null for futures. */
  readonly capUusd: bigint | null;
  /** This leg's share of what the fund could not pay, uusd. */
  readonly deficitUusd: bigint;
}

/**
 * The price, uusd per contract, at which a bankrupt account's leg is closed against the opposite
 * side: the mark, worsened for them by the leg's share of the deficit, inside [0, cap]. Rounded
 * to a step that pays whole units, for the bankrupt's side, so that the deficit is covered.
 *
 * @returns also the part of the deficit that the bounds left uncovered
 */
export function deleveragePrice(leg: DeleveragedLeg): { priceUusd: bigint; uncoveredUusd: bigint } {
  const short = leg.quantity < 0n;
  const size = short ? -leg.quantity : leg.quantity;
  const perContract = ceilDivide(leg.deficitUusd * UNITS_PER_CONTRACT, size);
  const cap = leg.capUusd === null ? null : (leg.capUusd / PRICE_STEP) * PRICE_STEP;
  let priceUusd: bigint;
  if (short) {
    const low = leg.markUusd - perContract;
    priceUusd = low > 0n ? (low / PRICE_STEP) * PRICE_STEP : 0n;
  } else {
    priceUusd = ceilDivide(leg.markUusd + perContract, PRICE_STEP) * PRICE_STEP;
    if (cap !== null && priceUusd > cap) priceUusd = cap;
  }
  const moved = short ? leg.markUusd - priceUusd : priceUusd - leg.markUusd;
  const left = leg.deficitUusd - (moved * size) / UNITS_PER_CONTRACT;
  return { priceUusd, uncoveredUusd: left > 0n ? left : 0n };
}
