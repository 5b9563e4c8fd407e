import type { Params } from '../../../../proto/gen/tenor.margin.v1.ts';
import type { View } from '../../../runtime/context.ts';
import type { PortfolioExpiry, PortfolioInput } from '../core/index.ts';
import { sumOrders } from './legs.ts';
import type { ExpiryLegs } from './legs.ts';
import { collateralPriceOf, expiryMarketOf, marketsIn } from '../marks.ts';
import { portfolioParamsOf } from './portfolioRules.ts';

/** Positions and resting orders with their scenarios of the block; each has a volatility. */
export function portfolioInput(
  view: View,
  cashUusd: bigint,
  legs: readonly (readonly ExpiryLegs[])[],
  p: Params,
): PortfolioInput {
  const marketOf = marketsIn(view);
  const underlyings = legs.map((expiries) => {
    const { underlyingId, legs: first } = expiries[0]!;
    const { index, confidence } = first[0]!.mark;
    return {
      ...{ index, confidence },
      expiries: expiries.map((expiry) => portfolioExpiry(view, expiry, marketOf, p.takerFeePpm)),
      params: portfolioParamsOf(p, underlyingId),
    };
  });
  return { cashUusd, collateralPrice: collateralPriceOf(view), underlyings };
}

/** The legs of one expiry, at least one, for the core. */
export function portfolioExpiry(
  view: View,
  { legs }: ExpiryLegs,
  marketOf: ReturnType<typeof marketsIn>,
  takerFeePpm: number,
): PortfolioExpiry {
  const { forward, terms, confidence } = expiryMarketOf(view, legs[0]!.series);
  const options = legs.map((leg) => {
    const { isCall, strike, volatility, mark, scenarioPrices } = marketOf(leg.series, leg.mark);
    const quantity = Number(leg.quantity);
    const orders = sumOrders(leg, takerFeePpm);
    return { isCall, strike, volatility, mark, scenarioPrices, quantity, orders };
  });
  return { forward, terms, confidence, options, futures: [] };
}
