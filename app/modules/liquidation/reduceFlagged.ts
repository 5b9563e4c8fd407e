import type { Flag } from '../../../proto/gen/tenor.liquidation.v1.ts';
import { clearDeficit, deficitOf, getSubaccount, recordDeficit } from '../accounts/index.ts';
import { defined } from '../../lib/assert.ts';
import { PPB, discountPpm, liquidationStep } from '../margin/core/index.ts';
import { absolute } from '../options/core/index.ts';
import type { Ctx, View } from '../../runtime/context.ts';
import { afterPass, ageOf, auctionState } from './auction/auction.ts';
import { coverDebt } from './auction/cover.ts';
import { deleverage, isDue } from './auction/deleverage.ts';
import type { Looks } from './auction/deleverage.ts';
import { followAuction } from './auction/follow.ts';
import type { BlockRules } from './blockRules.ts';
import { goAround } from './core/index.ts';
import { costOf, release } from './flagging.ts';
import { healthOf, isSettledIn } from './health.ts';
import type { Health } from './health.ts';
import { reduce } from './reduce.ts';
import { flags, reduced } from './state.ts';

/**
 * Looks at flagged subaccounts in turn: the healthy are released, the debts of those that hold
 * nothing are covered, those whose auction is over are deleveraged, and the positions of a bounded
 * number of the others are reduced in the book.
 */
export function reduceFlagged(ctx: Ctx, rules: BlockRules): void {
  const { maxAccountsPerBlock, maxChecksPerBlock, maxDeleverageLooks } = rules.params;
  const after = reduced.must(ctx);
  const looks: Looks = { left: maxDeleverageLooks };
  let steps = 0;
  const next = goAround({
    after,
    budget: maxChecksPerBlock,
    page: (from, limit) => flaggedAfter(ctx, from, limit),
    visit(id) {
      const account = defined(getSubaccount(ctx, id), 'a flagged subaccount');
      const health = healthOf(ctx, account, rules);
      if (health === undefined) return costOf(account);
      const flag = followAuction(ctx, flags.must(ctx, id), health, rules);
      if (concluded(ctx, flag, health, rules, looks)) return costOf(account);
      if (!isSettledIn(health)) return costOf(account);
      if (isDue(ctx, flag, health, rules)) {
        if (looks.left <= 0) return undefined;
        finish(ctx, flag, rules, looks);
      } else if (isCool(ctx, flag, rules)) {
        if (steps === maxAccountsPerBlock) return undefined;
        steps++;
        step(ctx, flag, health, rules, looks);
      }
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
function concluded(ctx: Ctx, flag: Flag, health: Health, rules: BlockRules, looks: Looks): boolean {
  if (!health.isPartial) followDeficit(ctx, flag.subaccountId, health);
  if (health.bufferMarginUusd >= 0n || isWithinAUnit(ctx, flag, health, rules)) {
    if (!health.isPartial) release(ctx, flag, health.maintenanceMarginUusd);
    return true;
  }
  const account = getSubaccount(ctx, flag.subaccountId)!;
  if (account.positions > 0) return false;
  if (!health.isPartial && account.cashUusd < 0n) settle(ctx, flag, health, rules, looks);
  return true;
}

/** A debt with nothing behind it: once it is covered, the subaccount is its owner's again. */
function settle(ctx: Ctx, flag: Flag, health: Health, rules: BlockRules, looks: Looks): void {
  const before = looks.left;
  coverDebt(ctx, flag, health, rules, looks);
  const { cashUusd } = getSubaccount(ctx, flag.subaccountId)!;
  const wasShared = looks.left < before;
  const lastStepHeight = wasShared ? BigInt(ctx.header.height) : flag.lastStepHeight;
  const after = { ...flag, lastStepHeight, maintenanceUusd: cashUusd };
  flags.set(ctx, flag.subaccountId, after);
  if (cashUusd >= 0n) release(ctx, after, cashUusd);
}

/** Maintenance holds, and what the buffer lacks is less than a unit of any leg. */
function isWithinAUnit(ctx: Ctx, flag: Flag, health: Health, { core }: BlockRules): boolean {
  if (health.isPartial || health.maintenanceMarginUusd < 0n) return false;
  const state = auctionState(ctx, flag, health);
  const discount = discountPpm(ageOf(ctx, flag.auction).sinceStart, core);
  const next = liquidationStep(state, discount, core);
  if (next.kind !== 'sell') return false;
  const legs = health.judged.legs.flat().flatMap((expiry) => expiry.legs);
  return legs.every(({ quantity }) => absolute(quantity) * next.fractionPpb < PPB);
}

/** Who owes cash and would still after selling all at the marks has lost other people's money. */
function followDeficit(ctx: Ctx, id: bigint, { markToMarketUusd, judged }: Health): void {
  if (judged.cashUusd < 0n && markToMarketUusd < 0n) recordDeficit(ctx, id);
  else if (deficitOf(ctx, id) !== undefined) clearDeficit(ctx, id);
}

function isCool({ header }: View, { lastStepHeight }: Flag, { params }: BlockRules): boolean {
  const nextHeight = lastStepHeight + BigInt(params.cooldownBlocks);
  return lastStepHeight === 0n || BigInt(header.height) >= nextHeight;
}

/** One pass over a subaccount's positions in the book. */
function step(ctx: Ctx, flag: Flag, before: Health, rules: BlockRules, looks: Looks): void {
  const { health, orders } = reduce(ctx, flag, before, rules);
  const after = followAuction(
    ctx,
    {
      ...afterPass(ctx, flag),
      maintenanceUusd: health.maintenanceMarginUusd,
      steps: flag.steps + (orders > 0 ? 1 : 0),
      lastStepHeight: BigInt(ctx.header.height),
    },
    health,
    rules,
  );
  flags.set(ctx, flag.subaccountId, after);
  concluded(ctx, after, health, rules, looks);
}

/** The last means: what is left is closed against the opposite side. */
function finish(ctx: Ctx, flag: Flag, rules: BlockRules, looks: Looks): void {
  const health = deleverage(ctx, flag, rules, looks);
  const maintenanceUusd = health.maintenanceMarginUusd;
  const after = followAuction(ctx, { ...afterPass(ctx, flag), maintenanceUusd }, health, rules);
  flags.set(ctx, flag.subaccountId, after);
  concluded(ctx, after, health, rules, looks);
}
