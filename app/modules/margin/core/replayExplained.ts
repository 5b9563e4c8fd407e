import { MarginMode } from '../../../../proto/gen/tenor.accounts.v1.ts';
import type {
  ExplainedExpiry,
  ExplainedLeg,
  ExplainedUnderlying,
  Explanation,
} from '../../../../proto/gen/tenor.margin.v1.ts';
import { coreRules } from './governedRules.ts';
import { portfolioMargin } from './portfolioMargin.ts';
import type { PortfolioExpiry, PortfolioMargin, PortfolioOption } from './portfolioTypes.ts';
import { standardMargin } from './standardMargin.ts';
import { standardRules } from './standardRules.ts';
import type { ExpiryPositions, StandardMargin } from './types.ts';

/** A margin computed again, by the rules of its mode. */
export type Replayed = StandardMargin | PortfolioMargin;

/**
 * Computes a margin again from what a node said it was computed from: the same numbers, to the last
 * unit, or the node did not compute them from that. What groups of quotes reserve of the initial
 * margin is taken as the node says.
 *
 * @throws RiskInputError for what no node would say
 */
export function replayExplained(explanation: Explanation): Replayed {
  const { margin, underlyings, collateralPrice } = explanation;
  const own = { cashUusd: margin?.cashUusd ?? 0n, collateralPrice };
  const replayed =
    margin?.mode === MarginMode.MARGIN_MODE_PORTFOLIO
      ? portfolioMargin({ ...own, underlyings: underlyings.map(portfolioOf) })
      : standardMargin({ ...own, underlyings: underlyings.map(standardOf) });
  const reservedUusd = margin?.quotesReservedUusd ?? 0n;
  return { ...replayed, initialMarginUusd: replayed.initialMarginUusd - reservedUusd };
}

function portfolioOf({ index, confidence, rules, expiries }: ExplainedUnderlying) {
  return {
    ...{ index, confidence },
    ...(rules === undefined ? {} : { params: coreRules(rules) }),
    expiries: expiries.map(expiryOf),
  };
}

function expiryOf(expiry: ExplainedExpiry): PortfolioExpiry {
  const { forward, fixed, share, varianceYears, yearsToExpiry, legs, confidence } = expiry;
  // Speeds matter to Greeks only.
  const terms = { fixed, share, varianceYears, yearsToExpiry, varianceSpeed: 0, shareSpeed: 0 };
  return { forward, terms, confidence, options: legs.map(optionOf), futures: [] };
}

function standardOf({ index, confidence, standard, expiries }: ExplainedUnderlying) {
  const params = standardRules(standard);
  return { ...{ index, confidence, params }, expiries: expiries.map(positionsOf) };
}

function positionsOf(expiry: ExplainedExpiry): ExpiryPositions {
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
