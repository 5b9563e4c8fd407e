import { lnRatio, normCdf, sliceVariance, surfaceAt } from '../../lib/math/index.ts';
import { indexOf, qualityOf, surfaceOf, yearsTo } from '../oracle/index.ts';
import { forwardAt } from '../oracle/core/surface.ts';
import type { View } from '../../runtime/context.ts';

const USD = 1e6;

/** |delta| of the option at a strike that is out of the money. */
export type DeltaOf = (strikeUusd: bigint, isCall: boolean) => number;

/** The deltas of an expiry now; undefined while its forward or its surface is not fresh. */
export type DeltaLookup = (
  view: View,
  underlyingId: number,
  expirySeconds: bigint,
) => DeltaOf | undefined;

/** N(d1) of Black-76 on the consensus forward and surface: a call's delta, and one less it. */
export const deltasAt: DeltaLookup = (view, underlyingId, expirySeconds) => {
  const price = indexOf(view, underlyingId);
  const { timeMs } = view.header;
  const years = yearsTo(Number(expirySeconds), timeMs);
  if (price === undefined || years === 0) return undefined;
  if (!qualityOf(view, underlyingId, expirySeconds).isFresh) return undefined;
  const { forwards, surface } = surfaceOf(view, underlyingId);
  if (surface === undefined) return undefined;
  const forward = forwardAt(forwards, Number(price.indexUusd) / USD, timeMs, Number(expirySeconds));
  const slice = surfaceAt(surface, years);
  return (strikeUusd, isCall) => {
    const strike = Number(strikeUusd) / USD;
    const spread = Math.sqrt(sliceVariance(slice, lnRatio(strike, forward)));
    const d1 = lnRatio(forward, strike) / spread + spread / 2;
    return normCdf(isCall ? d1 : -d1);
  };
};
