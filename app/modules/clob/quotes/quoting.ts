import type { QuoteGroup, QuotingGroup } from '../../../../proto/gen/tenor.clob.v1.ts';
import { assert } from '../../../lib/assert.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import { countQuotes } from '../limits/owned.ts';
import { eachQuote } from './eachQuote.ts';
import { groups, quoting } from './state.ts';

/** Quotes of a group came into the books, or left them. */
export function countGroup(ctx: Ctx, { id, subaccountId }: QuoteGroup, change: number): void {
  if (change === 0) return;
  countQuotes(ctx, subaccountId, change);
  const before = quoting.get(ctx, subaccountId)?.groups ?? [];
  const had = before.find(({ groupId }) => groupId === id)?.quotes ?? 0;
  const counted = { groupId: id, quotes: had + change };
  assert(counted.quotes >= 0, `group ${id} has less than no quotes`);
  keep(ctx, subaccountId, [...before.filter(({ groupId }) => groupId !== id), counted]);
}

function keep(ctx: Ctx, subaccountId: bigint, counts: readonly QuotingGroup[]): void {
  const left = counts
    .filter(({ quotes }) => quotes > 0)
    .sort((a, b) => (a.groupId < b.groupId ? -1 : 1));
  if (left.length === 0) quoting.delete(ctx, subaccountId);
  else quoting.set(ctx, subaccountId, { groups: left });
}

/** How many quotes each group has, from the books, by subaccount. */
export function quotingFromBooks(view: View): Map<bigint, QuotingGroup[]> {
  const counts = new Map<bigint, number>();
  eachQuote(view, (groupId) => counts.set(groupId, (counts.get(groupId) ?? 0) + 1));
  const found = new Map<bigint, QuotingGroup[]>();
  for (const [groupId, { subaccountId }] of groups.entries(view)) {
    const quotes = counts.get(groupId) ?? 0;
    if (quotes === 0) continue;
    found.set(subaccountId, [...(found.get(subaccountId) ?? []), { groupId, quotes }]);
  }
  return found;
}

/** Of a genesis, whose books are there already. */
export function countAllGroups(ctx: Ctx): void {
  for (const [subaccountId, counts] of quotingFromBooks(ctx)) keep(ctx, subaccountId, counts);
}
