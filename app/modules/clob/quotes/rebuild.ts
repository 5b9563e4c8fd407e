import { emptyReserve, storeReserve, withQuote } from '../../margin/index.ts';
import type { GroupReserve } from '../../margin/index.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import { BUY } from '../core/index.ts';
import { countQuotes } from '../limits/owned.ts';
import { termsOf } from '../terms.ts';
import { toNumber, toUusd } from '../units.ts';
import { eachQuote } from './eachQuote.ts';
import { noteQuote } from './groups.ts';
import { deadlines, groupNames, groups, switches } from './state.ts';

/** What every group reserves for, from its quotes one by one. */
export function reservesFromBooks(view: View): Map<bigint, GroupReserve> {
  const found = new Map<bigint, GroupReserve>();
  eachQuote(view, (groupId, seriesId, { side, size, price }) => {
    const group = groups.must(view, groupId);
    const before =
      found.get(groupId) ?? emptyReserve(groupId, group.underlyingId, toNumber(group.budget));
    const quote = { isBuy: side === BUY, quantity: size, priceUusd: toNumber(toUusd(price)) };
    found.set(groupId, withQuote(before, termsOf(view, seriesId), quote));
  });
  return found;
}

/** Fills the derived collections of quotes. */
export function rebuildQuotes(ctx: Ctx): void {
  for (const [id, { subaccountId, name }] of groups.entries(ctx)) {
    groupNames.set(ctx, [subaccountId, name], id);
  }
  for (const [id, { deadlineMs }] of switches.entries(ctx)) {
    deadlines.set(ctx, [deadlineMs, id], true);
  }
  eachQuote(ctx, (groupId, seriesId, { side, id }) => {
    noteQuote(ctx, groupId, seriesId, side === BUY, BigInt(id));
    countQuotes(ctx, groups.must(ctx, groupId).subaccountId, 1);
  });
  for (const [groupId, reserve] of reservesFromBooks(ctx)) {
    storeReserve(ctx, groups.must(ctx, groupId).subaccountId, reserve);
  }
}
