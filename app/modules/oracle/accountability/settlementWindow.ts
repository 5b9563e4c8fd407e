import type { Ctx, View } from '../../../runtime/context.ts';
import { settlementUntil } from '../state.ts';

/** A settlement price is being made until then: what validators report counts for more. */
export function openSettlementWindow(ctx: Ctx, untilMs: number): void {
  const until = BigInt(untilMs);
  if ((settlementUntil.get(ctx) ?? 0n) < until) settlementUntil.set(ctx, until);
}

export const isInSettlement = (view: View): boolean =>
  BigInt(view.header.timeMs) <= (settlementUntil.get(view) ?? 0n);
