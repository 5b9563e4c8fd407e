import type { Position } from '../../../proto/gen/tenor.accounts.v1.ts';
import type { Series } from '../../../proto/gen/tenor.options.v1.ts';
import { contractsText } from '../../lib/amountText.ts';
import { assert, defined } from '../../lib/assert.ts';
import { absolute } from '../options/core/index.ts';
import {
  adjustOpenInterest,
  mustUnderlyingById,
  refusalOfInterest,
  seriesById,
} from '../options/index.ts';
import type { Ctx, View } from '../../runtime/context.ts';
import type { Reject } from '../../runtime/errors.ts';
import { i64, u32, u64 } from '../../lib/keys.ts';
import { noteCash } from './cash.ts';
import { applyToPosition, longsOf } from './core/applyToPosition.ts';
import { accountsErrors } from './errors.ts';
import { noteHeld } from './holdings/holdings.ts';
import { holders, positions, subaccounts } from './state.ts';
import { seriesCapOf } from './subaccounts.ts';

/** One side of a trade. */
export interface Fill {
  readonly subaccountId: bigint;
  readonly seriesId: bigint;
  /** 1e-4 contracts; positive buys. */
  readonly quantityDelta: bigint;
  /** The premium, in uusd: negative for a buyer. Fees are apart (`accrueFee`). */
  readonly cashDeltaUusd: bigint;
}

/** Both sides of a trade. */
export interface MatchedTrade {
  readonly seriesId: bigint;
  readonly buyerId: bigint;
  readonly sellerId: bigint;
  /** 1e-4 contracts. */
  readonly quantity: bigint;
  readonly premiumUusd: bigint;
}

/** Open positions of a subaccount, by series id. */
export function positionsOf(view: View, id: bigint): Position[] {
  return [...positions.under(view, u64.write(id))].map(([, position]) => position);
}

export function positionOf(view: View, id: bigint, seriesId: bigint): Position | undefined {
  return positions.get(view, [id, seriesId]);
}

/** Of all subaccounts together. */
export function countPositions(view: View): number {
  return [...positions.entries(view)].length;
}

/** Subaccounts with a position at an expiry, by id. */
export function* holdersOfExpiry(
  view: View,
  underlyingId: number,
  expirySeconds: bigint,
): Generator<bigint> {
  let last: bigint | undefined;
  const parts = u32.write(underlyingId) + i64.write(expirySeconds);
  for (const [[, , id]] of holders.under(view, parts)) {
    if (id !== last) yield id;
    last = id;
  }
}

/** Positions in an underlying: subaccount and series, by expiry. */
export function* holdersIn(view: View, underlyingId: number): Generator<readonly [bigint, bigint]> {
  for (const [[, , id, seriesId]] of holders.under(view, u32.write(underlyingId))) {
    yield [id, seriesId];
  }
}

/** Why a subaccount may not take a fill, or null: its caps. What reduces a position always may. */
export function refusalOfFill(
  view: View,
  fill: Pick<Fill, 'subaccountId' | 'seriesId' | 'quantityDelta'>,
): Reject | null {
  const { subaccountId, seriesId, quantityDelta } = fill;
  const before = positions.get(view, [subaccountId, seriesId])?.quantity ?? 0n;
  const size = absolute(before + quantityDelta);
  if (size <= absolute(before)) return null;
  const series = defined(seriesById(view, seriesId), 'the series of a fill');
  const { maxPosition } = mustUnderlyingById(view, series.underlyingId);
  if (size > maxPosition) {
    return accountsErrors.positionCap(
      `a position in ${series.symbol} is at most ${contractsText(maxPosition)}: trade less`,
    );
  }
  if (before !== 0n) return null;
  const account = subaccounts.must(view, subaccountId);
  const cap = seriesCapOf(view, account.mode);
  if (account.positions < cap) return null;
  return accountsErrors.seriesCap(
    `a subaccount holds at most ${cap} series: close one, or use another subaccount`,
  );
}

/** Why a trade may not be for open interest, or null. What its sides may is `refusalOfFill`. */
export function refusalOfTrade(
  view: View,
  { seriesId, quantity, buyerId, sellerId }: Omit<MatchedTrade, 'premiumUusd'>,
): Reject | null {
  const growth = (id: bigint, delta: bigint): bigint => {
    const held = positionOf(view, id, seriesId)?.quantity ?? 0n;
    return longsOf(held + delta) - longsOf(held);
  };
  const deltaLongs = growth(buyerId, quantity) + growth(sellerId, -quantity);
  return refusalOfInterest(view, seriesId, deltaLongs);
}

/**
 * Applies both sides of a trade: positions, average costs, cash, and the net change of open
 * interest.
 * @throws Reject positionCap, seriesCap, openInterestCap
 */
export function applyTrade(ctx: Ctx, trade: MatchedTrade): void {
  const { seriesId, quantity, premiumUusd, buyerId, sellerId } = trade;
  assert(quantity > 0n, 'a trade of nothing');
  const sold = move(ctx, {
    ...{ subaccountId: sellerId, seriesId },
    ...{ quantityDelta: -quantity, cashDeltaUusd: premiumUusd },
  });
  const bought = move(ctx, {
    ...{ subaccountId: buyerId, seriesId },
    ...{ quantityDelta: quantity, cashDeltaUusd: -premiumUusd },
  });
  adjustOpenInterest(ctx, seriesId, sold + bought);
}

/**
 * Applies one side of a trade. Open interest is checked against its caps as it stands after this
 * side, so the seller's side goes first; `applyTrade` does both and is what a match should use.
 * @throws Reject positionCap, seriesCap, openInterestCap
 */
export function applyFill(ctx: Ctx, fill: Fill): void {
  adjustOpenInterest(ctx, fill.seriesId, move(ctx, fill));
}

/** Moves one side's position and cash; returns the change of its longs. */
function move(ctx: Ctx, fill: Fill): bigint {
  const { subaccountId, seriesId, quantityDelta, cashDeltaUusd } = fill;
  assert(quantityDelta !== 0n, 'a fill of nothing');
  const refusal = refusalOfFill(ctx, fill);
  if (refusal !== null) throw refusal;
  const account = subaccounts.must(ctx, subaccountId);
  const before = positions.get(ctx, [subaccountId, seriesId]);
  const held = before ?? { quantity: 0n, costUusd: 0n };
  const after = applyToPosition(held, quantityDelta, cashDeltaUusd);
  const cashUusd = account.cashUusd + cashDeltaUusd;
  const opened = (after.quantity === 0n ? 0 : 1) - (before === undefined ? 0 : 1);
  subaccounts.set(ctx, subaccountId, {
    ...account,
    cashUusd,
    positions: account.positions + opened,
  });
  const series = defined(seriesById(ctx, seriesId), 'the series of a fill');
  writePosition(ctx, subaccountId, series, after, opened);
  const shorts = (after.quantity < 0n ? 1 : 0) - (held.quantity < 0n ? 1 : 0);
  noteCash(ctx, account, cashUusd, shorts);
  return longsOf(after.quantity) - longsOf(held.quantity);
}

function writePosition(
  ctx: Ctx,
  subaccountId: bigint,
  series: Series,
  after: { readonly quantity: bigint; readonly costUusd: bigint },
  opened: number,
): void {
  const { id: seriesId, underlyingId, expirySeconds } = series;
  const key = [subaccountId, seriesId] as const;
  const holder = [underlyingId, expirySeconds, subaccountId, seriesId] as const;
  if (after.quantity === 0n) positions.delete(ctx, key);
  else positions.set(ctx, key, { seriesId, ...after });
  noteHeld(ctx, subaccountId, series, after.quantity);
  if (opened > 0) holders.set(ctx, holder, true);
  if (opened < 0) holders.delete(ctx, holder);
}
