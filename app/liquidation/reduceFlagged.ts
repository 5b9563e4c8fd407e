import type { Flag, Params } from '../../proto/gen/tenor.liquidation.v1.ts';
import { getSubaccount, recordDeficit } from '../accounts/index.ts';
import { defined } from '../lib/assert.ts';
import { isSettledIn } from '../oracle/index.ts';
import type { Ctx, View } from '../runtime/context.ts';
import { goAround } from './core/index.ts';
import { costOf, release } from './flagging.ts';
import { healthOf, passesForShorts } from './health.ts';
import type { Health } from './health.ts';
import { params } from './params.ts';
import { reduce } from './reduce.ts';
import { flags, reduced } from './state.ts';

/**
 * Looks at flagged subaccounts in turn: the healthy are released, those that hold nothing any more
 * have their deficit recorded, and the positions of a bounded number of the others are reduced.
 */
export function reduceFlagged(ctx: Ctx): void {
  const p = params.get(ctx);
  const after = reduced.must(ctx);
  let steps = 0;
  const next = goAround({
    after,
    budget: p.maxChecksPerBlock,
    page: (from, limit) => flaggedAfter(ctx, from, limit),
    visit(id) {
      const flag = flags.must(ctx, id);
      const account = defined(getSubaccount(ctx, id), 'a flagged subaccount');
      const health = healthOf(ctx, account);
      if (health === undefined || concluded(ctx, flag, health)) return costOf(account);
      if (!mayStep(ctx, flag, p)) return costOf(account);
      if (steps === p.maxAccountsPerBlock) return undefined;
      steps++;
      step(ctx, flag, health, p);
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

/** Whether there is nothing (more) to do: it is healthy, or holds nothing that could be closed. */
function concluded(ctx: Ctx, flag: Flag, health: Health): boolean {
  if (health.bufferMarginUusd >= 0n) {
    release(ctx, flag, health.maintenanceMarginUusd);
    return true;
  }
  if (getSubaccount(ctx, flag.subaccountId)!.positions > 0) return false;
  recordDeficit(ctx, flag.subaccountId);
  return true;
}

function mayStep(ctx: Ctx, { subaccountId, lastStepHeight }: Flag, p: Params): boolean {
  const isCool = BigInt(ctx.header.height) >= lastStepHeight + BigInt(p.cooldownBlocks);
  return (lastStepHeight === 0n || isCool) && passesForShorts(ctx, subaccountId, isSettledIn);
}

/** One pass over a subaccount's positions. */
function step(ctx: Ctx, flag: Flag, before: Health, p: Params): void {
  const { health, orders } = reduce(ctx, flag, before, p);
  const after = {
    ...flag,
    maintenanceUusd: health.maintenanceMarginUusd,
    steps: flag.steps + (orders > 0 ? 1 : 0),
    lastStepHeight: BigInt(ctx.header.height),
  };
  flags.set(ctx, flag.subaccountId, after);
  concluded(ctx, after, health);
}
