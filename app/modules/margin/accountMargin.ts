import { MarginMode } from '../../../proto/gen/tenor.accounts.v1.ts';
import type { Subaccount } from '../../../proto/gen/tenor.accounts.v1.ts';
import type { View } from '../../runtime/context.ts';
import { portfolioBuffer, portfolioMargin, standardBuffer, standardMargin } from './core/index.ts';
import type {
  PortfolioInput,
  PortfolioMargin,
  StandardInput,
  StandardMargin,
} from './core/index.ts';
import { insideBounds } from './insideBounds.ts';
import { legsOf } from './legs.ts';
import type { Change, ExpiryLegs } from './legs.ts';
import { params } from './params.ts';
import { portfolioInput } from './portfolioInput.ts';
import { standardInput } from './standardInput.ts';

const { MARGIN_MODE_PORTFOLIO, MARGIN_MODE_STANDARD } = MarginMode;

interface Judged {
  /** What was judged, in the order of the input: `legs[u][e]` is expiry e of underlying u. */
  readonly legs: readonly (readonly ExpiryLegs[])[];
  readonly cashUusd: bigint;
  /** No volatility is known for some of it: the bound that needs none stands in. */
  readonly isDegraded: boolean;
}

export interface JudgedStandard extends Judged {
  readonly mode: typeof MARGIN_MODE_STANDARD;
  readonly input: StandardInput;
  readonly margin: StandardMargin;
}

export interface JudgedPortfolio extends Judged {
  readonly mode: typeof MARGIN_MODE_PORTFOLIO;
  readonly input: PortfolioInput;
  readonly margin: PortfolioMargin;
}

/** A subaccount's margin with all that it was computed from. */
export type AccountMargin = JudgedStandard | JudgedPortfolio;

/**
 * The margin of a subaccount as it stands, or as it would be after a change, by the rules of its
 * mode. Scenarios need a volatility: while one is missing the standard rules judge, with the bound
 * that needs none (ADR 063).
 */
export function accountMargin(
  view: View,
  account: Subaccount,
  change: Change = {},
  mode = account.mode,
): AccountMargin {
  const legs = legsOf(view, account.id, change);
  const cashUusd = account.cashUusd + (change.cashUusd ?? 0n);
  const isDegraded = legs.some((expiries) =>
    expiries.some((expiry) => expiry.legs.some(({ mark }) => mark.vol === undefined)),
  );
  const judged = { legs, cashUusd, isDegraded };
  const p = params.get(view);
  if (mode === MARGIN_MODE_PORTFOLIO && !isDegraded) {
    const input = portfolioInput(view, cashUusd, legs, p);
    const margin = insideBounds(() => portfolioMargin(input));
    return { ...judged, mode: MARGIN_MODE_PORTFOLIO, input, margin };
  }
  const input = standardInput(view, cashUusd, legs, p);
  const margin = insideBounds(() => standardMargin(input));
  return { ...judged, mode: MARGIN_MODE_STANDARD, input, margin };
}

/** A of the venue's rules: what a liquidation keeps back. */
export function bufferOf({ mode, margin }: AccountMargin): bigint {
  const { equityUusd, markToMarketUusd, maintenanceMarginUusd } = margin;
  return mode === MARGIN_MODE_PORTFOLIO
    ? portfolioBuffer(markToMarketUusd, maintenanceMarginUusd)
    : standardBuffer(equityUusd, margin.shortValueUusd, maintenanceMarginUusd);
}
