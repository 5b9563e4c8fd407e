import { getSubaccount } from '../../accounts/index.ts';
import { defined } from '../../../lib/assert.ts';
import type { Ctx } from '../../../runtime/context.ts';
import { isAnyLocked } from '../auctions/auctionAt.ts';
import { cancelAllOrders } from '../orders/resting.ts';
import { params } from '../params.ts';
import { pullAllQuotes } from './pull.ts';
import { deadlines, switches } from './state.ts';
import { setSwitch } from './switches.ts';

/**
 * Cancels what stands behind switches that were not renewed, earliest first, until a bounded number
 * of orders and subaccounts is reached; a subaccount, which is bounded itself, is done as a whole.
 * What is left is due in the next block still.
 */
export function fireSwitches(ctx: Ctx): void {
  let budget = params.get(ctx).maxPurgesPerBlock;
  for (const [[deadlineMs, subaccountId]] of deadlines.entries(ctx)) {
    if (budget <= 0 || ctx.header.timeMs < Number(deadlineMs)) return;
    // Nobody takes something back by letting a switch run out.
    if (isAnyLocked(ctx)) return;
    const { everything } = switches.must(ctx, subaccountId);
    const cancelled = everything
      ? cancelAllOrders(ctx, subaccountId, 'dead_man_switch')
      : pullAllQuotes(ctx, subaccountId, 'dead_man_switch');
    setSwitch(ctx, { subaccountId, deadlineMs: 0n, everything });
    const { owner, number } = defined(getSubaccount(ctx, subaccountId), 'the switch of somebody');
    ctx.emit('dead_man_switch', {
      ...{ owner, subaccount: String(number), cancelled: String(cancelled) },
    });
    budget -= 1 + cancelled;
  }
}
