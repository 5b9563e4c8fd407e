import { MarginMode } from '../../../../proto/gen/tenor.accounts.v1.ts';
import type {
  ExplainedExpiry,
  ExplainedLeg,
  ExplainedUnderlying,
  Explanation,
} from '../../../../proto/gen/tenor.margin.v1.ts';
import { getSubaccount } from '../../accounts/index.ts';
import { defined } from '../../../lib/assert.ts';
import type { View } from '../../../runtime/context.ts';
import { accountMargin } from './accountMargin.ts';
import type { JudgedPortfolio, JudgedStandard } from './accountMargin.ts';
import { defaultRules } from '../core/index.ts';
import type { ExpiryPositions, OptionLeg, PortfolioExpiry } from '../core/index.ts';
import { describeMargin } from './describeMargin.ts';
import type { ExpiryLegs } from '../inputs/legs.ts';
import { params } from '../params.ts';

/**
 * A margin with all that it was computed from, so that anybody can compute it again. Undefined of a
 * covered account: its requirement is a sum of losses that its margin tells, and rests on no price.
 */
export function explanationOf(view: View, subaccountId: bigint): Explanation | undefined {
  const account = defined(getSubaccount(view, subaccountId), 'the subaccount');
  if (account.mode === MarginMode.MARGIN_MODE_COVERED) return undefined;
  const judged = accountMargin(view, account);
  const underlyings =
    judged.mode === MarginMode.MARGIN_MODE_PORTFOLIO
      ? explainPortfolio(view, judged)
      : explainStandard(view, judged);
  const { collateralPrice } = judged.input;
  return { margin: describeMargin(judged), underlyings, collateralPrice };
}

function explainPortfolio(view: View, { input, legs }: JudgedPortfolio): ExplainedUnderlying[] {
  const p = params.get(view);
  return input.underlyings.map(({ index, confidence, expiries }, u) => {
    const { underlyingId } = legs[u]![0]!;
    const entry = p.underlyings.find((e) => e.underlyingId === underlyingId) ?? p.underlyings[0];
    return {
      ...{ underlyingId, index, confidence },
      rules: entry?.portfolio ?? defaultRules(),
      expiries: expiries.map((expiry, e) => explainExpiry(expiry, legs[u]![e]!)),
    };
  });
}

function explainExpiry(
  { forward, terms, confidence, options }: PortfolioExpiry,
  { expirySeconds, legs }: ExpiryLegs,
): ExplainedExpiry {
  const { fixed, share, varianceYears, yearsToExpiry } = terms;
  return {
    ...{ expirySeconds, forward, fixed, share, varianceYears, yearsToExpiry, confidence },
    settlementFee: 0,
    legs: options.map((option, i) => explainLeg(option, option.volatility, legs[i]!)),
  };
}

function explainStandard(view: View, { input, legs }: JudgedStandard): ExplainedUnderlying[] {
  const p = params.get(view);
  return input.underlyings.map(({ index, confidence, expiries }, u) => {
    const { underlyingId } = legs[u]![0]!;
    return {
      ...{ underlyingId, index, confidence },
      standard: p.underlyings.find((entry) => entry.underlyingId === underlyingId),
      expiries: expiries.map((expiry, e) => explainPositions(expiry, legs[u]![e]!)),
    };
  });
}

const NO_TERMS = { fixed: 0, share: 0, varianceYears: 0, yearsToExpiry: 0 };

function explainPositions(
  { forward, settlementFeePerUnit, degradedStdDev, doubt, confidence, options }: ExpiryPositions,
  { expirySeconds, legs }: ExpiryLegs,
): ExplainedExpiry {
  return {
    ...{ ...NO_TERMS, expirySeconds, forward, settlementFee: settlementFeePerUnit },
    ...{ confidence, degradedStdDev, doubtStdDev: doubt?.stdDev, doubtShare: doubt?.share },
    legs: options.map((option, i) => explainLeg(option, legs[i]!.mark.vol ?? 0, legs[i]!)),
  };
}

function explainLeg(
  { isCall, strike, mark, quantity, orders }: OptionLeg,
  volatility: number,
  { series }: ExpiryLegs['legs'][number],
): ExplainedLeg {
  return {
    symbol: series.symbol,
    ...{ isCall, strike, volatility, mark },
    quantity: BigInt(quantity),
    buyQuantity: BigInt(orders?.buyQuantity ?? 0),
    buyPrice: orders?.buyPrice ?? 0,
    sellQuantity: BigInt(orders?.sellQuantity ?? 0),
    sellPrice: orders?.sellPrice ?? 0,
  };
}
