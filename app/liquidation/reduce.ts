import type { Flag, Params } from '../../proto/gen/tenor.liquidation.v1.ts';
import { getSubaccount } from '../accounts/index.ts';
import { placeLiquidationOrder } from '../clob/index.ts';
import { defined } from '../lib/assert.ts';
import { ceilDiv } from '../options/core/index.ts';
import type { Ctx, View } from '../runtime/context.ts';
import { concessionUusd, movesOf } from './core/index.ts';
import type { Move, ReductionRules } from './core/index.ts';
import { namesOf } from './flagging.ts';
import { healthOf } from './health.ts';
import type { Health } from './health.ts';
import { holdingsOf } from './holdings.ts';
import { coreParamsOf } from './params.ts';

export interface Reduction {
  readonly health: Health;
  /** How many orders traded. */
  readonly orders: number;
}

/**
 * Closes slices of a flagged subaccount's positions against the book until it is healthy, nothing
 * more trades, or the pass has used up its orders. A series is tried once, so the pass ends; what
 * would leave the account with less maintenance margin is undone.
 */
export function reduce(ctx: Ctx, flag: Flag, before: Health, p: Params): Reduction {
  const tried = new Set<bigint>();
  let [health, orders] = [before, 0];
  while (health.bufferMarginUusd < 0n && orders < p.maxOrdersPerAccount) {
    const rules = rulesFor(ctx, flag, health, p, p.maxOrdersPerAccount - orders);
    const traded = makeMove(ctx, flag.subaccountId, health, rules, tried);
    if (traded === 0) break;
    orders += traded;
    health = healthNow(ctx, flag.subaccountId);
  }
  if (orders > 0) {
    ctx.emit('liquidation_step', {
      ...namesOf(flag),
      orders: String(orders),
      maintenance_before_uusd: before.maintenanceMarginUusd.toString(),
      maintenance_uusd: health.maintenanceMarginUusd.toString(),
    });
  }
  return { health, orders };
}

function rulesFor(
  view: View,
  { sinceHeight }: Flag,
  health: Health,
  p: Params,
  maxOrders: number,
): ReductionRules {
  const elapsed = BigInt(view.header.height) - sinceHeight;
  return {
    slicePpm: BigInt(p.slicePpm),
    shortfallUusd: -health.bufferMarginUusd,
    concessionUusd: concessionUusd(health, elapsed, coreParamsOf(p)),
    wholeGainUusd: health.markToMarketUusd - health.maintenanceMarginUusd,
    maxOrders,
  };
}

function healthNow(ctx: Ctx, id: bigint): Health {
  const account = defined(getSubaccount(ctx, id), 'a flagged subaccount');
  return defined(healthOf(ctx, account), 'health at the prices of the block');
}

/** Makes the first move that trades. Returns how many of its orders did; 0 when none is left. */
function makeMove(
  ctx: Ctx,
  id: bigint,
  health: Health,
  rules: ReductionRules,
  tried: Set<bigint>,
): number {
  for (const move of movesOf(holdingsOf(ctx, id, health), rules)) {
    if (move.orders.some(({ seriesId }) => tried.has(seriesId))) continue;
    for (const { seriesId } of move.orders) tried.add(seriesId);
    const traded = tryMove(ctx, id, health, move);
    if (traded > 0) return traded;
  }
  return 0;
}

/** Places the orders of a move, each in proportion to what the one before it traded. */
function tryMove(ctx: Ctx, id: bigint, before: Health, move: Move): number {
  const mark = ctx.state.mark();
  const events = ctx.events.length;
  let traded = 0;
  let [filled, asked] = [1n, 1n];
  for (const order of move.orders) {
    const quantity = ceilDiv(order.quantity * filled, asked);
    ({ filled } = placeLiquidationOrder(ctx, { ...order, quantity, subaccountId: id }));
    asked = order.quantity;
    if (filled === 0n) break;
    traded++;
  }
  if (traded === 0 || healthNow(ctx, id).maintenanceMarginUusd >= before.maintenanceMarginUusd)
    return traded;
  ctx.state.rollback(mark);
  ctx.events.length = events;
  return 0;
}
