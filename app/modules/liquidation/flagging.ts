import type { Subaccount } from '../../../proto/gen/tenor.accounts.v1.ts';
import type { Flag } from '../../../proto/gen/tenor.liquidation.v1.ts';
import { getSubaccount, isFlagged, riskyAccounts, setFlagged } from '../accounts/index.ts';
import { cancelAllOrders } from '../clob/index.ts';
import { defined } from '../../lib/assert.ts';
import type { Ctx } from '../../runtime/context.ts';
import type { BlockRules } from './blockRules.ts';
import { goAround } from './core/index.ts';
import { maintenanceNow } from './health.ts';
import { checked, flags } from './state.ts';

/** What a look at a subaccount costs: its margin has a leg for each position and order. */
export function costOf({ positions, openOrders }: Subaccount): number {
  return 1 + positions + openOrders;
}

/**
 * Looks at every subaccount that can be in breach, a bounded number of positions and orders a
 * block. One in breach is flagged, and loses its orders, at once.
 */
export function flagBreaches(ctx: Ctx, rules: BlockRules): void {
  const after = checked.must(ctx);
  const next = goAround({
    after,
    budget: rules.params.maxChecksPerBlock,
    page: (from, limit) => riskyAccounts(ctx, from, limit),
    visit(id) {
      if (isFlagged(ctx, id)) return 1;
      const account = defined(getSubaccount(ctx, id), 'a risky subaccount');
      const maintenanceUusd = maintenanceNow(ctx, account, rules);
      if (maintenanceUusd !== undefined && maintenanceUusd < 0n)
        flag(ctx, account, maintenanceUusd);
      return costOf(account);
    },
  });
  if (next !== after) checked.set(ctx, next);
}

function flag(ctx: Ctx, { id, owner, number }: Subaccount, maintenanceUusd: bigint): void {
  const sinceHeight = BigInt(ctx.header.height);
  const subaccount = { subaccountId: id, owner, number };
  flags.set(ctx, id, {
    ...{ ...subaccount, sinceHeight, maintenanceUusd },
    ...{ steps: 0, lastStepHeight: 0n },
  });
  setFlagged(ctx, id, true);
  ctx.emit('liquidation_flagged', {
    ...namesOf(subaccount),
    maintenance_uusd: maintenanceUusd.toString(),
  });
  cancelAllOrders(ctx, id, 'liquidation');
}

/** The subaccount is its owner's again. */
export function release(ctx: Ctx, flagged: Flag, maintenanceUusd: bigint): void {
  flags.delete(ctx, flagged.subaccountId);
  setFlagged(ctx, flagged.subaccountId, false);
  ctx.emit('liquidation_released', {
    ...namesOf(flagged),
    maintenance_uusd: maintenanceUusd.toString(),
    steps: String(flagged.steps),
  });
}

/** How events name a subaccount. */
export function namesOf(flagged: Pick<Flag, 'subaccountId' | 'owner' | 'number'>) {
  const { subaccountId, owner, number } = flagged;
  return { subaccount_id: subaccountId.toString(), owner, subaccount: String(number) };
}
