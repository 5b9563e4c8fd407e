import type { EquityStep, Subaccount } from '../../../proto/gen/tenor.accounts.v1.ts';
import { usdText } from '../../lib/amountText.ts';
import {
  addressBytes,
  drawTokens,
  hasTokens,
  settleTokens,
  takeTokens,
  tokensOf,
} from '../auth/index.ts';
import type { Rate, Rates } from '../auth/index.ts';
import type { Draw } from '../../runtime/allowance.ts';
import type { Ctx, View } from '../../runtime/context.ts';
import { runtimeErrors } from '../../runtime/errors.ts';
import type { Reject } from '../../runtime/errors.ts';
import { stepAfter, stepAt } from './core/equitySteps.ts';
import { params } from './params.ts';
import { owners } from './state.ts';
import type { OwnerSums } from './state.ts';

// What an owner has in all its subaccounts, and what it may do for that (ADR 075).

const NOTHING: OwnerSums = { cashUusd: 0n, openOrders: 0 };

/** Cash and resting orders of all subaccounts of an address. */
export function sumsOf(view: View, owner: string): OwnerSums {
  return owners.get(view, addressBytes(owner)) ?? NOTHING;
}

/** The limits of an address: by its cash, since nothing else is worth the same to everybody. */
export function limitsOf(view: View, owner: string): EquityStep {
  return stepAt(params.get(view).limits, sumsOf(view, owner).cashUusd);
}

/** The step above the one of an address, unless there is none. */
export const nextLimitsOf = (view: View, owner: string): EquityStep | undefined =>
  stepAfter(params.get(view).limits, limitsOf(view, owner));

/** Fee-free messages that an address may send at once now; below 0 after failures. */
export const allowanceLeft = (view: View, owner: string) =>
  tokensOf(view, owner, ratesOf(limitsOf(view, owner)));

/** Whether it holds enough for a place of its own inside a block (ADR 118). */
export function hasPlace(view: View, owner: string): boolean {
  return sumsOf(view, owner).cashUusd >= params.get(view).minPlaceUusd;
}

/** Keeps the derived sums. Writes nothing else, so that a rebuild is this and no more. */
export function addToOwner(ctx: Ctx, owner: string, change: OwnerSums): void {
  const key = addressBytes(owner);
  const before = owners.get(ctx, key) ?? NOTHING;
  const cashUusd = before.cashUusd + change.cashUusd;
  const openOrders = before.openOrders + change.openOrders;
  // As after a start, which knows of no owner that has nothing.
  if (cashUusd === 0n && openOrders === 0) owners.delete(ctx, key);
  else owners.set(ctx, key, { cashUusd, openOrders });
}

/** An owner's cash changes: on another step other rates hold from now on. */
export function noteOwnerCash(ctx: Ctx, { owner }: Subaccount, deltaUusd: bigint): void {
  if (deltaUusd === 0n) return;
  const { limits } = params.get(ctx);
  const { cashUusd } = sumsOf(ctx, owner);
  const before = stepAt(limits, cashUusd);
  addToOwner(ctx, owner, { cashUusd: deltaUusd, openOrders: 0 });
  const after = stepAt(limits, cashUusd + deltaUusd);
  if (after === before) return;
  // A first deposit has paid gas: its owner need not wait before the first order.
  const isFirst = before.actionsPerMinute === 0 && !hasTokens(ctx, owner);
  settleTokens(ctx, owner, ratesOf(isFirst ? firstPaid(limits) : before));
}

/** The lowest step that may send anything; the lowest of all where none may. */
const firstPaid = (limits: readonly EquityStep[]): EquityStep =>
  limits.find((step) => step.actionsPerMinute > 0) ?? limits[0]!;

function ratesOf(step: EquityStep): Rates {
  return {
    actions: { perMinute: step.actionsPerMinute, burst: step.actionBurst },
    cancels: { perMinute: step.cancelsPerMinute, burst: step.cancelBurst },
  };
}

/**
 * Draws on what an address may send without a fee. Says why not, without a write, when it may not:
 * it has too little to send anything, or has sent too much in a short time.
 */
export function drawAllowance(ctx: Ctx, address: string, draw: Draw): Reject | null {
  const step = limitsOf(ctx, address);
  const isPaying = step.actionsPerMinute === 0;
  // Whoever has orders may always cancel them; others below the first paid step have nothing to.
  const hasOrders = isPaying && draw.cancels > 0 && sumsOf(ctx, address).openOrders > 0;
  if (isPaying && (draw.actions > 0 || !hasOrders)) return feeNeeded(ctx);
  const rates = ratesOf(step);
  if (drawTokens(ctx, address, draw, rates)) return null;
  return rateLimited(draw.actions > 0 ? rates.actions : rates.cancels);
}

function feeNeeded(view: View): Reject {
  const first = params.get(view).limits.find((step) => step.actionsPerMinute > 0);
  const deposit =
    first === undefined ? '' : `hold ${usdText(first.minEquityUusd)} in subaccounts, or `;
  return runtimeErrors.feeNeeded(`messages of this account pay gas: ${deposit}send it with a fee`);
}

function rateLimited({ perMinute, burst }: Rate): Reject {
  return runtimeErrors.rateLimited(
    `${perMinute} of these a minute and ${burst} at once are free, and failures cost more: ` +
      'wait a moment, send it with a fee, or deposit more',
  );
}

/** Takes it whether it is there or not: what was drawn before, on another state. */
export function takeAllowance(ctx: Ctx, address: string, draw: Draw): void {
  takeTokens(ctx, address, draw, ratesOf(limitsOf(ctx, address)));
}

/** Failed messages cost more than others. */
export function chargeFailure(ctx: Ctx, address: string, { actions, cancels }: Draw): void {
  const more = Math.max(params.get(ctx).failureCost - 1, 0);
  if (more === 0) return;
  takeAllowance(ctx, address, { actions: actions * more, cancels: cancels * more });
}
