import type {
  ExplainedExpiry,
  ExplainedLeg,
  Explanation,
} from '../../../../proto/gen/tenor.margin.v1.ts';
import { coreRules } from './governedRules.ts';
import { portfolioMargin } from './portfolioMargin.ts';
import type { PortfolioExpiry, PortfolioMargin, PortfolioOption } from './portfolioTypes.ts';

/**
 * Computes a portfolio margin again from what a node said it was computed from: the same numbers,
 * to the last unit, or the node did not compute them from that.
 *
 * @throws RiskInputError for what no node would say
 */
export function replayExplained(explanation: Explanation): PortfolioMargin {
  const { margin, underlyings, collateralPrice } = explanation;
  return portfolioMargin({
    cashUusd: margin?.cashUusd ?? 0n,
    collateralPrice,
    underlyings: underlyings.map(({ index, confidence, rules, expiries }) => ({
      ...{ index, confidence },
      ...(rules === undefined ? {} : { params: coreRules(rules) }),
      expiries: expiries.map(expiryOf),
    })),
  });
}

function expiryOf(expiry: ExplainedExpiry): PortfolioExpiry {
  const { forward, fixed, share, varianceYears, yearsToExpiry, legs, confidence } = expiry;
  // Speeds matter to Greeks only.
  const terms = { fixed, share, varianceYears, yearsToExpiry, varianceSpeed: 0, shareSpeed: 0 };
  return { forward, terms, confidence, options: legs.map(optionOf), futures: [] };
}

function optionOf(leg: ExplainedLeg): PortfolioOption {
  const { isCall, strike, volatility, mark, quantity } = leg;
  const [buyQuantity, sellQuantity] = [Number(leg.buyQuantity), Number(leg.sellQuantity)];
  const hasOrders = buyQuantity + sellQuantity > 0;
  const { buyPrice, sellPrice } = leg;
  return {
    ...{ isCall, strike, volatility, mark },
    quantity: Number(quantity),
    orders: hasOrders ? { buyQuantity, buyPrice, sellQuantity, sellPrice } : undefined,
  };
}
