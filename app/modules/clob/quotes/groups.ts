import type { QuoteGroup } from '../../../../proto/gen/tenor.clob.v1.ts';
import { emptyReserve, groupReserveOf } from '../../margin/index.ts';
import type { GroupReserve } from '../../margin/index.ts';
import { u64 } from '../../../lib/keys.ts';
import type { View } from '../../../runtime/context.ts';
import type { Left } from '../auctions/held.ts';
import { clobErrors } from '../errors.ts';
import { toNumber } from '../units.ts';
import { groupNames, groups, quotes } from './state.ts';

/** A freeze that only a reset ends. */
export const UNTIL_RESET_MS = BigInt(Number.MAX_SAFE_INTEGER);

/** @throws Reject unknownGroup */
export function mustGroup(view: View, subaccountId: bigint, name: string): QuoteGroup {
  const id = groupNames.get(view, [subaccountId, name]);
  if (id !== undefined) return groups.must(view, id);
  throw clobErrors.unknownGroup(
    `this subaccount has no group of quotes ${JSON.stringify(name)}: set its limits first`,
  );
}

/** The groups of a subaccount, by name. */
export function groupsOf(view: View, subaccountId: bigint): QuoteGroup[] {
  return [...groupNames.under(view, u64.write(subaccountId))].map(([, id]) =>
    groups.must(view, id),
  );
}

export const isFrozen = (view: View, { frozenUntilMs }: QuoteGroup): boolean =>
  frozenUntilMs !== undefined && frozenUntilMs > BigInt(view.header.timeMs);

/** What a group quotes: (series, whether it buys, id in the book), by series. */
export function quotesOf(view: View, groupId: bigint): [bigint, boolean, bigint][] {
  return [...quotes.under(view, u64.write(groupId))].map(([[, seriesId, side], orderId]) => [
    seriesId,
    side === 1,
    orderId,
  ]);
}

/** What a group still quotes, of the series of a filter, after all of it went that may. */
export function quotesLeft(
  view: View,
  { id, name }: QuoteGroup,
  isWanted: (seriesId: bigint) => boolean = () => true,
): Left[] {
  return quotesOf(view, id)
    .filter(([seriesId]) => isWanted(seriesId))
    .map(([seriesId, isBuy, orderId]) => ({ seriesId, isBuy, orderId, group: name }));
}

export const quoteKey = (groupId: bigint, seriesId: bigint, isBuy: boolean) =>
  [groupId, seriesId, isBuy ? 1 : 0] as const;

/** What a group reserves for, with its budget as it is. */
export function reserveOf(
  view: View,
  { id, subaccountId, underlyingId, budget }: QuoteGroup,
): GroupReserve {
  const found = groupReserveOf(view, subaccountId, id);
  return found ?? emptyReserve(id, underlyingId, toNumber(budget));
}
