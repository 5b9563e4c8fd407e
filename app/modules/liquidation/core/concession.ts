import { discountPpm } from '../../margin/core/index.ts';
import type { LiquidationParams, LiquidationState } from '../../margin/core/index.ts';
import { PPM, minOf } from '../../options/core/index.ts';

const maxOf = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/**
 * What counterparties may be given for taking over the whole of an account, `elapsed` blocks after
 * its breach: the difference to its marks, in uusd.
 *
 * Solvent, MtM·(1 − d): they pay at least d of the marked value, and the loss is the owner's alone.
 * Insolvent, max(MtM, 0) + (min(MtM, 0) − MM)·min(t/T, 1): what is left, and what the venue
 * would rather lose than keep the risk. Without these bounds an account would buy its shorts back
 * from an accomplice at the end of the band and leave the loss to everybody.
 */
export function concessionUusd(
  state: Pick<LiquidationState, 'markToMarketUusd' | 'maintenanceMarginUusd' | 'bufferUusd'>,
  elapsed: bigint,
  params: LiquidationParams,
): bigint {
  const { markToMarketUusd, maintenanceMarginUusd, bufferUusd } = state;
  const isSolvent =
    markToMarketUusd > 0n && markToMarketUusd * PPM >= bufferUusd * params.insolventPpm;
  if (isSolvent) return (markToMarketUusd * (PPM - discountPpm(elapsed, params))) / PPM;
  const { insolventDuration } = params;
  const shortfallUusd = minOf(markToMarketUusd, 0n) - maintenanceMarginUusd;
  const grown = (shortfallUusd * minOf(elapsed, insolventDuration)) / insolventDuration;
  return maxOf(markToMarketUusd, 0n) + maxOf(grown, 0n);
}
