import { black76Price } from '../../../lib/math/black76.ts';
import { weightOf } from './rounding.ts';
import type { StandardParams } from './types.ts';

/** Requirement for each short contract, USD. Maintenance never exceeds initial. */
export interface ShortRequirement {
  readonly initial: number;
  readonly maintenance: number;
}

/**
 * What one short option needs beside nothing else (after Derive's standard manager, with the put
 * capped at its strike, the most it can ever pay):
 *
 * - call: IM = max(0.15 − OTM/S, 0.13)·S + M, MM = 0.09·S + M
 * - put:  MM = max(0.09·S, 0.09·M) + M, IM = max(max(0.15 − OTM/S, 0.13)·S + M, 1.05·MM)
 */
export function shortRequirement(
  isCall: boolean,
  strike: number,
  mark: number,
  index: number,
  params: StandardParams,
): ShortRequirement {
  const otm = Math.max(isCall ? strike - index : index - strike, 0);
  const share = Math.max(params.initialOtmBase - otm / index, params.initialOtmFloor);
  const initial = share * index + mark;
  const indexShare = params.maintenanceIndexShare * index;
  if (isCall) return { initial, maintenance: indexShare + mark };
  const maintenance = Math.max(indexShare, params.maintenanceMarkShare * mark) + mark;
  const floored = Math.max(initial, params.putInitialOverMaintenance * maintenance);
  return { initial: Math.min(floored, strike), maintenance: Math.min(maintenance, strike) };
}

/**
 * The most a short option may be worth under a stressed index and no volatility above σmax, USD.
 *
 * An option is worth at most its intrinsic value plus what the one at the money is worth on the
 * smaller of forward and strike: call(F, K) ≤ max(F − K, 0) + P·min(F, K) with
 * P = 2N(v/2) − 1 = call(1, 1), because call(F, K)/F falls in K/F, and by put-call symmetry.
 * Taken at F = S·s for puts and F = S/s for calls.
 *
 * @param maxStdDev σmax·√t; 0 gives the stressed intrinsic value, a huge one the whole forward
 * or strike
 */
export function degradedRequirement(
  isCall: boolean,
  strike: number,
  index: number,
  maxStdDev: number,
  stress: number,
): number {
  const timeValueShare = black76Price(true, 1, 1, maxStdDev * maxStdDev);
  const forward = isCall ? index / stress : index * stress;
  const intrinsic = Math.max(isCall ? forward - strike : strike - forward, 0);
  return timeValueShare * Math.min(strike, forward) + intrinsic;
}

/**
 * What the orders of one series add to its initial requirement, uusd: all sells filled for nothing,
 * or all buys at their limit less the requirement of the shorts they close. The second is convex in
 * the quantity filled, so no partial fill is worse than all or none.
 *
 * @param quantity what is held; all quantities in 1e-4 contracts
 * @param each the requirement of one short contract, USD
 */
export function ordersRequirement(
  quantity: number,
  buyQuantity: number,
  buyPrice: number,
  sellQuantity: number,
  each: number,
): number {
  const short = Math.max(0, -quantity);
  const sold = Math.max(0, sellQuantity - quantity) - short;
  const bought = weightOf(buyQuantity) * buyPrice - weightOf(Math.min(buyQuantity, short)) * each;
  return Math.max(0, weightOf(sold) * each, bought);
}
