import { MarginMode } from '../../../../proto/gen/tenor.accounts.v1.ts';
import type {
  ExplainedExpiry,
  ExplainedLeg,
  Explanation,
} from '../../../../proto/gen/tenor.margin.v1.ts';
import { getSubaccount } from '../../accounts/index.ts';
import { defined } from '../../../lib/assert.ts';
import type { View } from '../../../runtime/context.ts';
import { accountMargin } from './accountMargin.ts';
import { defaultRules } from '../core/index.ts';
import type { PortfolioExpiry } from '../core/index.ts';
import { describeMargin } from './describeMargin.ts';
import type { ExpiryLegs } from '../inputs/legs.ts';
import { params } from '../params.ts';

/**
 * A portfolio margin with all that it was computed from, so that anybody can compute it again:
 * undefined when the account is judged by the standard rules, whose parts `marginOf` has.
 */
export function explanationOf(view: View, subaccountId: bigint): Explanation | undefined {
  const account = defined(getSubaccount(view, subaccountId), 'the subaccount');
  const judged = accountMargin(view, account);
  if (judged.mode !== MarginMode.MARGIN_MODE_PORTFOLIO) return undefined;
  const { input, legs } = judged;
  const p = params.get(view);
  const underlyings = input.underlyings.map(({ index, confidence, expiries }, u) => {
    const { underlyingId } = legs[u]![0]!;
    const entry = p.underlyings.find((e) => e.underlyingId === underlyingId) ?? p.underlyings[0];
    return {
      ...{ underlyingId, index, confidence },
      rules: entry?.portfolio ?? defaultRules(),
      expiries: expiries.map((expiry, e) => explainExpiry(expiry, legs[u]![e]!)),
    };
  });
  return { margin: describeMargin(judged), underlyings, collateralPrice: input.collateralPrice };
}

function explainExpiry(
  { forward, terms, confidence, options }: PortfolioExpiry,
  { expirySeconds, legs }: ExpiryLegs,
): ExplainedExpiry {
  const { fixed, share, varianceYears, yearsToExpiry } = terms;
  return {
    ...{ expirySeconds, forward, fixed, share, varianceYears, yearsToExpiry, confidence },
    legs: options.map((option, i): ExplainedLeg => {
      const { isCall, strike, volatility, mark, quantity, orders } = option;
      return {
        symbol: legs[i]!.series.symbol,
        ...{ isCall, strike, volatility, mark },
        quantity: BigInt(quantity),
        buyQuantity: BigInt(orders?.buyQuantity ?? 0),
        buyPrice: orders?.buyPrice ?? 0,
        sellQuantity: BigInt(orders?.sellQuantity ?? 0),
        sellPrice: orders?.sellPrice ?? 0,
      };
    }),
  };
}
