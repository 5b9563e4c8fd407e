import { MarginMode } from '../../../../proto/gen/tenor.accounts.v1.ts';
import type {
  ExplainedExpiry,
  ExplainedLeg,
  ExplainedQuotes,
  ExplainedUnderlying,
  Explanation,
  Params,
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
import { portfolioExpiry } from '../inputs/portfolioInput.ts';
import { standardExpiry } from '../inputs/standardInput.ts';
import { marketsIn } from '../marks.ts';
import { params } from '../params.ts';
import { reservesAfter } from '../quotes/groupReserves.ts';
import { quotingGroups } from '../quotes/reserveOfQuotes.ts';
import type { QuotingGroup } from '../quotes/reserveOfQuotes.ts';

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
  const quotes = quotingGroups(view, reservesAfter(view, subaccountId)).map((group) =>
    explainQuotes(view, judged.mode, group),
  );
  return { margin: describeMargin(judged), underlyings, collateralPrice, quotes };
}

/** A group as an underlying of which nothing is held, with its quotes as orders. */
function explainQuotes(
  view: View,
  mode: MarginMode,
  { groupId, underlyingId, quantity, expiries }: QuotingGroup,
): ExplainedQuotes {
  const p = params.get(view);
  const { index, confidence } = expiries[0]!.legs[0]!.mark;
  const market = { underlyingId, index, confidence };
  const marketOf = marketsIn(view);
  const quoted =
    mode === MarginMode.MARGIN_MODE_PORTFOLIO
      ? {
          ...{ ...market, rules: rulesOf(p, underlyingId) },
          expiries: expiries.map((expiry) =>
            explainExpiry(portfolioExpiry(view, expiry, marketOf, p.takerFeePpm), expiry),
          ),
        }
      : {
          ...{ ...market, standard: standardOf(p, underlyingId) },
          expiries: expiries.map((expiry) =>
            explainPositions(standardExpiry(view, expiry.legs, p), expiry),
          ),
        };
  return { groupId, quantity: BigInt(quantity), quoted };
}

const standardOf = ({ underlyings }: Params, id: number) =>
  underlyings.find((entry) => entry.underlyingId === id);

const rulesOf = (p: Params, id: number) =>
  (standardOf(p, id) ?? p.underlyings[0])?.portfolio ?? defaultRules();

function explainPortfolio(view: View, { input, legs }: JudgedPortfolio): ExplainedUnderlying[] {
  const p = params.get(view);
  return input.underlyings.map(({ index, confidence, expiries }, u) => {
    const { underlyingId } = legs[u]![0]!;
    return {
      ...{ underlyingId, index, confidence },
      rules: rulesOf(p, underlyingId),
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
      standard: standardOf(p, underlyingId),
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
