import type {
  ExplainedExpiry,
  ExplainedLeg,
  ExplainedUnderlying,
} from '../../../../proto/gen/tenor.margin.v1.ts';
import { coreRules } from './governedRules.ts';
import type { PortfolioExpiry, PortfolioOption } from './portfolioTypes.ts';
import { standardRules } from './standardRules.ts';
import type { ExpiryPositions } from './types.ts';

// What a node said that a margin was computed from, as the core takes it.

export function portfolioOf({ index, confidence, rules, expiries }: ExplainedUnderlying) {
  return {
    ...{ index, confidence },
    ...(rules === undefined ? {} : { params: coreRules(rules) }),
    expiries: expiries.map(expiryOf),
  };
}

/** One expiry as the scenarios take it. */
export function expiryOf(expiry: ExplainedExpiry): PortfolioExpiry {
  const { forward, fixed, share, varianceYears, yearsToExpiry, legs, confidence } = expiry;
  // Speeds matter to Greeks only.
  const terms = { fixed, share, varianceYears, yearsToExpiry, varianceSpeed: 0, shareSpeed: 0 };
  return { forward, terms, confidence, options: legs.map(optionOf), futures: [] };
}

export function standardOf({ index, confidence, standard, expiries }: ExplainedUnderlying) {
  const params = standardRules(standard);
  return { ...{ index, confidence, params }, expiries: expiries.map(positionsOf) };
}

/** One expiry as the standard rules take it. */
export function positionsOf(expiry: ExplainedExpiry): ExpiryPositions {
  const { forward, settlementFee, degradedStdDev, doubtStdDev, doubtShare, legs } = expiry;
  const hasDoubt = doubtStdDev !== undefined && doubtShare !== undefined;
  return {
    ...{ forward, settlementFeePerUnit: settlementFee, confidence: expiry.confidence, futures: [] },
    options: legs.map(optionOf),
    ...(degradedStdDev === undefined ? {} : { degradedStdDev }),
    ...(hasDoubt ? { doubt: { stdDev: doubtStdDev, share: doubtShare } } : {}),
  };
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
