import { MarginMode } from '../../../../proto/gen/tenor.accounts.v1.ts';
import type {
  ExplainedExpiry,
  ExplainedUnderlying,
  Explanation,
} from '../../../../proto/gen/tenor.margin.v1.ts';
import { expiryOf, positionsOf } from './explainedInput.ts';
import { expiryPart } from './expiryPart.ts';
import { expiryQuotes, expiryUnitCosts } from './expiryQuotes.ts';
import { coreRules } from './governedRules.ts';
import { OpenGrid } from './openGrid.ts';
import { DEFAULT_PORTFOLIO_PARAMS } from './portfolioParams.ts';
import type { PortfolioParams } from './portfolioTypes.ts';
import { quotesReserve } from './quotesReserve.ts';
import type { HeldExpiry, QuotedExpiryParts, QuotedMarket } from './quotesReserve.ts';
import { scenarioRow } from './scenarioGrid.ts';
import { StandardShare } from './standardShare.ts';
import { standardRules } from './standardRules.ts';

/**
 * What groups of quotes reserve of an explained initial margin, computed again.
 *
 * @throws RiskInputError for what no node would say
 */
export function replayReserve({
  margin,
  underlyings,
  quotes,
  collateralPrice = 1,
}: Explanation): bigint {
  if (quotes.length === 0) return 0n;
  const isPortfolio = margin?.mode === MarginMode.MARGIN_MODE_PORTFOLIO;
  const held = underlyings.flatMap((underlying) =>
    underlying.expiries.map((expiry) => heldExpiry(underlying, expiry, collateralPrice)),
  );
  const groups = quotes.map(({ quantity, quoted }) => ({
    underlyingId: quoted!.underlyingId,
    quantity: Number(quantity),
    expiries: quoted!.expiries.map((expiry) => quotedExpiry(quoted!, expiry, collateralPrice)),
  }));
  const marketOf = (id: number): QuotedMarket =>
    marketIn(quotes.find(({ quoted }) => quoted!.underlyingId === id)!.quoted!);
  return quotesReserve(isPortfolio, held, groups, marketOf, collateralPrice);
}

const marketIn = ({ index, confidence, standard }: ExplainedUnderlying): QuotedMarket => ({
  ...{ index, confidence },
  params: standardRules(standard),
});

function heldExpiry(
  underlying: ExplainedUnderlying,
  expiry: ExplainedExpiry,
  collateralPrice: number,
): HeldExpiry {
  const { index, params } = marketIn(underlying);
  return {
    underlyingId: underlying.underlyingId,
    expirySeconds: expiry.expirySeconds,
    get standard() {
      return new StandardShare(positionsOf(expiry), index, params);
    },
    get portfolio() {
      const { grid, positions } = onGrid(underlying, expiry);
      return { part: expiryPart(grid, grid.factors, positions, collateralPrice) };
    },
  };
}

function quotedExpiry(
  underlying: ExplainedUnderlying,
  expiry: ExplainedExpiry,
  collateralPrice: number,
): QuotedExpiryParts {
  const { index, params } = marketIn(underlying);
  return {
    ...{ expirySeconds: expiry.expirySeconds, forward: expiry.forward },
    ...{ settlementFeePerUnit: expiry.settlementFee, confidence: expiry.confidence ?? 1 },
    get standard() {
      return expiryQuotes(positionsOf(expiry), index, params);
    },
    get portfolio() {
      const { grid, positions } = onGrid(underlying, expiry);
      const { factors } = grid;
      return { ...expiryUnitCosts(grid, factors, positions, collateralPrice), factors };
    },
  };
}

function onGrid({ index, confidence, rules }: ExplainedUnderlying, explained: ExplainedExpiry) {
  const params: PortfolioParams = rules === undefined ? DEFAULT_PORTFOLIO_PARAMS : coreRules(rules);
  const { options, ...expiry } = expiryOf(explained);
  const grid = new OpenGrid({ index, confidence, params }, expiry);
  const positions = options.map(({ quantity, orders, ...series }) => {
    const scenarioPrices = scenarioRow(series, expiry, params);
    return { instrument: grid.add({ ...series, scenarioPrices }), quantity, orders };
  });
  return { grid, positions };
}
