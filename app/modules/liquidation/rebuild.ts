import { setFlagged } from '../accounts/index.ts';
import type { Ctx } from '../../runtime/context.ts';
import { flags, stepQueue, steps } from './state.ts';

/** Tells accounts which subaccounts are under liquidation, and orders their steps by age. */
export function rebuild(ctx: Ctx): void {
  for (const [id] of flags.entries(ctx)) setFlagged(ctx, id, true);
  for (const [[id, sequence]] of steps.entries(ctx)) stepQueue.set(ctx, sequence, id);
}
