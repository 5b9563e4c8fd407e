import { deficits, flaggedAccounts, getSubaccount } from '../accounts/index.ts';
import type { View } from '../../runtime/context.ts';
import { flags } from './state.ts';

/** Each returns null, or a sentence that says what is broken. */
export const invariants: Readonly<Record<string, (view: View) => string | null>> = {
  'accounts knows which subaccounts are flagged': (view) => {
    const known = new Set(flaggedAccounts(view));
    let count = 0;
    for (const [id, { subaccountId }] of flags.entries(view)) {
      if (id !== subaccountId || !known.has(id)) return `subaccount ${id} is flagged in secret`;
      count++;
    }
    return count === known.size ? null : `${count} flags, accounts knows of ${known.size}`;
  },

  'a flagged subaccount exists, and has no open orders': (view) => {
    for (const [id] of flags.entries(view)) {
      const openOrders = getSubaccount(view, id)?.openOrders;
      if (openOrders !== 0) return `subaccount ${id}: ${openOrders ?? 'no'} open orders`;
    }
    return null;
  },

  'a deficit is of a flagged subaccount': (view) => {
    const free = deficits(view).find(({ subaccountId }) => !flags.has(view, subaccountId));
    return free === undefined ? null : `subaccount ${free.subaccountId} has a deficit and no flag`;
  },
};
