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
 * What a bankrupt account's whole leg is closed for against the opposite side, in uusd: its value
 * at the mark, worsened for them by the leg's share of the deficit to the unit, inside [0, cap].
 * Value and cap are rounded for the bankrupt's side, so that the deficit is covered and less than a
 * unit beyond it.
 *
 * @returns also the part of the deficit that the bounds left uncovered
 */
export function deleveragePremium(leg: DeleveragedLeg): {
  premiumUusd: bigint;
  uncoveredUusd: bigint;
} {
  const { quantity, markUusd, capUusd, deficitUusd } = leg;
  if (quantity < 0n) {
    const valueUusd = (-quantity * markUusd) / UNITS_PER_CONTRACT;
    const premiumUusd = valueUusd > deficitUusd ? valueUusd - deficitUusd : 0n;
    return { premiumUusd, uncoveredUusd: deficitUusd - (valueUusd - premiumUusd) };
  }
  const valueUusd = ceilDivide(quantity * markUusd, UNITS_PER_CONTRACT);
  const wantedUusd = valueUusd + deficitUusd;
  const mostUusd = capUusd === null ? wantedUusd : (quantity * capUusd) / UNITS_PER_CONTRACT;
  const premiumUusd = wantedUusd < mostUusd ? wantedUusd : mostUusd;
  const leftUusd = wantedUusd - premiumUusd;
  return { premiumUusd, uncoveredUusd: leftUusd < deficitUusd ? leftUusd : deficitUusd };
}
