import type { Ctx, View } from '../../runtime/context.ts';
import { risky } from './state.ts';

/** Keeps the derived set of subaccounts with a short position or negative cash. */
export function noteRisk(ctx: Ctx, id: bigint, cashUusd: bigint, shortsDelta: number): void {
  const before = risky.get(ctx, id);
  const shorts = (before ?? 0) + shortsDelta;
  if (shorts > 0 || cashUusd < 0n) {
    if (before !== shorts) risky.set(ctx, id, shorts);
  } else if (before !== undefined) {
    risky.delete(ctx, id);
  }
}

/** Whether a subaccount can breach at all. */
export function isRisky(view: View, id: bigint): boolean {
  return risky.has(view, id);
}

/**
 * Ids, ascending, of at most `limit` subaccounts after `after` that hold a short position or have
 * negative cash: whoever else has no requirement cannot breach it.
 */
export function riskyAccounts(view: View, after: bigint, limit: number): bigint[] {
  const ids: bigint[] = [];
  if (limit <= 0) return ids;
  for (const [id] of risky.following(view, after)) {
    ids.push(id);
    if (ids.length === limit) break;
  }
  return ids;
}
