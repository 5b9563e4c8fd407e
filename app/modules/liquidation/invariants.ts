import { deficits, flaggedAccounts, fundOf, getSubaccount } from '../accounts/index.ts';
import { optionsParams } from '../options/index.ts';
import type { View } from '../../runtime/context.ts';
import { bids, flags, nextStep, nextVersion, stepQueue, steps } from './state.ts';

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

  'who is flagged and holds something is auctioned, by a version of its own': (view) => {
    const versions = new Set<bigint>();
    for (const [id, { auction }] of flags.entries(view)) {
      if (auction === undefined) {
        if (getSubaccount(view, id)!.positions > 0) return `subaccount ${id} has no auction`;
        continue;
      }
      const { version } = auction;
      if (versions.has(version)) return `version ${version} is of two auctions`;
      if (version >= nextVersion.must(view)) return `version ${version} is still to come`;
      versions.add(version);
    }
    return null;
  },

  'a bid is for a flagged subaccount of somebody else': (view) => {
    for (const [[id, bidderId]] of bids.entries(view)) {
      const flag = flags.get(view, id);
      if (flag === undefined) return `${bidderId} bids for ${id}, which has no flag`;
      if (getSubaccount(view, bidderId)?.owner === flag.owner) return `${id} is bid for by its own`;
    }
    return null;
  },

  'steps are queued by age, and none is still to come': (view) => {
    let count = 0;
    for (const [[id, sequence]] of steps.entries(view)) {
      if (stepQueue.get(view, sequence) !== id) return `step ${sequence} of ${id} is in no queue`;
      if (sequence >= nextStep.must(view)) return `step ${sequence} is still to come`;
      count++;
    }
    const queued = [...stepQueue.entries(view)].length;
    return queued === count ? null : `${count} steps, ${queued} in the queue`;
  },

  'what a fund has at risk is the worst of the insolvent accounts': (view) => {
    const sums = new Map<number, bigint>();
    for (const [, { risks }] of flags.entries(view)) {
      for (const { underlyingId, worstUusd } of risks) {
        sums.set(underlyingId, (sums.get(underlyingId) ?? 0n) + worstUusd);
      }
    }
    for (const { id } of optionsParams.get(view).underlyings) {
      const { atRiskUusd } = fundOf(view, id);
      const sum = sums.get(id) ?? 0n;
      if (atRiskUusd !== sum) return `fund ${id}: ${atRiskUusd} at risk, the flags say ${sum}`;
    }
    return null;
  },
};
