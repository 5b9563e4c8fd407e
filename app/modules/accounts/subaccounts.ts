import { MarginMode } from '../../../proto/gen/tenor.accounts.v1.ts';
import type { Subaccount } from '../../../proto/gen/tenor.accounts.v1.ts';
import { addressBytes } from '../auth/index.ts';
import type { Ctx, View } from '../../runtime/context.ts';
import type { Reject } from '../../runtime/errors.ts';
import * as keys from '../../lib/keys.ts';
import { accountsErrors } from './errors.ts';
import { noteChanged } from './holdings/changed.ts';
import { stepAt } from './core/equitySteps.ts';
import { addToOwner, sumsOf } from './owners.ts';
import { params } from './params.ts';
import { nextId, subaccountIds, subaccounts } from './state.ts';

export function getSubaccount(view: View, id: bigint): Subaccount | undefined {
  return subaccounts.get(view, id);
}

/** @throws Reject invalidAddress when the owner is not an address */
export function subaccountOf(view: View, owner: string, number: number): Subaccount | undefined {
  const id = subaccountIds.get(view, [addressBytes(owner), number]);
  return id === undefined ? undefined : subaccounts.must(view, id);
}

/** @throws Reject unknownSubaccount */
export function mustSubaccountOf(view: View, owner: string, number: number): Subaccount {
  const found = subaccountOf(view, owner, number);
  if (found !== undefined) return found;
  throw accountsErrors.unknownSubaccount(
    `${owner} has no subaccount ${number}: a deposit to it opens it`,
  );
}

/** By number. */
export function subaccountsOf(view: View, owner: string): Subaccount[] {
  const parts = keys.address.write(addressBytes(owner));
  return [...subaccountIds.under(view, parts)].map(([, id]) => subaccounts.must(view, id));
}

/** The subaccount, opened when it does not exist. @throws Reject subaccountNumber */
export function openSubaccount(ctx: Ctx, owner: string, number: number): Subaccount {
  const found = subaccountOf(ctx, owner, number);
  if (found !== undefined) return found;
  const { maxSubaccounts } = params.get(ctx);
  if (number >= maxSubaccounts) {
    throw accountsErrors.subaccountNumber(`subaccounts are numbered 0 to ${maxSubaccounts - 1}`);
  }
  const id = nextId.must(ctx);
  nextId.set(ctx, id + 1n);
  const opened = {
    ...{ id, owner, number },
    cashUusd: 0n,
    mode: MarginMode.MARGIN_MODE_STANDARD,
    ...{ positions: 0, openOrders: 0 },
  };
  subaccounts.set(ctx, id, opened);
  subaccountIds.set(ctx, [addressBytes(owner), number], id);
  return opened;
}

/** So many more orders rest, or fewer. @throws Reject openOrdersCap, ownerOrdersCap */
export function countOpenOrders(ctx: Ctx, id: bigint, change: number): void {
  const before = subaccounts.must(ctx, id);
  if (change > 0) {
    const refusal = refusalOfOrders(ctx, before, change);
    if (refusal !== null) throw refusal;
  }
  subaccounts.set(ctx, id, { ...before, openOrders: before.openOrders + change });
  addToOwner(ctx, before.owner, { cashUusd: 0n, openOrders: change });
}

/** Why so many more orders may not rest, or null: caps of the subaccount and of its owner. */
export function refusalOfOrders(view: View, account: Subaccount, more = 1): Reject | null {
  const { maxOpenOrders, limits } = params.get(view);
  if (account.openOrders + more > maxOpenOrders) {
    return accountsErrors.openOrdersCap(
      `a subaccount has at most ${maxOpenOrders} open orders: cancel some first`,
    );
  }
  const sums = sumsOf(view, account.owner);
  const { openOrders } = stepAt(limits, sums.cashUusd);
  if (sums.openOrders + more <= openOrders) return null;
  return accountsErrors.ownerOrdersCap(
    `you may have ${openOrders} open orders in all your subaccounts for the cash in them: ` +
      'cancel some first, or deposit more',
  );
}

/** Series that a subaccount may hold at once. */
export function seriesCapOf(view: View, mode: MarginMode): number {
  const { maxSeriesStandard, maxSeriesPortfolio } = params.get(view);
  return mode === MarginMode.MARGIN_MODE_PORTFOLIO ? maxSeriesPortfolio : maxSeriesStandard;
}

/**
 * Changes how a subaccount is margined; the judgement is the caller's.
 * @throws Reject seriesCap when it holds more series than the mode allows
 */
export function setMode(ctx: Ctx, id: bigint, mode: MarginMode): void {
  const before = subaccounts.must(ctx, id);
  const cap = seriesCapOf(ctx, mode);
  if (before.positions > cap) {
    throw accountsErrors.seriesCap(
      `at most ${cap} series can be held in that mode: close ${before.positions - cap} first`,
    );
  }
  subaccounts.set(ctx, id, { ...before, mode });
  noteChanged(ctx, id);
}
