import { weightOf } from './rounding.ts';
import type { ExpiryPositions, MaximumLoss } from './types.ts';

/**
 * What bounds an expiry's maximum loss at any later market, as long as its positions are the same.
 *
 * The maximum loss is a minimum over m of m·c·F + max(0, max over x of loss(x) − m·(x − K*)⁺), and
 * an m that was allowed stays so: the bound on it is of the positions alone. So the m of then
 * bounds the loss of now. Of its parts only these depend on the market: F; K*, which is the highest
 * short strike or F, so that it rises only with an F above it, and of which the loss grows by at
 * most m for each dollar; and the settlement fee, of which it grows by at most the contracts held.
 */
export interface LossCertificate {
  /** m, uusd for each USD. */
  readonly freeWeight: number;
  readonly loss: number;
  readonly freeStrike: number;
  readonly fee: number;
  /** Σ |quantity|, uusd for each USD. */
  readonly weight: number;
}

/** Of positions without futures, from their maximum loss at the maintenance level. */
export function certify(
  { options, settlementFeePerUnit }: ExpiryPositions,
  { freeCalls, freeStrike, loss }: MaximumLoss,
): LossCertificate {
  let weight = 0;
  for (const { quantity } of options) weight += weightOf(Math.abs(quantity));
  return { freeWeight: weightOf(freeCalls), loss, freeStrike, fee: settlementFeePerUnit, weight };
}

/**
 * At least the maximum loss of the positions, uusd.
 *
 * @param chargeShare c: what a free call costs, in forwards
 */
export function lossBound(
  then: LossCertificate,
  forward: number,
  settlementFeePerUnit: number,
  chargeShare: number,
): number {
  const dearer = Math.max(0, settlementFeePerUnit - then.fee) * then.weight;
  const higher = Math.max(0, forward - then.freeStrike);
  const loss = Math.max(0, then.loss + dearer + then.freeWeight * higher);
  return then.freeWeight * chargeShare * forward + loss;
}
