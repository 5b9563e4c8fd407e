import type { QuotingGroup } from '../../../../proto/gen/tenor.clob.v1.ts';
import { groupReserveOf } from '../../margin/index.ts';
import type { GroupReserve } from '../../margin/index.ts';
import type { View } from '../../../runtime/context.ts';
import { booksOf } from '../books/books.ts';
import { AUCTION, BUY } from '../core/index.ts';
import { budgetOf } from './core/window.ts';
import { countListed, isFrozen, quoteIdsOf } from './groups.ts';
import { eachQuote } from './eachQuote.ts';
import { quotingFromBooks } from './quoting.ts';
import { reservesFromBooks } from './rebuild.ts';
import { deadlines, groupNames, groups, quoting, switches } from './state.ts';

function sameReserve(a: GroupReserve, b: GroupReserve): boolean {
  return (
    a.quantity === b.quantity &&
    a.quoted === b.quoted &&
    a.quotes.length === b.quotes.length &&
    a.quotes.every(({ expirySeconds, rows }, i) => {
      const other = b.quotes[i]!;
      return expirySeconds === other.expirySeconds && rows.join() === other.rows.join();
    })
  );
}

/** For its auction, which keeps what was in it when it was locked, also if it begins anew. */
const isWaiting = (view: View, seriesId: bigint): boolean =>
  booksOf(view).must(seriesId).phase === AUCTION;

/** Each returns null, or a sentence that says what is broken. */
export const quoteInvariants: Readonly<Record<string, (view: View) => string | null>> = {
  'every quote is in its book and found by its group, series and side, and no larger than it may': (
    view,
  ) => {
    let count = 0;
    const wrong: string[] = [];
    eachQuote(view, (groupId, seriesId, { id, side, size }) => {
      count++;
      const { bid, ask } = quoteIdsOf(view, groupId, seriesId);
      const found = side === BUY ? bid : ask;
      const group = groups.get(view, groupId);
      if (found !== BigInt(id)) wrong.push(`quote ${id} of group ${groupId} is not found`);
      if (group === undefined) wrong.push(`quote ${id} is of no group`);
      else if (BigInt(size) > group.maxQuote) {
        wrong.push(`quote ${id} is larger than it may be`);
      } else if (isFrozen(view, group) && !isWaiting(view, seriesId)) {
        wrong.push(`quote ${id} is of a frozen group`);
      }
    });
    const listed = countListed(view);
    if (listed !== count) wrong.push(`${listed} quotes listed, ${count} in books`);
    return wrong[0] ?? null;
  },

  'each subaccount tells how many quotes its groups have in the books': (view) => {
    const text = (of: readonly QuotingGroup[]) =>
      of.map(({ groupId, quotes: count }) => `${groupId}: ${count}`).join();
    const expected = quotingFromBooks(view);
    const told = [...quoting.entries(view)];
    const wrong = told.find(([id, of]) => text(of.groups) !== text(expected.get(id) ?? []));
    if (wrong !== undefined) return `subaccount ${wrong[0]} has other quotes than it tells`;
    return told.length === expected.size ? null : 'quotes of a subaccount that tells of none';
  },

  'groups reserve margin for all they quote, within their budget': (view) => {
    const expected = reservesFromBooks(view);
    for (const [id, group] of groups.entries(view)) {
      const { subaccountId, budget, maxQuote, name } = group;
      if (groupNames.get(view, [subaccountId, name]) !== id) return `group ${id}: another name`;
      if (budget > budgetOf(group, 0n)) return `group ${id}: a budget beyond its limit`;
      const [kept, wanted] = [groupReserveOf(view, subaccountId, id), expected.get(id)];
      if (kept === undefined && wanted === undefined) continue;
      if (kept === undefined || wanted === undefined || !sameReserve(kept, wanted)) {
        return `group ${id} reserves for something else than it quotes`;
      }
      if (budget < maxQuote) return `group ${id} quotes without a budget`;
    }
    return null;
  },

  'every dead-man switch is found by its deadline': (view) => {
    const set = [...switches.entries(view)];
    const isListed = set.every(([id, { deadlineMs }]) => deadlines.has(view, [deadlineMs, id]));
    return isListed && [...deadlines.entries(view)].length === set.length
      ? null
      : 'a switch is not found by its deadline';
  },
};
