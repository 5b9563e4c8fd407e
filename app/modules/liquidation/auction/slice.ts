import {
  applyTrade,
  changeCash,
  getSubaccount,
  isFlagged,
  positionsOf,
  refusalOfFill,
} from '../../accounts/index.ts';
import { defined } from '../../../lib/assert.ts';
import { canHold, markUusdOf } from '../../margin/index.ts';
import { PPB } from '../../margin/core/index.ts';
import { UNITS_PER_CONTRACT, absolute, ceilDiv } from '../../options/core/index.ts';
import { isTrading, seriesById } from '../../options/index.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import { namesOf } from '../names.ts';

/** A leg of an account under liquidation, as it is before any of it is sold. */
export interface SoldLeg {
  readonly seriesId: bigint;
  /** 1e-4 contracts; negative is short. */
  readonly quantity: bigint;
  readonly markUusd: bigint;
}

/** From a share of the account to another, both in ppb: what one bidder gets. */
export interface Slice {
  readonly fromPpb: bigint;
  readonly toPpb: bigint;
}

/**
 * What an account holds, with marks; undefined while some of it does not trade, such as an expiry
 * that waits for its payout.
 */
export function soldLegs(view: View, id: bigint): SoldLeg[] | undefined {
  const legs: SoldLeg[] = [];
  for (const { seriesId, quantity } of positionsOf(view, id)) {
    const series = defined(seriesById(view, seriesId), 'the series of a position');
    const markUusd = isTrading(view, series) ? markUusdOf(view, series) : undefined;
    if (markUusd === undefined) return undefined;
    legs.push({ seriesId, quantity, markUusd });
  }
  return legs;
}

/**
 * Units of a leg up to a share of the account, away from zero: slices after one another lose no
 * unit, and a whole account is sold to the last one.
 */
const unitsUpTo = (quantity: bigint, ppb: bigint): bigint => {
  const units = ceilDiv(absolute(quantity) * ppb, PPB);
  return quantity < 0n ? -units : units;
};

interface Taken {
  readonly seriesId: bigint;
  /** What the bidder gets; negative: a short. */
  readonly quantity: bigint;
  /** What it pays for that at the mark, rounded up; negative: it receives it. */
  readonly premiumUusd: bigint;
}

function takenOf(legs: readonly SoldLeg[], { fromPpb, toPpb }: Slice): Taken[] {
  return legs.flatMap(({ seriesId, quantity: held, markUusd }) => {
    const quantity = unitsUpTo(held, toPpb) - unitsUpTo(held, fromPpb);
    if (quantity === 0n) return [];
    return { seriesId, quantity, premiumUusd: ceilDivide(quantity * markUusd, UNITS_PER_CONTRACT) };
  });
}

/** Rounds up where the amount is below 0 too. */
function ceilDivide(amount: bigint, divisor: bigint): bigint {
  const quotient = amount / divisor;
  return quotient * divisor < amount ? quotient + 1n : quotient;
}

/**
 * Whether a bidder can carry a slice that it gets at the marks and with so much cash beside it: its
 * initial margin and its cash hold, and no cap is passed.
 */
export function canCarry(
  view: View,
  bidderId: bigint,
  legs: readonly SoldLeg[],
  slice: Slice,
  cashUusd: bigint,
): boolean {
  if (isFlagged(view, bidderId)) return false;
  const taken = takenOf(legs, slice);
  let changeUusd = cashUusd;
  for (const { seriesId, quantity, premiumUusd } of taken) {
    changeUusd -= premiumUusd;
    const fill = { subaccountId: bidderId, seriesId, quantityDelta: quantity };
    if (refusalOfFill(view, fill) !== null) return false;
  }
  const positions = new Map(taken.map(({ seriesId, quantity }) => [seriesId, quantity]));
  return canHold(view, bidderId, { cashUusd: changeUusd, positions });
}

/** Moves a slice to a bidder: each leg at its mark, and so much cash beside it. */
export function moveSlice(
  ctx: Ctx,
  id: bigint,
  bidderId: bigint,
  legs: readonly SoldLeg[],
  slice: Slice,
  cashUusd: bigint,
): void {
  const taken = takenOf(legs, slice);
  for (const { seriesId, quantity, premiumUusd } of taken) {
    const isLong = quantity > 0n;
    applyTrade(ctx, {
      seriesId,
      buyerId: isLong ? bidderId : id,
      sellerId: isLong ? id : bidderId,
      quantity: absolute(quantity),
      premiumUusd: isLong ? premiumUusd : -premiumUusd,
    });
  }
  changeCash(ctx, id, -cashUusd);
  changeCash(ctx, bidderId, cashUusd);
  emitSlice(ctx, id, bidderId, taken, cashUusd);
}

function emitSlice(
  ctx: Ctx,
  id: bigint,
  bidderId: bigint,
  taken: readonly Taken[],
  cashUusd: bigint,
): void {
  const account = defined(getSubaccount(ctx, id), 'a flagged subaccount');
  const bidder = defined(getSubaccount(ctx, bidderId), 'a bidder');
  const legs = taken.map(({ seriesId, quantity, premiumUusd }) => {
    const { symbol } = defined(seriesById(ctx, seriesId), 'the series of a leg');
    return `${symbol}:${quantity}:${premiumUusd}`;
  });
  ctx.emit('auction_slice', {
    ...namesOf({ ...account, subaccountId: id }),
    bidder: bidder.owner,
    bidder_subaccount: String(bidder.number),
    legs: legs.join(' '),
    cash_uusd: cashUusd.toString(),
  });
}

/** Halvings in which the part that a bidder can carry is found. */
const HALVINGS = 8;

/** The largest fraction up to `wanted` that passes, in ppb, as far as halvings find it. */
export function largestThat(wanted: bigint, passes: (ppb: bigint) => boolean): bigint {
  if (wanted <= 0n || passes(wanted)) return wanted > 0n ? wanted : 0n;
  let [low, high] = [0n, wanted];
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2n;
    if (middle > 0n && passes(middle)) low = middle;
    else high = middle;
  }
  return low;
}
