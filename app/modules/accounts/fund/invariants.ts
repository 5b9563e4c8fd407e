import type { View } from '../../../runtime/context.ts';
import { exitValue } from '../core/fundShares.ts';
import { fundQueue, fundRequests, fundShares, funds } from '../state.ts';

/** What funds hold, with entries that wait. */
export function heldByFunds(view: View): bigint {
  let sum = 0n;
  for (const [, { balanceUusd }] of funds.entries(view)) sum += balanceUusd;
  for (const [, { amountUusd }] of fundRequests.entries(view)) sum += amountUusd;
  return sum;
}

/** Each returns null, or a sentence that says what is broken. */
export const fundInvariants: Readonly<Record<string, (view: View) => string | null>> = {
  'the shares of a fund are worth no more than it has, and its underwriters own no others': (
    view,
  ) => {
    const owned = new Map<number, bigint>();
    for (const [[id], { shares, epoch }] of fundShares.entries(view)) {
      if (epoch !== funds.get(view, id)?.epoch) continue;
      owned.set(id, (owned.get(id) ?? 0n) + shares);
    }
    for (const [id, fund] of funds.entries(view)) {
      const held = owned.get(id) ?? 0n;
      if (held > fund.shares) return `fund ${id}: ${held} shares are owned of ${fund.shares}`;
      const valueUusd = exitValue(fund, fund.shares);
      if (valueUusd > fund.balanceUusd) return `fund ${id}: its shares are worth ${valueUusd}`;
    }
    return null;
  },

  'entries to a fund and exits are found by their time': (view) => {
    let count = 0;
    for (const [[, id], { readyMs, owner }] of fundRequests.entries(view)) {
      if (fundQueue.get(view, [readyMs, id]) !== owner) return `request ${id} is not found`;
      count++;
    }
    const queued = [...fundQueue.entries(view)].length;
    return count === queued ? null : `${count} requests, ${queued} found by their time`;
  },
};
