import { MarginMode } from '../../../../proto/gen/tenor.accounts.v1.ts';
import type { Explanation } from '../../../../proto/gen/tenor.margin.v1.ts';
import { portfolioOf, standardOf } from './explainedInput.ts';
import { portfolioMargin } from './portfolioMargin.ts';
import type { PortfolioMargin } from './portfolioTypes.ts';
import { replayReserve } from './replayReserve.ts';
import { standardMargin } from './standardMargin.ts';
import type { StandardMargin } from './types.ts';

/** A margin computed again, by the rules of its mode. */
export type Replayed = (StandardMargin | PortfolioMargin) & {
  /** What groups of quotes reserve of the initial margin, which is less by it. */
  readonly quotesReservedUusd: bigint;
};

/**
 * Computes a margin again from what a node said it was computed from: the same numbers, to the last
 * unit, or the node did not compute them from that.
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
  const quotesReservedUusd = replayReserve(explanation);
  const initialMarginUusd = replayed.initialMarginUusd - quotesReservedUusd;
  return { ...replayed, initialMarginUusd, quotesReservedUusd };
}
