import type { View } from '../../../runtime/context.ts';
import { dearestOf, portfolioQuoteReserve, standardQuoteReserve } from '../core/index.ts';
import { insideBounds } from '../judge/insideBounds.ts';
import type { JudgedExpiry } from '../judge/judgedExpiry.ts';
import { collateralPriceOf } from '../marks.ts';
import { params, standardParamsOf } from '../params.ts';
import type { GroupReserve } from '../state.ts';
import { mostFilled } from './groupReserves.ts';
import { quotedIn } from './quotedExpiry.ts';
import type { QuotedExpiry } from './quotedExpiry.ts';

/** A group that quotes, with the expiries it quotes. */
export interface QuotingGroup {
  readonly underlyingId: number;
  /** What can fill, 1e-4 contracts. */
  readonly quantity: number;
  readonly expiries: readonly QuotedExpiry[];
}

export function quotingGroups(view: View, reserves: readonly GroupReserve[]): QuotingGroup[] {
  if (reserves.length === 0) return [];
  const quoted = quotedIn(view);
  return reserves.flatMap((reserve) => {
    const expiries = reserve.quotes.flatMap((held) => quoted(held) ?? []);
    const { underlyingId } = reserve;
    return expiries.length === 0 ? [] : [{ underlyingId, quantity: mostFilled(reserve), expiries }];
  });
}

export const isDegraded = (groups: readonly QuotingGroup[]): boolean =>
  groups.some(({ expiries }) => expiries.some((expiry) => expiry.isDegraded));

/**
 * The initial margin that groups of quotes reserve beside what the account holds and orders, uusd,
 * rounded up. Each fill's fee rounds up by less than a unit, and is for one 1e-4 contract at least.
 */
export function quotesReserve(
  view: View,
  isPortfolio: boolean,
  judged: readonly JudgedExpiry[],
  groups: readonly QuotingGroup[],
): bigint {
  let reserve = 0;
  let most = 0;
  const ids = [...new Set(groups.map(({ underlyingId }) => underlyingId))].sort((a, b) => a - b);
  for (const id of ids) {
    const held = judged.filter(({ underlyingId }) => underlyingId === id);
    const of = groups.filter(({ underlyingId }) => underlyingId === id);
    for (const { quantity } of of) most += quantity;
    reserve += insideBounds(() =>
      isPortfolio ? portfolioReserve(view, held, of) : standardReserve(view, held, of),
    );
  }
  return groups.length === 0 ? 0n : BigInt(Math.ceil(reserve)) + BigInt(most);
}

function standardReserve(
  view: View,
  held: readonly JudgedExpiry[],
  groups: readonly QuotingGroup[],
): number {
  const [first] = groups[0]!.expiries;
  const { index, confidence } = first!.legs[0]!.mark;
  const rules = standardParamsOf(params.get(view), first!.underlyingId);
  const all = new Map<bigint, QuotedExpiry>();
  for (const { expiries } of groups) {
    for (const expiry of expiries) all.set(expiry.expirySeconds, expiry);
  }
  const seconds = [...all.keys()].sort((a, b) => (a < b ? -1 : 1));
  const expiries = seconds.map((at) => {
    const { forward, settlementFeePerUnit } = all.get(at)!;
    const share = held.find(({ expirySeconds }) => expirySeconds === at)?.standard;
    const quotes = groups.map(
      (group) => group.expiries.find(({ expirySeconds }) => expirySeconds === at)?.standard,
    );
    const { confidence: ofExpiry } = all.get(at)!.legs[0]!.mark.quality;
    return { share, forward, settlementFeePerUnit, confidence: ofExpiry, quotes };
  });
  const quantities = groups.map(({ quantity }) => quantity);
  const of = { index, confidence, params: rules };
  return standardQuoteReserve(of, expiries, quantities, collateralPriceOf(view));
}

function portfolioReserve(
  view: View,
  held: readonly JudgedExpiry[],
  groups: readonly QuotingGroup[],
): number {
  const units = groups.map(({ expiries, quantity }) => ({
    unit: dearestOf(expiries.map((expiry) => expiry.portfolio)),
    quantity,
  }));
  const parts = held.map(({ portfolio }) => portfolio.part);
  const { factors } = groups[0]!.expiries[0]!.portfolio;
  return portfolioQuoteReserve(factors, parts, units, collateralPriceOf(view));
}
