import { addressBytes } from '../auth/index.ts';
import { UUSD, balanceOf } from '../bank/index.ts';
import { payoutUusd } from '../options/core/index.ts';
import {
  liveExpiries,
  priceOf,
  seriesById,
  seriesOfExpiry,
  settlingExpiries,
} from '../options/index.ts';
import type { View } from '../../runtime/context.ts';
import { ACCOUNTS_ADDRESS } from './cash.ts';
import { feeInvariants, heldForReferrers } from './fees/index.ts';
import { fundInvariants, heldByFunds } from './fund/invariants.ts';
import { longsOf } from './core/applyToPosition.ts';
import { sumsOf } from './owners.ts';
import * as state from './state.ts';

interface Totals {
  longs: bigint;
  net: bigint;
}

function totalsBySeries(view: View): Map<bigint, Totals> {
  const totals = new Map<bigint, Totals>();
  for (const [[, seriesId], { quantity }] of state.positions.entries(view)) {
    const total = totals.get(seriesId) ?? { longs: 0n, net: 0n };
    total.longs += longsOf(quantity);
    total.net += quantity;
    totals.set(seriesId, total);
  }
  return totals;
}

/** Each returns null, or a sentence that says what is broken. */
export const invariants: Readonly<Record<string, (view: View) => string | null>> = {
  ...fundInvariants,
  ...feeInvariants,

  'the bank holds the cash of all subaccounts, accrued fees, funds and unfinished payouts': (
    view,
  ) => {
    let sum = (state.feePot.get(view) ?? 0n) + (state.treasuryPot.get(view) ?? 0n);
    sum += heldByFunds(view) + heldForReferrers(view);
    for (const [, { cashUusd }] of state.subaccounts.entries(view)) sum += cashUusd;
    for (const [, { clearingUusd }] of state.settlements.entries(view)) sum += clearingUusd;
    const held = balanceOf(view, ACCOUNTS_ADDRESS, UUSD);
    return held === sum ? null : `the bank holds ${held}, the subaccounts add up to ${sum}`;
  },

  'longs are shorts, and open interest is the longs': (view) => {
    const totals = totalsBySeries(view);
    const settling = new Set(
      settlingExpiries(view).map((e) => `${e.underlyingId}/${e.expirySeconds}`),
    );
    for (const { underlyingId, expirySeconds } of liveExpiries(view)) {
      for (const { id, symbol, openInterest } of seriesOfExpiry(
        view,
        underlyingId,
        expirySeconds,
      )) {
        const { longs, net } = totals.get(id) ?? { longs: 0n, net: 0n };
        totals.delete(id);
        if (longs !== openInterest) return `${symbol}: longs ${longs}, interest ${openInterest}`;
        if (net !== 0n && !settling.has(`${underlyingId}/${expirySeconds}`)) {
          return `${symbol}: positions add up to ${net}`;
        }
      }
    }
    return totals.size === 0 ? null : `${totals.size} series with positions do not exist`;
  },

  'what an unfinished payout holds is what is still to be paid': (view) => {
    for (const expiry of settlingExpiries(view)) {
      const { underlyingId, expirySeconds } = expiry;
      const settlementUusd = priceOf(expiry);
      let open = 0n;
      for (const [[id, seconds, account, seriesId]] of state.holders.entries(view)) {
        if (id !== underlyingId || seconds !== expirySeconds) continue;
        const { quantity } = state.positions.must(view, [account, seriesId]);
        open += payoutUusd(seriesById(view, seriesId)!, settlementUusd, quantity);
      }
      const held = state.settlements.get(view, [underlyingId, expirySeconds])?.clearingUusd ?? 0n;
      if (held !== open) return `${underlyingId}/${expirySeconds}: holds ${held}, owes ${open}`;
    }
    return null;
  },

  'positions are counted, and found by expiry': (view) => {
    const counts = new Map<bigint, number>();
    for (const [[id, seriesId]] of state.positions.entries(view)) {
      counts.set(id, (counts.get(id) ?? 0) + 1);
      const series = seriesById(view, seriesId);
      if (series === undefined) return `subaccount ${id}: series ${seriesId} does not exist`;
      const { underlyingId, expirySeconds } = series;
      if (!state.holders.has(view, [underlyingId, expirySeconds, id, seriesId])) {
        return `subaccount ${id}: its ${series.symbol} is not found by expiry`;
      }
    }
    let total = 0;
    for (const [id, { positions }] of state.subaccounts.entries(view)) {
      if (positions !== (counts.get(id) ?? 0)) return `subaccount ${id}: ${positions} positions`;
      total += positions;
    }
    const indexed = [...state.holders.entries(view)].length;
    return indexed === total ? null : `${total} positions, ${indexed} found by expiry`;
  },

  'each subaccount, and nothing else, is found by its owner and number': (view) => {
    let total = 0;
    for (const [id, { owner, number }] of state.subaccounts.entries(view)) {
      total++;
      const found = state.subaccountIds.get(view, [addressBytes(owner), number]);
      if (found !== id) return `subaccount ${id} of ${owner} is not found by its number ${number}`;
    }
    const indexed = [...state.subaccountIds.entries(view)].length;
    return indexed === total ? null : `${total} subaccounts, ${indexed} found by their owners`;
  },

  'risky subaccounts are those with shorts or negative cash': (view) => {
    const shorts = new Map<bigint, number>();
    for (const [[id], { quantity }] of state.positions.entries(view)) {
      if (quantity < 0n) shorts.set(id, (shorts.get(id) ?? 0) + 1);
    }
    for (const [id, { cashUusd }] of state.subaccounts.entries(view)) {
      const count = shorts.get(id) ?? 0;
      const expected = count > 0 || cashUusd < 0n ? count : undefined;
      if (state.risky.get(view, id) !== expected) return `subaccount ${id} has ${count} shorts`;
    }
    return null;
  },

  'what owners have is the sum over their subaccounts': (view) => {
    const sums = new Map<string, { cashUusd: bigint; openOrders: number }>();
    for (const [, { owner, cashUusd, openOrders }] of state.subaccounts.entries(view)) {
      const sum = sums.get(owner) ?? { cashUusd: 0n, openOrders: 0 };
      sum.cashUusd += cashUusd;
      sum.openOrders += openOrders;
      sums.set(owner, sum);
    }
    for (const [owner, { cashUusd, openOrders }] of sums) {
      const kept = sumsOf(view, owner);
      if (kept.cashUusd === cashUusd && kept.openOrders === openOrders) continue;
      return `${owner}: kept ${kept.cashUusd}/${kept.openOrders}, is ${cashUusd}/${openOrders}`;
    }
    const having = [...sums.values()].filter((s) => s.cashUusd !== 0n || s.openOrders !== 0).length;
    const count = [...state.owners.entries(view)].length;
    return count === having ? null : `${count} owners have something, ${having} should`;
  },

  'deficits are the negative cash of their subaccounts': (view) => {
    for (const [id, { amountUusd }] of state.deficits.entries(view)) {
      const cashUusd = state.subaccounts.get(view, id)?.cashUusd;
      if (cashUusd !== -amountUusd) return `subaccount ${id}: deficit ${amountUusd}`;
    }
    return null;
  },
};
