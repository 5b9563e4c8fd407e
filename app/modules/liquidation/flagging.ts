import type { Subaccount } from '../../../proto/gen/tenor.accounts.v1.ts';
import type { Flag } from '../../../proto/gen/tenor.liquidation.v1.ts';
import type { Margin } from '../../../proto/gen/tenor.margin.v1.ts';
import { getSubaccount, isFlagged, riskyAccounts, setFlagged } from '../accounts/index.ts';
import { cancelAllOrders } from '../clob/index.ts';
import { breachSuspects, describeMargin, sweepCost } from '../margin/index.ts';
import { defined } from '../../lib/assert.ts';
import type { Ctx } from '../../runtime/context.ts';
import { openAuction } from './auction/auction.ts';
import { dropBids } from './auction/bids.ts';
import { withoutRisk } from './auction/risk.ts';
import type { BlockRules } from './blockRules.ts';
import { goAround } from './core/index.ts';
import { judgedNow, maintenanceNow } from './health.ts';
import { namesOf } from './names.ts';
import { checked, flags } from './state.ts';

/** What a look at a flagged subaccount costs: its margin has a leg for each position and order. */
export function costOf({ positions, openOrders }: Subaccount): number {
  return 1 + positions + openOrders;
}

/**
 * Looks at every subaccount that can be in breach, in every block: one that is gets its flag, and
 * loses its orders, at once. The sweep finds those that may be, and their full judgement decides.
 * Returns that of as many as steps are kept.
 */
export function flagBreaches(ctx: Ctx, rules: BlockRules): Map<bigint, Margin> {
  const waiting = waitingIn(ctx, rules);
  const told = new Map<bigint, Margin>();
  for (const id of breachSuspects(ctx)) {
    if (isFlagged(ctx, id) || waiting?.has(id) === true) continue;
    const account = defined(getSubaccount(ctx, id), 'a risky subaccount');
    const maintenanceUusd = maintenanceNow(ctx, account, rules);
    if (maintenanceUusd === undefined || maintenanceUusd >= 0n) continue;
    if (told.size < rules.params.maxStepsPerBlock) {
      told.set(id, describeMargin(defined(judgedNow(ctx, account, rules), 'what was judged')));
    }
    flag(ctx, account, maintenanceUusd);
  }
  return told;
}

/**
 * Who has to wait for another block: nobody, unless more can be in breach than a block's bound.
 * Then they take turns, by their ids.
 */
function waitingIn(ctx: Ctx, rules: BlockRules): ReadonlySet<bigint> | undefined {
  const after = checked.must(ctx);
  const budget = rules.params.maxSweptPerBlock;
  if (sweepCost(ctx) <= budget) {
    if (after !== 0n) checked.set(ctx, 0n);
    return undefined;
  }
  const waiting = new Set(riskyAccounts(ctx, 0n, Infinity));
  const next = goAround({
    after,
    budget,
    page: (from, limit) => riskyAccounts(ctx, from, limit),
    visit(id) {
      waiting.delete(id);
      return 1 + defined(getSubaccount(ctx, id), 'a risky subaccount').positions;
    },
  });
  if (next !== after) checked.set(ctx, next);
  return waiting;
}

function flag(ctx: Ctx, { id, owner, number }: Subaccount, maintenanceUusd: bigint): void {
  const sinceHeight = BigInt(ctx.header.height);
  const subaccount = { subaccountId: id, owner, number };
  flags.set(ctx, id, {
    ...{ ...subaccount, sinceHeight, maintenanceUusd },
    ...{ steps: 0, lastStepHeight: 0n, risks: [] },
    auction: openAuction(ctx, id),
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
  withoutRisk(ctx, flagged);
  dropBids(ctx, flagged.subaccountId);
  flags.delete(ctx, flagged.subaccountId);
  setFlagged(ctx, flagged.subaccountId, false);
  ctx.emit('liquidation_released', {
    ...namesOf(flagged),
    maintenance_uusd: maintenanceUusd.toString(),
    steps: String(flagged.steps),
  });
}
