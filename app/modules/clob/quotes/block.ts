import { getSubaccount } from '../../accounts/index.ts';
import { defined } from '../../../lib/assert.ts';
import type { Ctx } from '../../../runtime/context.ts';
import { lockOf } from '../auctions/auctionAt.ts';
import { cancelAllOrders } from '../orders/resting.ts';
import { params } from '../params.ts';
import { pullAllQuotes } from './pull.ts';
import { deadlines, switches } from './state.ts';
import { setSwitch } from './switches.ts';

/**
 * Cancels what stands behind switches that were not renewed, earliest first, until a bounded number
 * of orders and subaccounts is reached; a subaccount, which is bounded itself, is done as a whole.
 * What is left is due in the next block still. Nobody takes something back by letting a switch run
 * out: what an auction holds in its last part goes when that is over, for which the switch is set
 * anew.
 */
export function fireSwitches(ctx: Ctx): void {
  let budget = params.get(ctx).maxPurgesPerBlock;
  for (const [[deadlineMs, subaccountId]] of deadlines.entries(ctx)) {
    if (budget <= 0 || ctx.header.timeMs < Number(deadlineMs)) return;
    budget -= 1 + fireSwitch(ctx, subaccountId);
  }
}

/** Returns how many orders and quotes it took. */
function fireSwitch(ctx: Ctx, subaccountId: bigint): number {
  const { everything } = switches.must(ctx, subaccountId);
  // The next time at which something may go that stays now; 0 where nothing does.
  let againMs = 0;
  const mayGo = (seriesId: bigint): boolean => {
    const lock = lockOf(ctx, seriesId);
    if (lock === undefined) return true;
    const endMs = Number(lock.lockMs) + params.get(ctx).maxAuctionLockMs;
    againMs = Math.max(againMs, endMs, ctx.header.timeMs + 1);
    return false;
  };
  const cancelled = everything
    ? cancelAllOrders(ctx, subaccountId, 'dead_man_switch', { mayGo })
    : pullAllQuotes(ctx, subaccountId, 'dead_man_switch', mayGo);
  setSwitch(ctx, { subaccountId, deadlineMs: BigInt(againMs), everything });
  const { owner, number } = defined(getSubaccount(ctx, subaccountId), 'the switch of somebody');
  ctx.emit('dead_man_switch', {
    ...{ owner, subaccount: String(number), cancelled: String(cancelled) },
    deadline_ms: againMs === 0 ? undefined : String(againMs),
  });
  return cancelled;
}
