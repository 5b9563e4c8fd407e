import { MarginMode } from '../../../proto/gen/tenor.accounts.v1.ts';
import type { Subaccount } from '../../../proto/gen/tenor.accounts.v1.ts';
import { holdingsOf } from '../accounts/index.ts';
import type { Holdings } from '../accounts/core/holdings.ts';
import { GAS } from '../../lib/gas.ts';
import { viewOf } from '../../runtime/context.ts';
import type { View } from '../../runtime/context.ts';
import {
  requireLegCount,
  standardInitial,
  standardInitialBound,
  standardMaintenance,
  standardValue,
  sumUnderlyings,
  underlyingScenarios,
} from './core/index.ts';
import type { AccountHealth, PortfolioMargin, UnderlyingShares } from './core/index.ts';
import { insideBounds } from './insideBounds.ts';
import { JudgedExpiry, expiriesIn } from './judgedExpiry.ts';
import { changedHoldings } from './legs.ts';
import type { Change } from './legs.ts';
import { params, standardParamsOf } from './params.ts';
import { reservesAfter } from './quotes/groupReserves.ts';
import { isDegraded, quotesReserve, quotingGroups } from './quotes/quotesReserve.ts';

const { MARGIN_MODE_PORTFOLIO } = MarginMode;

/** How an account stands: `accountMargin` in numbers alone, to the same unit. */
export interface Verdict extends AccountHealth {
  readonly initialMarginUusd: bigint;
  /** Whether that is at least 0, for which the number itself is seldom needed. */
  readonly hasInitialMargin: boolean;
}

/**
 * The margin of a subaccount as it stands, or as it would be after a change. Only the expiries that
 * the change touches are judged anew; what the others come to is remembered for the block.
 */
export function verdictOf(view: View, account: Subaccount, change: Change = {}): Verdict {
  const stored = holdingsOf(view, account.id);
  const cashUusd = account.cashUusd + (change.cashUusd ?? 0n);
  const expiries = judgedExpiries(view, stored, changedHoldings(view, account.id, change));
  const groups = quotingGroups(view, reservesAfter(view, account.id, change));
  const isPortfolio =
    account.mode === MARGIN_MODE_PORTFOLIO &&
    !expiries.some((expiry) => expiry.isDegraded) &&
    !isDegraded(groups);
  const verdict = isPortfolio
    ? portfolioVerdict(cashUusd, expiries)
    : standardVerdict(view, cashUusd, expiries);
  if (groups.length === 0) return verdict;
  return withReserve(verdict, quotesReserve(view, isPortfolio, expiries, groups));
}

/** With what groups of quotes reserve of the initial margin. */
function withReserve(verdict: Verdict, reserveUusd: bigint): Verdict {
  return {
    cashUusd: verdict.cashUusd,
    get initialMarginUusd() {
      return verdict.initialMarginUusd - reserveUusd;
    },
    get hasInitialMargin() {
      return this.initialMarginUusd >= 0n;
    },
    get maintenanceMarginUusd() {
      return verdict.maintenanceMarginUusd;
    },
    get markToMarketUusd() {
      return verdict.markToMarketUusd;
    },
  };
}

/** Each expiry that is held or ordered, at the marks of the block. */
export function judgedExpiries(view: View, stored: Holdings, holdings: Holdings): JudgedExpiry[] {
  const known = expiriesIn(view);
  const judged: JudgedExpiry[] = [];
  let [all, anew] = [0, 0];
  for (const held of holdings) {
    const isStored = holdings === stored || stored.includes(held);
    const expiry = isStored ? known(held) : new JudgedExpiry(viewOf(view.state, view.header), held);
    if (expiry.legs.length === 0) continue;
    judged.push(expiry);
    all += expiry.legs.length;
    if (!isStored) anew += expiry.legs.length;
  }
  chargeLegs(view, judged.length, anew);
  insideBounds(() => {
    requireLegCount(all);
  });
  return judged;
}

/**
 * Gas follows the legs that a change makes new, and the expiries that are summed: what depends on
 * the state alone, and not on what happens to be remembered.
 */
function chargeLegs(view: View, expiries: number, legs: number): void {
  view.gas.consume(GAS.step * (expiries + legs));
}

/** In groups of one underlying; expiries come in this order. */
function byUnderlying(expiries: readonly JudgedExpiry[]): JudgedExpiry[][] {
  const groups: JudgedExpiry[][] = [];
  for (const expiry of expiries) {
    const last = groups.at(-1);
    if (last?.[0]?.underlyingId === expiry.underlyingId) last.push(expiry);
    else groups.push([expiry]);
  }
  return groups;
}

function portfolioVerdict(cashUusd: bigint, expiries: readonly JudgedExpiry[]): Verdict {
  const margin = insideBounds((): PortfolioMargin => {
    const underlyings = byUnderlying(expiries).map((group) => {
      const parts = group.map(({ portfolio }) => portfolio.part);
      return underlyingScenarios(group[0]!.portfolio.factors, parts, 1);
    });
    return sumUnderlyings(cashUusd, underlyings);
  });
  const { initialMarginUusd, maintenanceMarginUusd, markToMarketUusd } = margin;
  const hasInitialMargin = initialMarginUusd >= 0n;
  return { cashUusd, initialMarginUusd, hasInitialMargin, maintenanceMarginUusd, markToMarketUusd };
}

/** Most orders pass by their initial margin: the rest is made when it is asked for. */
function standardVerdict(view: View, cashUusd: bigint, expiries: readonly JudgedExpiry[]): Verdict {
  const p = params.get(view);
  const underlyings = insideBounds(() =>
    byUnderlying(expiries).map((group): UnderlyingShares => {
      const { underlyingId, legs } = group[0]!;
      const { index, confidence } = legs[0]!.mark;
      const shares = group.map(({ standard }) => standard);
      return { index, confidence, params: standardParamsOf(p, underlyingId), shares };
    }),
  );
  return {
    cashUusd,
    get initialMarginUusd() {
      return cashUusd - insideBounds(() => standardInitial(underlyings));
    },
    get hasInitialMargin() {
      const bound = insideBounds(() => standardInitialBound(underlyings));
      return cashUusd >= bound || this.initialMarginUusd >= 0n;
    },
    get maintenanceMarginUusd() {
      return cashUusd - insideBounds(() => standardMaintenance(underlyings));
    },
    get markToMarketUusd() {
      return cashUusd + standardValue(underlyings);
    },
  };
}
