import type { Flag } from '../../../proto/gen/tenor.liquidation.v1.ts';
import { clearDeficit, deficitOf, getSubaccount, recordDeficit } from '../accounts/index.ts';
import { defined } from '../../lib/assert.ts';
import type { Ctx, View } from '../../runtime/context.ts';
import type { BlockRules } from './blockRules.ts';
import { goAround } from './core/index.ts';
import { costOf, release } from './flagging.ts';
import { healthOf, restsOnlyOn } from './health.ts';
import type { Health } from './health.ts';
import { reduce } from './reduce.ts';
import { flags, reduced } from './state.ts';

/**
 * Looks at flagged subaccounts in turn: the healthy are released, those that have lost more than
 * they had get a deficit, and the positions of a bounded number of the others are reduced.
 */
export function reduceFlagged(ctx: Ctx, rules: BlockRules): void {
  const { maxAccountsPerBlock, maxChecksPerBlock } = rules.params;
  const after = reduced.must(ctx);
  let steps = 0;
  const next = goAround({
    after,
    budget: maxChecksPerBlock,
    page: (from, limit) => flaggedAfter(ctx, from, limit),
    visit(id) {
      const flag = flags.must(ctx, id);
      const account = defined(getSubaccount(ctx, id), 'a flagged subaccount');
      const health = healthOf(ctx, account, rules);
      if (health === undefined || concluded(ctx, flag, health)) return costOf(account);
      if (!mayStep(ctx, flag, health, rules)) return costOf(account);
      if (steps === maxAccountsPerBlock) return undefined;
      steps++;
      step(ctx, flag, health, rules);
      return costOf(account);
    },
  });
  if (next !== after) reduced.set(ctx, next);
}

function flaggedAfter(view: View, after: bigint, limit: number): bigint[] {
  const ids: bigint[] = [];
  for (const [id] of flags.following(view, after)) {
    if (ids.push(id) === limit) break;
  }
  return ids;
}

/**
 * Whether there is nothing (more) to do: it is healthy as far as it can be judged, or holds nothing
 * that could be closed.
 */
function concluded(ctx: Ctx, flag: Flag, health: Health): boolean {
  if (!health.isPartial) followDeficit(ctx, flag.subaccountId, health);
  if (health.bufferMarginUusd >= 0n) {
    if (!health.isPartial) release(ctx, flag, health.maintenanceMarginUusd);
    return true;
  }
  return getSubaccount(ctx, flag.subaccountId)!.positions === 0;
}

/** Who owes cash and would still after selling all at the marks has lost other people's money. */
function followDeficit(ctx: Ctx, id: bigint, { markToMarketUusd, judged }: Health): void {
  if (judged.cashUusd < 0n && markToMarketUusd < 0n) recordDeficit(ctx, id);
  else if (deficitOf(ctx, id) !== undefined) clearDeficit(ctx, id);
}

function mayStep(ctx: Ctx, { lastStepHeight }: Flag, health: Health, rules: BlockRules): boolean {
  const nextHeight = lastStepHeight + BigInt(rules.params.cooldownBlocks);
  const isCool = lastStepHeight === 0n || BigInt(ctx.header.height) >= nextHeight;
  return isCool && restsOnlyOn(health, rules.settledIn);
}

/** One pass over a subaccount's positions. */
function step(ctx: Ctx, flag: Flag, before: Health, rules: BlockRules): void {
  const { health, orders } = reduce(ctx, flag, before, rules);
  const after = {
    ...flag,
    maintenanceUusd: health.maintenanceMarginUusd,
    steps: flag.steps + (orders > 0 ? 1 : 0),
    lastStepHeight: BigInt(ctx.header.height),
  };
  flags.set(ctx, flag.subaccountId, after);
  concluded(ctx, after, health);
}
