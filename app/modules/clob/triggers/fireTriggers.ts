import { TriggerWhen } from '../../../../proto/gen/tenor.clob.v1.ts';
import type { Trigger } from '../../../../proto/gen/tenor.clob.v1.ts';
import { defined } from '../../../lib/assert.ts';
import { u32, u64 } from '../../../lib/keys.ts';
import type { Ctx } from '../../../runtime/context.ts';
import { Reject } from '../../../runtime/errors.ts';
import { runAlone } from '../../../runtime/runActions.ts';
import { placeOrder } from '../orders/msgs/placeOrder.ts';
import { params } from '../params.ts';
import * as state from '../state.ts';
import { isMet, firingPrice } from './condition.ts';
import { cancelTrigger, dropTrigger, named, otherOf } from './waiting.ts';

/** As much as an action may state (ADR 075); what was met until then stays traded. */
const FIRED_GAS = 200_000;
const { TRIGGER_WHEN_ABOVE, TRIGGER_WHEN_BELOW } = TriggerWhen;

/**
 * At the end of a block, after everybody's cancels: places the orders whose price has come, a
 * bounded number, looking at a bounded number of prices. The next block goes on where this stopped.
 */
export function fireTriggers(ctx: Ctx): void {
  const { maxTriggersPerBlock, maxTriggerPricesPerBlock } = params.get(ctx);
  const start = state.triggerCursor.get(ctx) ?? 0n;
  let left = maxTriggersPerBlock;
  let from = start;
  let isAround = start === 0n;
  for (let looked = 0; ; looked++) {
    const key = nextPrice(ctx, from);
    if (key === undefined || (isAround && start !== 0n && key >= start)) {
      if (isAround) break;
      [isAround, from] = [true, 0n];
      continue;
    }
    if (looked >= maxTriggerPricesPerBlock || left === 0) {
      state.triggerCursor.set(ctx, key);
      return;
    }
    left -= fireAt(ctx, key, left);
    from = key + 1n;
  }
  if (start !== 0n) state.triggerCursor.set(ctx, 0n);
}

/** The first price at or after a number that a trigger waits for. */
function nextPrice(ctx: Ctx, from: bigint): bigint | undefined {
  for (const [[key]] of state.triggerLevels.entries(ctx, { from: [from, 0, 0n, 0n] })) return key;
  return undefined;
}

/** Fires what a price has reached, at most so many. Returns how many. */
function fireAt(ctx: Ctx, key: bigint, most: number): number {
  const priceUusd = firingPrice(ctx, key);
  if (priceUusd === undefined) return 0;
  const ids: bigint[] = [];
  for (const when of [TRIGGER_WHEN_BELOW, TRIGGER_WHEN_ABOVE] as const) {
    const side = u64.write(key) + u32.write(when);
    for (const [[, , , id]] of state.triggerLevels.under(ctx, side)) {
      const trigger = state.triggers.must(ctx, id);
      if (ids.length === most || !isMet(when, trigger.levelUusd, priceUusd)) break;
      ids.push(id);
    }
  }
  for (const id of ids) {
    const trigger = state.triggers.get(ctx, id);
    // Both of a pair may have come true at once: the first took the other along.
    if (trigger !== undefined) fire(ctx, trigger, priceUusd);
  }
  return ids.length;
}

function fire(ctx: Ctx, trigger: Trigger, priceUusd: bigint): void {
  dropTrigger(ctx, trigger);
  const other = otherOf(ctx, trigger);
  if (other !== undefined) cancelTrigger(ctx, other, 'other');
  const names = named(ctx, trigger);
  ctx.emit('trigger_fired', { ...names, price_uusd: priceUusd.toString() }, ['trigger_id']);
  const msg = defined(trigger.order, 'the order of a trigger');
  const result = runAlone(ctx, { msg, handler: placeOrder }, FIRED_GAS);
  if (!(result instanceof Reject)) return;
  const { codespace, code } = result;
  ctx.emit('trigger_refused', { ...names, codespace, code: String(code) }, ['trigger_id']);
}

/** Cancels triggers of expired series, a bounded number a block. */
export function purgeTriggers(ctx: Ctx): void {
  const now = BigInt(Math.floor(ctx.header.timeMs / 1_000));
  let budget = params.get(ctx).maxPurgesPerBlock;
  for (const [[expirySeconds, id]] of state.triggerExpiries.entries(ctx)) {
    if (expirySeconds > now || budget-- === 0) return;
    cancelTrigger(ctx, state.triggers.must(ctx, id), 'expired');
  }
}
