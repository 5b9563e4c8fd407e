import type { Deficit } from '../../../proto/gen/tenor.accounts.v1.ts';
import type { Ctx, View } from '../../runtime/context.ts';
import { deficits, flagged, lateDeposits } from './state.ts';

// Flags are liquidation's: it keeps this index of its own records, and rebuilds it from them, so
// that the modules between can ask.

/** Whether only its liquidation may trade for a subaccount. */
export function isFlagged(view: View, id: bigint): boolean {
  return flagged.has(view, id);
}

export function setFlagged(ctx: Ctx, id: bigint, isUnderLiquidation: boolean): void {
  if (isUnderLiquidation) flagged.set(ctx, id, true);
  else {
    flagged.delete(ctx, id);
    lateDeposits.delete(ctx, id);
  }
}

/** Keeps what its owner deposits to a subaccount under liquidation: bidders have no part in it. */
export function noteLateDeposit(ctx: Ctx, id: bigint, amountUusd: bigint): void {
  if (!isFlagged(ctx, id)) return;
  lateDeposits.set(ctx, id, lateDepositsOf(ctx, id) + amountUusd);
}

/** Since its breach. */
export function lateDepositsOf(view: View, id: bigint): bigint {
  return lateDeposits.get(view, id) ?? 0n;
}

/** Ids, ascending. */
export function* flaggedAccounts(view: View): Generator<bigint> {
  for (const [id] of flagged.entries(view)) yield id;
}

export function deficitOf(view: View, id: bigint): Deficit | undefined {
  return deficits.get(view, id);
}

export function forgetLateDeposits(ctx: Ctx, id: bigint): void {
  lateDeposits.delete(ctx, id);
}
