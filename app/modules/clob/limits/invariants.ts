import { getSubaccount } from '../../accounts/index.ts';
import type { View } from '../../../runtime/context.ts';
import { eachQuote } from '../quotes/eachQuote.ts';
import { groups } from '../quotes/state.ts';
import { delayed, owned, triggers } from '../state.ts';
import type { Owned } from '../state.ts';
import { ownedBy } from './owned.ts';

/** Each returns null, or a sentence that says what is broken. */
export const limitInvariants: Readonly<Record<string, (view: View) => string | null>> = {
  'quotes, triggers and delayed orders of owners are counted': (view) => {
    const found = new Map<string, { quotes: number; triggers: number; delayed: number }>();
    const of = (subaccountId: bigint) => {
      const owner = getSubaccount(view, subaccountId)?.owner ?? '';
      const sums = found.get(owner) ?? { quotes: 0, triggers: 0, delayed: 0 };
      found.set(owner, sums);
      return sums;
    };
    eachQuote(view, (groupId) => of(groups.must(view, groupId).subaccountId).quotes++);
    for (const [, { subaccountId }] of triggers.entries(view)) of(subaccountId).triggers++;
    for (const [, { subaccountId }] of delayed.entries(view)) of(subaccountId).delayed++;
    const text = (of: Owned) => `${of.quotes}/${of.triggers}/${of.delayed}`;
    for (const [owner, there] of found) {
      const kept = ownedBy(view, owner);
      if (text(kept) !== text(there))
        return `${owner}: ${text(kept)} counted, ${text(there)} there`;
    }
    const count = [...owned.entries(view)].length;
    return count === found.size ? null : `${count} owners are counted, ${found.size} have any`;
  },
};
