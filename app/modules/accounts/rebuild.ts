import { defined } from '../../lib/assert.ts';
import { seriesById } from '../options/index.ts';
import type { Ctx } from '../../runtime/context.ts';
import { noteHeld } from './holdings/holdings.ts';
import { addToOwner } from './owners.ts';
import { noteRisk } from './risky.ts';
import { fundQueue, fundRequests, holders, positions, subaccounts } from './state.ts';

/** Fills the derived collections of a state that has none. Options are in place before. */
export function rebuild(ctx: Ctx): void {
  for (const [id, { owner, cashUusd, openOrders }] of subaccounts.entries(ctx)) {
    addToOwner(ctx, owner, { cashUusd, openOrders });
    noteRisk(ctx, id, cashUusd, 0);
  }
  for (const [[, id], { readyMs, owner }] of fundRequests.entries(ctx)) {
    fundQueue.set(ctx, [readyMs, id], owner);
  }
  for (const [[id, seriesId], { quantity }] of positions.entries(ctx)) {
    const series = defined(seriesById(ctx, seriesId), 'the series of a position');
    holders.set(ctx, [series.underlyingId, series.expirySeconds, id, seriesId], true);
    noteHeld(ctx, id, series, quantity);
    if (quantity < 0n) noteRisk(ctx, id, subaccounts.must(ctx, id).cashUusd, 1);
  }
}
