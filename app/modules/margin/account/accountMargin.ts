import { MarginMode } from '../../../../proto/gen/tenor.accounts.v1.ts';
import type { Subaccount } from '../../../../proto/gen/tenor.accounts.v1.ts';
import { holdingsOf } from '../../accounts/index.ts';
import { assert } from '../../../lib/assert.ts';
import type { View } from '../../../runtime/context.ts';
import { portfolioBuffer, portfolioMargin, standardBuffer, standardMargin } from '../core/index.ts';
import type {
  PortfolioInput,
  PortfolioMargin,
  StandardInput,
  StandardMargin,
} from '../core/index.ts';
import { insideBounds } from '../judge/insideBounds.ts';
import { changedHoldings, legsOf } from '../inputs/legs.ts';
import type { Change, ExpiryLegs } from '../inputs/legs.ts';
import { isDegraded as isDegradedMark } from '../marks.ts';
import { params } from '../params.ts';
import { portfolioInput } from '../inputs/portfolioInput.ts';
import { reservesAfter } from '../quotes/groupReserves.ts';
import {
  isDegraded as quotesAreDegraded,
  quotingGroups,
  reserveOfQuotes,
} from '../quotes/reserveOfQuotes.ts';
import type { QuotingGroup } from '../quotes/reserveOfQuotes.ts';
import { standardInput } from '../inputs/standardInput.ts';
import { judgedExpiries } from '../judge/verdict.ts';

const { MARGIN_MODE_COVERED, MARGIN_MODE_PORTFOLIO, MARGIN_MODE_STANDARD } = MarginMode;

interface Judged {
  /** What was judged, in the order of the input: `legs[u][e]` is expiry e of underlying u. */
  readonly legs: readonly (readonly ExpiryLegs[])[];
  readonly cashUusd: bigint;
  /** No young volatility is known for some of it: the bound that needs none stands in. */
  readonly isDegraded: boolean;
  /** What groups of quotes reserve of the initial margin, which is less by it. */
  readonly quotesReservedUusd: bigint;
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
 * mode, standard or portfolio. Scenarios need a volatility: while one is missing the standard rules
 * judge, with the bound that needs none (ADR 063). The covered mode has `coverOf`: no price.
 */
export function accountMargin(
  view: View,
  account: Subaccount,
  change: Change = {},
  mode = account.mode,
): AccountMargin {
  assert(mode !== MARGIN_MODE_COVERED, 'a covered account is not judged by prices');
  const legs = legsOf(view, account.id, change);
  const cashUusd = account.cashUusd + (change.cashUusd ?? 0n);
  const groups = quotingGroups(view, reservesAfter(view, account.id, change));
  const isDegraded =
    quotesAreDegraded(groups) ||
    legs.some((expiries) =>
      expiries.some((expiry) => expiry.legs.some(({ mark }) => isDegradedMark(mark))),
    );
  const isPortfolio = mode === MARGIN_MODE_PORTFOLIO && !isDegraded;
  const quotesReservedUusd = reservedUusd(view, account, change, isPortfolio, groups);
  const judged = { legs, cashUusd, isDegraded, quotesReservedUusd };
  const p = params.get(view);
  if (isPortfolio) {
    const input = portfolioInput(view, cashUusd, legs, p);
    const margin = less(
      insideBounds(() => portfolioMargin(input)),
      quotesReservedUusd,
    );
    return { ...judged, mode: MARGIN_MODE_PORTFOLIO, input, margin };
  }
  const input = standardInput(view, cashUusd, legs, p);
  const margin = less(
    insideBounds(() => standardMargin(input)),
    quotesReservedUusd,
  );
  return { ...judged, mode: MARGIN_MODE_STANDARD, input, margin };
}

function less<M extends StandardMargin | PortfolioMargin>(margin: M, reservedUusd: bigint): M {
  return { ...margin, initialMarginUusd: margin.initialMarginUusd - reservedUusd };
}

function reservedUusd(
  view: View,
  { id }: Subaccount,
  change: Change,
  isPortfolio: boolean,
  groups: readonly QuotingGroup[],
): bigint {
  if (groups.length === 0) return 0n;
  const holdings = changedHoldings(view, id, change);
  const expiries = judgedExpiries(view, holdingsOf(view, id), holdings);
  return reserveOfQuotes(view, isPortfolio, expiries, groups);
}

/** A of the venue's rules: what a liquidation keeps back. */
export function bufferOf({ mode, margin }: AccountMargin): bigint {
  const { equityUusd, markToMarketUusd, maintenanceMarginUusd } = margin;
  return mode === MARGIN_MODE_PORTFOLIO
    ? portfolioBuffer(markToMarketUusd, maintenanceMarginUusd)
    : standardBuffer(equityUusd, margin.shortValueUusd, maintenanceMarginUusd);
}
