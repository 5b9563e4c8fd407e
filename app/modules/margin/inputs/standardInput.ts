import type { Params } from '../../../../proto/gen/tenor.margin.v1.ts';
import type { Series } from '../../../../proto/gen/tenor.options.v1.ts';
import { instrumentOf } from '../../options/core/index.ts';
import { expiryOfSeries, settlementFeeOf } from '../../options/index.ts';
import type { View } from '../../../runtime/context.ts';
import { collateralPriceOf } from '../marks.ts';
import type { ExpiryPositions, OptionLeg, StandardInput } from '../core/index.ts';
import { sumOrders } from './legs.ts';
import type { ExpiryLegs, Leg } from './legs.ts';
import { standardParamsOf } from '../params.ts';

const PPM = 1e6;
const YEAR_SECONDS = 31_536_000;

/** Positions and resting orders at the marks of the block, for the core's standard margin. */
export function standardInput(
  view: View,
  cashUusd: bigint,
  legs: readonly (readonly ExpiryLegs[])[],
  p: Params,
): StandardInput {
  const underlyings = legs.map((expiries) => {
    const { underlyingId, legs: first } = expiries[0]!;
    const { index, confidence } = first[0]!.mark;
    return {
      ...{ index, confidence },
      expiries: expiries.map((expiry) => standardExpiry(view, expiry.legs, p)),
      params: standardParamsOf(p, underlyingId),
    };
  });
  return { cashUusd, collateralPrice: collateralPriceOf(view), underlyings };
}

/** The legs of one expiry, at least one, for the core. */
export function standardExpiry(view: View, legs: readonly Leg[], p: Params): ExpiryPositions {
  const { series, mark } = legs[0]!;
  const { forward, index, vol, secondsToExpiry, quality } = mark;
  const stdDev = (p.degradedVolPpm / PPM) * Math.sqrt(secondsToExpiry / YEAR_SECONDS);
  return {
    forward,
    settlementFeePerUnit: settlementFeeUsd(view, series, index),
    options: legs.map((leg) => optionLeg(leg, p.takerFeePpm)),
    futures: [],
    confidence: quality.confidence,
    ...(vol === undefined ? { degradedStdDev: stdDev } : {}),
    ...(vol !== undefined && quality.doubt > 0 ? { doubt: { stdDev, share: quality.doubt } } : {}),
  };
}

/** What settling a contract of an expiry costs, USD, as far as its payout allows. */
export function settlementFeeUsd(view: View, series: Series, index: number): number {
  return (index * settlementFeeOf(view, expiryOfSeries(view, series)).feePpm) / PPM;
}

function optionLeg(leg: Leg, takerFeePpm: number): OptionLeg {
  const { series, mark, quantity } = leg;
  const { isCall, strike } = instrumentOf(series).requirement(series);
  const orders = sumOrders(leg, takerFeePpm);
  return {
    ...{ isCall, strike },
    mark: mark.mark,
    quantity: Number(quantity),
    ...(orders === undefined ? {} : { orders }),
  };
}
