import type { QuoteGroup } from '../../../../proto/gen/tenor.clob.v1.ts';
import { emptyReserve, groupReserveOf } from '../../margin/index.ts';
import type { GroupReserve } from '../../margin/index.ts';
import { u64 } from '../../../lib/keys.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import type { Left } from '../auctions/held.ts';
import { clobErrors } from '../errors.ts';
import { toNumber } from '../units.ts';
import { groupNames, groups, quotes } from './state.ts';
import type { QuoteIds } from './state.ts';

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
  const found: [bigint, boolean, bigint][] = [];
  for (const [[, seriesId], { bid, ask }] of quotes.under(view, u64.write(groupId))) {
    if (ask !== undefined) found.push([seriesId, false, ask]);
    if (bid !== undefined) found.push([seriesId, true, bid]);
  }
  return found;
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

export const NO_QUOTES: QuoteIds = { bid: undefined, ask: undefined };

/** What a group quotes of a series. */
export const quoteIdsOf = (view: View, groupId: bigint, seriesId: bigint): QuoteIds =>
  quotes.get(view, [groupId, seriesId]) ?? NO_QUOTES;

/** Notes under which id a side is quoted; undefined when it is no more. */
export function noteQuote(
  ctx: Ctx,
  groupId: bigint,
  seriesId: bigint,
  isBuy: boolean,
  id: bigint | undefined,
): void {
  const { bid, ask } = quoteIdsOf(ctx, groupId, seriesId);
  const after = isBuy ? { bid: id, ask } : { bid, ask: id };
  const isGone = after.bid === undefined && after.ask === undefined;
  if (isGone) quotes.delete(ctx, [groupId, seriesId]);
  else quotes.set(ctx, [groupId, seriesId], after);
}

/** How many quotes are listed, of all groups. */
export function countListed(view: View): number {
  let count = 0;
  for (const [, { bid, ask }] of quotes.entries(view)) {
    count += (bid === undefined ? 0 : 1) + (ask === undefined ? 0 : 1);
  }
  return count;
}

/** What a group reserves for, with its budget as it is. */
export function reserveOf(
  view: View,
  { id, subaccountId, underlyingId, budget }: QuoteGroup,
): GroupReserve {
  const found = groupReserveOf(view, subaccountId, id);
  return found ?? emptyReserve(id, underlyingId, toNumber(budget));
}
