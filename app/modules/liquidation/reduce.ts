import type { Flag } from '../../../proto/gen/tenor.liquidation.v1.ts';
import { getSubaccount } from '../accounts/index.ts';
import { placeLiquidationOrder } from '../clob/index.ts';
import { defined } from '../../lib/assert.ts';
import { ceilDiv } from '../options/core/index.ts';
import type { Ctx } from '../../runtime/context.ts';
import { ageOf } from './auction/auction.ts';
import type { BlockRules } from './blockRules.ts';
import { concessionUusd, movesOf } from './core/index.ts';
import type { Move } from './core/index.ts';
import { healthOf } from './health.ts';
import type { Health } from './health.ts';
import { holdingsOf } from './holdings.ts';
import { namesOf } from './names.ts';

/** What a pass came to. */
export interface Reduction {
  readonly health: Health;
  /** How many orders traded. */
  readonly orders: number;
}

/**
 * Closes slices of a flagged subaccount's positions against the book until it is healthy, nothing
 * more trades, or the pass has used up its orders. A series trades once and a move is tried once,
 * so the pass ends; what would leave the account with less maintenance margin is undone.
 */
export function reduce(ctx: Ctx, flag: Flag, before: Health, rules: BlockRules): Reduction {
  const pass = new Pass(ctx, flag, rules);
  const { maxOrdersPerAccount } = rules.params;
  let [health, orders] = [before, 0];
  while (health.bufferMarginUusd < 0n && orders < maxOrdersPerAccount) {
    const made = pass.makeMove(health, maxOrdersPerAccount - orders);
    if (made === undefined) break;
    orders += made.orders;
    health = made.health;
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

/** One pass over a subaccount's positions. */
class Pass {
  readonly #ctx: Ctx;
  readonly #flag: Flag;
  readonly #rules: BlockRules;
  /** Series that have traded: no second time. */
  readonly #traded = new Set<bigint>();
  /** Moves that came to nothing; a part of their series may still do together. */
  readonly #failed = new Set<string>();

  constructor(ctx: Ctx, flag: Flag, rules: BlockRules) {
    this.#ctx = ctx;
    this.#flag = flag;
    this.#rules = rules;
  }

  /** Makes the first move that trades; undefined when none does. */
  makeMove(before: Health, maxOrders: number): Reduction | undefined {
    const { params, core } = this.#rules;
    const elapsed = ageOf(this.#ctx, this.#flag.auction).sinceStart;
    const moves = movesOf(holdingsOf(this.#ctx, before), {
      slicePpm: BigInt(params.slicePpm),
      shortfallUusd: -before.bufferMarginUusd,
      concessionUusd: concessionUusd(before, elapsed, core),
      wholeGainUusd: before.markToMarketUusd - before.maintenanceMarginUusd,
      maxOrders,
    });
    for (const move of moves) {
      const ids = move.orders.map(({ seriesId }) => seriesId);
      const key = ids.join();
      if (ids.some((id) => this.#traded.has(id)) || this.#failed.has(key)) continue;
      const made = this.#try(move, before);
      if (made === undefined) {
        this.#failed.add(key);
        continue;
      }
      for (const id of ids) this.#traded.add(id);
      return made;
    }
    return undefined;
  }

  /** Places the orders of a move, each in proportion to what the one before it traded. */
  #try(move: Move, before: Health): Reduction | undefined {
    const ctx = this.#ctx;
    const { subaccountId } = this.#flag;
    const mark = ctx.state.mark();
    const events = ctx.events.length;
    let orders = 0;
    let [filled, asked] = [1n, 1n];
    for (const order of move.orders) {
      const quantity = ceilDiv(order.quantity * filled, asked);
      ({ filled } = placeLiquidationOrder(ctx, { ...order, quantity, subaccountId }));
      asked = order.quantity;
      if (filled === 0n) break;
      orders++;
    }
    if (orders === 0) return undefined;
    const account = defined(getSubaccount(ctx, subaccountId), 'a flagged subaccount');
    const health = defined(healthOf(ctx, account, this.#rules), 'health at the same prices');
    if (health.maintenanceMarginUusd >= before.maintenanceMarginUusd) return { health, orders };
    ctx.state.rollback(mark);
    ctx.events.length = events;
    return undefined;
  }
}
