import { TriggerWhen } from '../../../../proto/gen/tenor.clob.v1.ts';
import type { Trigger } from '../../../../proto/gen/tenor.clob.v1.ts';
import { getSubaccount } from '../../accounts/index.ts';
import { defined } from '../../../lib/assert.ts';
import { u64 } from '../../../lib/keys.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import { countTriggers } from '../limits/owned.ts';
import * as state from '../state.ts';
import { MAX_PRICE_UUSD } from '../units.ts';
import { keysOfSeries, priceKey } from './condition.ts';

/** Why a trigger is gone without having fired. Clients read these names: they do not change. */
export type TriggerEnd = 'requested' | 'other' | 'expired';

const levelKey = (trigger: Trigger) =>
  [priceKey(trigger), trigger.when, levelRank(trigger), trigger.id] as const;

/** Levels in the order in which a price comes to them: from the lowest, or the highest. */
const levelRank = ({ when, levelUusd }: Trigger): bigint =>
  when === TriggerWhen.TRIGGER_WHEN_ABOVE ? levelUusd : MAX_PRICE_UUSD - levelUusd;

/** Puts a trigger into the derived collections, by which it is found. */
export function indexTrigger(ctx: Ctx, trigger: Trigger): void {
  const { id, subaccountId, expirySeconds } = trigger;
  state.triggerLevels.set(ctx, levelKey(trigger), true);
  state.triggersOfSubaccount.set(ctx, [subaccountId, id], true);
  countTriggers(ctx, subaccountId, 1);
  state.triggerExpiries.set(ctx, [expirySeconds, id], true);
}

export function addTrigger(ctx: Ctx, trigger: Trigger): void {
  state.triggers.set(ctx, trigger.id, trigger);
  indexTrigger(ctx, trigger);
  const { on, when, levelUusd, other } = trigger;
  const placed = {
    ...named(ctx, trigger),
    on: on === 0 ? 'mark' : 'index',
    when: when === 1 ? 'above' : 'below',
    level_uusd: levelUusd.toString(),
    other: other?.toString(),
  };
  ctx.emit('trigger_placed', placed, ['trigger_id']);
}

/** Forgets a trigger that fires or is cancelled. */
export function dropTrigger(ctx: Ctx, trigger: Trigger): void {
  const { id, subaccountId, expirySeconds } = trigger;
  state.triggers.delete(ctx, id);
  state.triggerLevels.delete(ctx, levelKey(trigger));
  state.triggersOfSubaccount.delete(ctx, [subaccountId, id]);
  countTriggers(ctx, subaccountId, -1);
  state.triggerExpiries.delete(ctx, [expirySeconds, id]);
}

/** The other one of its pair, while that waits. */
export const otherOf = (view: View, { other }: Trigger): Trigger | undefined =>
  other === undefined ? undefined : state.triggers.get(view, other);

/** A cancelled one frees the other of its pair; only one that fires takes it along. */
export function cancelTrigger(ctx: Ctx, trigger: Trigger, reason: TriggerEnd): void {
  dropTrigger(ctx, trigger);
  const other = otherOf(ctx, trigger);
  if (other !== undefined && reason !== 'other') {
    state.triggers.set(ctx, other.id, { ...other, other: undefined });
  }
  ctx.emit('trigger_cancelled', { ...named(ctx, trigger), reason }, ['trigger_id']);
}

export function named(view: View, { id, subaccountId, order }: Trigger) {
  const { owner, number } = defined(getSubaccount(view, subaccountId), 'a trigger’s subaccount');
  const { series } = defined(order, 'the order of a trigger');
  return { trigger_id: id.toString(), series, owner, subaccount: String(number) };
}

export function triggersOf(view: View, subaccountId: bigint): Trigger[] {
  const found: Trigger[] = [];
  for (const [[, id]] of state.triggersOfSubaccount.under(view, u64.write(subaccountId))) {
    found.push(state.triggers.must(view, id));
  }
  return found;
}

/** Whether some trigger waits to trade a series. */
export const hasTriggers = (view: View, seriesId: bigint): boolean =>
  keysOfSeries(seriesId).some(
    (key) => state.triggerLevels.first(view, u64.write(key)) !== undefined,
  );
