import type { QuoteGroup } from '../../../../proto/gen/tenor.clob.v1.ts';
import {
  canFill,
  greeksOf,
  groupReserveOf,
  keepsReserve,
  storeReserve,
  withQuote,
} from '../../margin/index.ts';
import type { Fill, GroupReserve } from '../../margin/index.ts';
import type { Series } from '../../../../proto/gen/tenor.options.v1.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import { toNumber } from '../units.ts';
import { addFill, budgetOf, fillsWithin, isAtLimit, sum } from './core/window.ts';
import type { FillSums } from './core/window.ts';
import { noteQuote, reserveOf } from './groups.ts';
import { freeze } from './pull.ts';
import { countGroup } from './quoting.ts';
import { groups } from './state.ts';

/** A fill of a quote that rests, before it happens. */
export interface QuoteFill {
  readonly groupId: bigint;
  readonly series: Series;
  readonly isBuy: boolean;
  readonly priceUusd: bigint;
  /** At which it rests, where that is another price than it trades at. */
  readonly restUusd?: bigint;
  /** 1e-4 contracts. */
  readonly quantity: bigint;
  /** What is left of the quote afterwards. */
  readonly remaining: bigint;
  readonly feeUusd: bigint;
}

/** What becomes of a group with a fill: it goes on, it is pulled after it, or instead of it. */
export type Outcome = 'keep' | 'pull' | 'refuse';

/**
 * Judges a fill of a quote: where marks have not moved the account keeps what all that is left of
 * its quotes needs (ADR 114); where they have, it may hold without them, or not at all.
 */
export function judgeQuoteFill(view: View, fill: QuoteFill): Outcome {
  const group = groups.must(view, fill.groupId);
  const { priceUusd, quantity, isBuy, series, feeUusd } = fill;
  const taken = { seriesId: series.id, isBuy, quantity, priceUusd, feeUusd };
  const whole = (reserve: GroupReserve | undefined): Fill => ({
    ...taken,
    group: { groupId: group.id, reserve },
  });
  if (keepsReserve(view, group.subaccountId, whole(afterFill(view, group, fill)))) return 'keep';
  return canFill(view, group.subaccountId, whole(undefined)) ? 'pull' : 'refuse';
}

/** What a group reserves for after a fill. */
function afterFill(
  view: View,
  group: QuoteGroup,
  { series, isBuy, priceUusd, restUusd = priceUusd, quantity, remaining }: QuoteFill,
): GroupReserve {
  const before = reserveOf(view, group);
  const side = { isBuy, quantity: toNumber(remaining), priceUusd: toNumber(restUusd) };
  const left = Math.max(0, before.quantity - toNumber(quantity));
  return { ...withQuote(before, series, side), quantity: left };
}

/** Counts a fill that has happened. What its group comes to is decided once the match is over. */
export function applyQuoteFill(ctx: Ctx, fill: QuoteFill): void {
  const group = groups.must(ctx, fill.groupId);
  storeReserve(ctx, group.subaccountId, afterFill(ctx, group, fill));
  if (fill.remaining === 0n) {
    noteQuote(ctx, group.id, fill.series.id, fill.isBuy, undefined);
    countGroup(ctx, group, -1);
  }
  const { windowMs } = group;
  const { quantity } = fill;
  groups.set(ctx, group.id, {
    ...group,
    budget: group.budget > quantity ? group.budget - quantity : 0n,
    fills: addFill(group.fills, windowMs, ctx.header.timeMs, sumsOf(ctx, fill)),
  });
}

/** Delta and vega of a fill. Without a volatility it counts as one of the underlying. */
function sumsOf(view: View, { series, isBuy, quantity }: QuoteFill): FillSums {
  const greeks = greeksOf(view, series);
  const signed = Number(isBuy ? quantity : -quantity);
  const delta = BigInt(Math.round(signed * (greeks?.delta ?? 1)));
  // USD a contract for a volatility of 1.00: 100 uusd a unit for one, hence 1 for a point of it.
  const vegaUusd = BigInt(Math.round(signed * (greeks?.vega ?? 0)));
  return { quantity, delta, vegaUusd };
}

/**
 * After a match in which a group was filled, or found to lack margin: at a limit all of it is
 * pulled, and so it is when its budget no longer covers a quote and margin fills it up no more.
 */
export function settleGroup(ctx: Ctx, groupId: bigint, lacksMargin: boolean): void {
  const group = groups.must(ctx, groupId);
  const filled = sum(fillsWithin(group.fills, group.windowMs, ctx.header.timeMs));
  if (isAtLimit(group, filled)) {
    freeze(ctx, group, group.freezeMs, 'limit');
    return;
  }
  if (lacksMargin || (group.budget < group.maxQuote && !fillUp(ctx, group, filled.quantity))) {
    freeze(ctx, group, group.freezeMs, 'margin');
  }
}

/** Gives a group the budget of its window again; false when margin does not allow it. */
function fillUp(ctx: Ctx, group: QuoteGroup, filled: bigint): boolean {
  const budget = budgetOf(group, filled);
  const reserve = groupReserveOf(ctx, group.subaccountId, group.id);
  groups.set(ctx, group.id, { ...group, budget });
  if (reserve === undefined) return true;
  storeReserve(ctx, group.subaccountId, { ...reserve, quantity: toNumber(budget) });
  return keepsReserve(ctx, group.subaccountId);
}
