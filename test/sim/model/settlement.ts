import { ceilDiv, PPM, RULES, UNITS } from './types.ts';
import type { Series } from './types.ts';

/** An index and for how long it counts (venue §8). */
export interface Sample {
  readonly priceUusd: bigint;
  readonly heldMs: bigint;
}

const CENT = 10_000n;

/**
 * How long a sample at `nowMs` counts: the time since the one before, at most ten seconds, as far
 * as that lies in the window; after a window without enough, without its end (ADR 030).
 */
export function held(
  nowMs: number,
  previousMs: number,
  expiryMs: number,
  coveredMs: bigint,
): bigint {
  const start = expiryMs - RULES.settlementWindow * 1_000;
  const from = Math.max(previousMs, nowMs - RULES.maxSample * 1_000, start);
  const inside = BigInt(Math.max(0, Math.min(nowMs, expiryMs) - from));
  const isShort = coveredMs + inside < BigInt(RULES.minCoverage) * 1_000n;
  return nowMs >= expiryMs && isShort ? BigInt(Math.max(0, nowMs - from)) : inside;
}

export const coverage = (samples: readonly Sample[]): bigint =>
  samples.reduce((sum, { heldMs }) => sum + heldMs, 0n);

/** Whether there is enough for a price. */
export const isCovered = (samples: readonly Sample[]): boolean =>
  coverage(samples) >= BigInt(RULES.minCoverage) * 1_000n;

/** The average, rounded once to a cent, a half up. */
export function settlementOf(samples: readonly Sample[]): bigint {
  const weighted = samples.reduce((sum, s) => sum + s.priceUusd * s.heldMs, 0n);
  const unit = coverage(samples) * CENT;
  return ((2n * weighted + unit) / (2n * unit)) * CENT;
}

const inMoney = ({ isCall, strikeUusd }: Series, price: bigint) => {
  const value = isCall ? price - strikeUusd : strikeUusd - price;
  return value > 0n ? value : 0n;
};

export const payoutOf = (series: Series, price: bigint, quantity: bigint): bigint =>
  (inMoney(series, price) * quantity) / UNITS;

/** 0.015% of the settlement, at most an eighth of the payout, rounded up; dailies are free (§9). */
export function settlementFee(series: Series, price: bigint, quantity: bigint): bigint {
  if (series.isDaily) return 0n;
  const size = quantity < 0n ? -quantity : quantity;
  const fee = ceilDiv(price * size * RULES.settlementFeePpm, UNITS * PPM);
  const cap = ceilDiv(inMoney(series, price) * size * RULES.feeCapPpm, UNITS * PPM);
  return fee < cap ? fee : cap;
}
