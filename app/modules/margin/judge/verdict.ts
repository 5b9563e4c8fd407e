import { MarginMode } from '../../../../proto/gen/tenor.accounts.v1.ts';
import type { Subaccount } from '../../../../proto/gen/tenor.accounts.v1.ts';
import { holdingsOf } from '../../accounts/index.ts';
import type { Holdings } from '../../accounts/core/holdings.ts';
import { GAS } from '../../../lib/gas.ts';
import type { View } from '../../../runtime/context.ts';
import {
  requireLegCount,
  standardInitial,
  standardInitialBound,
  standardMaintenance,
  standardValue,
  sumUnderlyings,
  underlyingScenarios,
} from '../core/index.ts';
import type {
  AccountHealth,
  BoundedUnderlying,
  PortfolioMargin,
  UnderlyingShares,
} from '../core/index.ts';
import { boundsIn } from './boundedExpiry.ts';
import type { BoundedExpiry } from './boundedExpiry.ts';
import { coverOf } from '../covered/coverOf.ts';
import { insideBounds } from './insideBounds.ts';
import type { JudgedExpiry } from './judgedExpiry.ts';
import { expiriesIn } from './judgedExpiry.ts';
import { changedHoldings, legsOf, worthOf } from '../inputs/legs.ts';
import type { Change } from '../inputs/legs.ts';
import { collateralPriceOf } from '../marks.ts';
import { params, standardParamsOf } from '../params.ts';
import { reservesAfter } from '../quotes/groupReserves.ts';
import { isDegraded, quotingGroups, reserveOfQuotes } from '../quotes/reserveOfQuotes.ts';

const { MARGIN_MODE_COVERED, MARGIN_MODE_PORTFOLIO } = MarginMode;

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
  if (account.mode === MARGIN_MODE_COVERED) return coveredVerdict(view, account, change);
  const stored = holdingsOf(view, account.id);
  const cashUusd = account.cashUusd + (change.cashUusd ?? 0n);
  const bounds = boundsOf(view, stored, changedHoldings(view, account.id, change));
  const groups = quotingGroups(view, reservesAfter(view, account.id, change));
  const isPortfolio =
    account.mode === MARGIN_MODE_PORTFOLIO &&
    !bounds.some((expiry) => expiry.isDegraded) &&
    !isDegraded(groups);
  const verdict = isPortfolio
    ? portfolioVerdict(view, cashUusd, bounds)
    : standardVerdict(view, cashUusd, bounds);
  if (groups.length === 0) return verdict;
  return withReserve(verdict, reserveOfQuotes(view, isPortfolio, judged(view, bounds), groups));
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

/** Prices come in only where somebody asks what it is worth. */
function coveredVerdict(view: View, account: Subaccount, change: Change): Verdict {
  const { cashUusd, initialMarginUusd, maintenanceMarginUusd } = coverOf(view, account, change);
  return {
    ...{ cashUusd, initialMarginUusd, maintenanceMarginUusd },
    hasInitialMargin: initialMarginUusd >= 0n,
    get markToMarketUusd() {
      return cashUusd + worthOf(legsOf(view, account.id, change));
    },
  };
}

/** Each expiry that is held or ordered, at the marks of the block. */
export function judgedExpiries(view: View, stored: Holdings, holdings: Holdings): JudgedExpiry[] {
  return judged(view, boundsOf(view, stored, holdings));
}

function boundsOf(view: View, stored: Holdings, holdings: Holdings): BoundedExpiry[] {
  const boundOf = boundsIn(view);
  const bounds: BoundedExpiry[] = [];
  let [all, anew] = [0, 0];
  for (const held of holdings) {
    const isStored = stored.includes(held);
    const bound = boundOf(held);
    if (bound.legs === 0) continue;
    bounds.push(bound);
    all += bound.legs;
    if (!isStored) anew += bound.legs;
  }
  chargeLegs(view, bounds.length, anew);
  insideBounds(() => {
    requireLegCount(all);
  });
  return bounds;
}

/** The same expiries with all their legs. */
function judged(view: View, bounds: readonly BoundedExpiry[]): JudgedExpiry[] {
  const known = expiriesIn(view);
  return bounds.map(({ held }) => known(held));
}

/**
 * Gas follows the legs that a change makes new, and the expiries that are summed: what depends on
 * the state alone, and not on what happens to be remembered.
 */
function chargeLegs(view: View, expiries: number, legs: number): void {
  view.gas.consume(GAS.step * (expiries + legs));
}

/** In groups of one underlying; expiries come in this order. */
function byUnderlying<T extends { readonly underlyingId: number }>(expiries: readonly T[]): T[][] {
  const groups: T[][] = [];
  for (const expiry of expiries) {
    const last = groups.at(-1);
    if (last?.[0]?.underlyingId === expiry.underlyingId) last.push(expiry);
    else groups.push([expiry]);
  }
  return groups;
}

function portfolioVerdict(view: View, cashUusd: bigint, bounds: readonly BoundedExpiry[]): Verdict {
  const margin = insideBounds((): PortfolioMargin => {
    const underlyings = byUnderlying(judged(view, bounds)).map((group) => {
      const parts = group.map(({ portfolio }) => portfolio.part);
      return underlyingScenarios(group[0]!.portfolio.factors, parts, collateralPriceOf(view));
    });
    return sumUnderlyings(cashUusd, underlyings);
  });
  const { initialMarginUusd, maintenanceMarginUusd, markToMarketUusd } = margin;
  const hasInitialMargin = initialMarginUusd >= 0n;
  return { cashUusd, initialMarginUusd, hasInitialMargin, maintenanceMarginUusd, markToMarketUusd };
}

/** Most orders pass by a bound on their initial margin: the rest is made when it is asked for. */
function standardVerdict(view: View, cashUusd: bigint, bounds: readonly BoundedExpiry[]): Verdict {
  let made: UnderlyingShares[] | undefined;
  const underlyings = () => (made ??= underlyingShares(view, bounds));
  const price = () => collateralPriceOf(view);
  return {
    cashUusd,
    get initialMarginUusd() {
      return cashUusd - insideBounds(() => standardInitial(underlyings(), price()));
    },
    get hasInitialMargin() {
      if (passesByBound(cashUusd, bounds, price())) return true;
      const bound = insideBounds(() => standardInitialBound(underlyings(), price()));
      return cashUusd >= bound || this.initialMarginUusd >= 0n;
    },
    get maintenanceMarginUusd() {
      return cashUusd - insideBounds(() => standardMaintenance(underlyings()));
    },
    get markToMarketUusd() {
      return cashUusd + insideBounds(() => standardValue(underlyings()));
    },
  };
}

/** Whether cash covers every short by itself, which is more than the initial margin asks for. */
function passesByBound(
  cashUusd: bigint,
  bounds: readonly BoundedExpiry[],
  collateralPrice: number,
): boolean {
  if (bounds.some(({ initialBound }) => Number.isNaN(initialBound))) return false;
  const underlyings = byUnderlying(bounds).map((group): BoundedUnderlying => {
    const { index, confidence, rules } = group[0]!.market!;
    return { index, confidence, params: rules, shares: group };
  });
  return cashUusd >= standardInitialBound(underlyings, collateralPrice);
}

function underlyingShares(view: View, bounds: readonly BoundedExpiry[]): UnderlyingShares[] {
  return byUnderlying(judged(view, bounds)).map((group): UnderlyingShares => {
    const { index, confidence } = group[0]!.legs[0]!.mark;
    const shares = group.map(({ standard }) => standard);
    const rules = standardParamsOf(params.get(view), group[0]!.underlyingId);
    return { index, confidence, params: rules, shares };
  });
}
