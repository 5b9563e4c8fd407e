import { getSubaccount } from '../../accounts/index.ts';
import type { View } from '../../../runtime/context.ts';
import { eachQuote } from '../quotes/rebuild.ts';
import { groups } from '../quotes/state.ts';
import { owned, triggers } from '../state.ts';
import { ownedBy } from './owned.ts';

/** Each returns null, or a sentence that says what is broken. */
export const limitInvariants: Readonly<Record<string, (view: View) => string | null>> = {
  'quotes and triggers of owners are counted': (view) => {
    const found = new Map<string, { quotes: number; triggers: number }>();
    const of = (subaccountId: bigint) => {
      const owner = getSubaccount(view, subaccountId)?.owner ?? '';
      const sums = found.get(owner) ?? { quotes: 0, triggers: 0 };
      found.set(owner, sums);
      return sums;
    };
    eachQuote(view, (groupId) => of(groups.must(view, groupId).subaccountId).quotes++);
    for (const [, { subaccountId }] of triggers.entries(view)) of(subaccountId).triggers++;
    for (const [owner, { quotes, triggers: waiting }] of found) {
      const kept = ownedBy(view, owner);
      if (kept.quotes === quotes && kept.triggers === waiting) continue;
      return `${owner}: ${kept.quotes}/${kept.triggers} counted, ${quotes}/${waiting} there`;
    }
    const count = [...owned.entries(view)].length;
    return count === found.size ? null : `${count} owners are counted, ${found.size} have any`;
  },
};
