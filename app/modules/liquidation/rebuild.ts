import { setFlagged } from '../accounts/index.ts';
import type { Ctx } from '../../runtime/context.ts';
import { flags } from './state.ts';

/** Tells accounts which subaccounts are under liquidation. */
export function rebuild(ctx: Ctx): void {
  for (const [id] of flags.entries(ctx)) setFlagged(ctx, id, true);
}
