import { quotesReserve } from '../core/index.ts';
import type { Quoting } from '../core/index.ts';
import { insideBounds } from '../judge/insideBounds.ts';
import type { JudgedExpiry } from '../judge/judgedExpiry.ts';
import { collateralPriceOf } from '../marks.ts';
import type { View } from '../../../runtime/context.ts';
import type { GroupReserve } from '../state.ts';
import { mostFilled } from './groupReserves.ts';
import { quotedIn } from './quotedExpiry.ts';
import type { QuotedExpiry } from './quotedExpiry.ts';

/** A group that quotes, with the expiries it quotes. */
export interface QuotingGroup extends Quoting<QuotedExpiry> {
  readonly groupId: bigint;
}

export function quotingGroups(view: View, reserves: readonly GroupReserve[]): QuotingGroup[] {
  if (reserves.length === 0) return [];
  const quoted = quotedIn(view);
  return reserves.flatMap((reserve) => {
    const expiries = reserve.quotes.flatMap((held) => quoted(held) ?? []);
    const { groupId, underlyingId } = reserve;
    const quantity = mostFilled(reserve);
    return expiries.length === 0 ? [] : [{ groupId, underlyingId, quantity, expiries }];
  });
}

export const isDegraded = (groups: readonly QuotingGroup[]): boolean =>
  groups.some(({ expiries }) => expiries.some((expiry) => expiry.isDegraded));

/** What groups reserve of the initial margin beside what the account holds and orders, uusd. */
export function reserveOfQuotes(
  view: View,
  isPortfolio: boolean,
  judged: readonly JudgedExpiry[],
  groups: readonly QuotingGroup[],
): bigint {
  const marketOf = (id: number) => {
    const quoted = groups.find(({ underlyingId }) => underlyingId === id)!.expiries[0]!;
    const { index, confidence, rules } = quoted.market!;
    return { index, confidence, params: rules };
  };
  return insideBounds(() =>
    quotesReserve(isPortfolio, judged, groups, marketOf, collateralPriceOf(view)),
  );
}
