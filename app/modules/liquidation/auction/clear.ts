import type { Bid, Clearing, Flag } from '../../../../proto/gen/tenor.liquidation.v1.ts';
import { getSubaccount, payFromFund, payableOf } from '../../accounts/index.ts';
import { defined } from '../../../lib/assert.ts';
import {
  PPB,
  clearBids,
  discountPpm,
  insolventPayout,
  liquidationFee,
  liquidationStep,
  sliceCost,
  splitByWeight,
} from '../../margin/core/index.ts';
import type { LiquidationState } from '../../margin/core/index.ts';
import { minOf } from '../../options/core/index.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import type { BlockRules } from '../blockRules.ts';
import type { Health } from '../health.ts';
import { AUCTION_KIND_INSOLVENT, ageOf } from './auction.ts';
import { takeFee } from './fees.ts';
import { splitByUnderlying } from './risk.ts';
import type { Part } from './risk.ts';
import { carriedBy } from './carriedBy.ts';
import { canCarry, largestThat, moveSlice } from './slice.ts';
import type { SoldLeg } from './slice.ts';

/** An auction whose bids can be cleared now. */
export interface Open {
  readonly flag: Flag;
  readonly health: Health;
  readonly legs: readonly SoldLeg[];
  readonly state: LiquidationState;
}

/** What a clearing came to: each bid's share in ppb, in the order of the bids. */
interface Filled {
  readonly clearing: Omit<Clearing, 'height' | 'bids' | 'filled' | 'fractionPpb'>;
  readonly fillsPpb: readonly bigint[];
  /** What the account keeps of its bids: R grows by this. */
  readonly bidInUusd: bigint;
}

/** Clears the bids of an auction together. */
export function clear(ctx: Ctx, open: Open, bids: readonly Bid[], rules: BlockRules): Filled {
  return open.flag.auction!.kind === AUCTION_KIND_INSOLVENT
    ? clearInsolvent(ctx, open, bids, rules)
    : clearSolvent(ctx, open, bids, rules);
}

/** What a bidder of a solvent account gets in cash beside its legs at the marks, for a fraction. */
export function discountUusd(state: LiquidationState, ppb: bigint, pricePpm: bigint): bigint {
  const { markToMarketUusd, bidInUusd } = state;
  return ((markToMarketUusd - bidInUusd) * ppb) / PPB - sliceCost(state, ppb, pricePpm);
}

/** What bidders pay of the marked value less what was bid in; both are cash and legs alike. */
function clearSolvent(ctx: Ctx, open: Open, bids: readonly Bid[], rules: BlockRules): Filled {
  const { flag, health, legs, state } = open;
  const { core } = rules;
  const currentPpm = discountPpm(ageOf(ctx, flag.auction).sinceStart, core);
  const step = liquidationStep(state, currentPpm, core);
  const most = step.kind === 'sell' ? step.fractionPpb : 0n;
  const wanted = bids.map(({ bidderId, fractionPpb, limitPpm }) => {
    const limit = BigInt(limitPpm);
    if (limit < currentPpm) return { fractionPpb: 0n, limitPpm: limit };
    const fraction = largestThat(minOf(BigInt(fractionPpb), most), (ppb) =>
      canCarry(ctx, bidderId, legs, firstOf(ppb), discountUusd(state, ppb, limit)),
    );
    return { fractionPpb: fraction, limitPpm: limit };
  });
  const { price, fillsPpb } = carriedBy(
    wanted,
    (left) => {
      const cleared = clearBids(left, state, currentPpm, core);
      return { price: cleared.discountPpm, fillsPpb: cleared.fillsPpb };
    },
    (i, slice, { price: at }) => {
      const cashUusd = discountUusd(state, slice.toPpb - slice.fromPpb, at);
      return canCarry(ctx, bids[i]!.bidderId, legs, slice, cashUusd);
    },
  );
  const feeWholeUusd = liquidationFee(state, price, core);
  let [sold, paidUusd, feeUusd] = [0n, 0n, 0n];
  bids.forEach(({ bidderId }, i) => {
    const fill = fillsPpb[i]!;
    if (fill === 0n) return;
    const slice = { fromPpb: sold, toPpb: sold + fill };
    moveSlice(ctx, flag.subaccountId, bidderId, legs, slice, discountUusd(state, fill, price));
    sold += fill;
    paidUusd += sliceCost(state, fill, price);
    feeUusd += (feeWholeUusd * fill) / PPB;
  });
  const account = defined(getSubaccount(ctx, flag.subaccountId), 'a flagged subaccount');
  takeFee(ctx, flag, account, health, feeUusd, rules);
  const clearing = { pricePpm: Number(price), paidUusd, feeUusd, fundUusd: 0n };
  return { clearing, fillsPpb, bidInUusd: paidUusd - feeUusd };
}

const firstOf = (ppb: bigint) => ({ fromPpb: 0n, toPpb: ppb });

/**
 * Everybody takes over at what the schedule has the funds pay by now; where more is wanted than
 * there is, or than the funds can pay for, all get the same share of what they want.
 */
function clearInsolvent(ctx: Ctx, open: Open, bids: readonly Bid[], rules: BlockRules): Filled {
  const { flag, legs, state } = open;
  const id = flag.subaccountId;
  const payoutUusd = payoutOf(ctx, flag, state, rules);
  const account = defined(getSubaccount(ctx, id), 'a flagged subaccount');
  const parts = splitByUnderlying(ctx, flag, account, open.health, payoutUusd);
  const most = payableFraction(ctx, parts);
  const wanted = bids.map(({ bidderId, fractionPpb, leastPayoutUusd }) => {
    if (leastPayoutUusd > payoutUusd) return { fractionPpb: 0n };
    const fraction = largestThat(minOf(BigInt(fractionPpb), most), (ppb) =>
      canCarry(ctx, bidderId, legs, firstOf(ppb), insolventCash(state, ppb, payoutUusd)),
    );
    return { fractionPpb: fraction };
  });
  const { fillsPpb } = carriedBy(
    wanted,
    (left) => {
      const weights = left.map(({ fractionPpb }) => fractionPpb);
      const sum = weights.reduce((all, ppb) => all + ppb, 0n);
      return { fillsPpb: splitByWeight(minOf(sum, most), weights) };
    },
    (i, slice) => {
      const cashUusd = insolventCash(state, slice.toPpb - slice.fromPpb, payoutUusd);
      return canCarry(ctx, bids[i]!.bidderId, legs, slice, cashUusd);
    },
  );
  let [sold, fundUusd] = [0n, 0n];
  bids.forEach(({ bidderId }, i) => {
    const fill = fillsPpb[i]!;
    if (fill === 0n) return;
    for (const { underlyingId, uusd } of parts) {
      fundUusd += payFromFund(ctx, id, underlyingId, (uusd * fill) / PPB);
    }
    const slice = { fromPpb: sold, toPpb: sold + fill };
    moveSlice(ctx, id, bidderId, legs, slice, insolventCash(state, fill, payoutUusd));
    sold += fill;
  });
  const clearing = { paidUusd: 0n, feeUusd: 0n, fundUusd };
  return { clearing, fillsPpb, bidInUusd: 0n };
}

/** What who takes a fraction over gets in cash beside its legs at the marks; can be below 0. */
export function insolventCash(
  { markToMarketUusd }: LiquidationState,
  ppb: bigint,
  payoutUusd: bigint,
): bigint {
  return floorDivide(markToMarketUusd * ppb, PPB) + (payoutUusd * ppb) / PPB;
}

/** What the funds pay for the whole account now. */
export function payoutOf(
  view: View,
  { auction }: Flag,
  { markToMarketUusd, maintenanceMarginUusd }: LiquidationState,
  { core }: BlockRules,
): bigint {
  const { sinceStart } = ageOf(view, auction);
  const { insolventDuration } = core;
  return insolventPayout(
    PPB,
    markToMarketUusd,
    maintenanceMarginUusd,
    sinceStart,
    insolventDuration,
  );
}

/** The fraction of a payout that every fund can pay its part of. */
function payableFraction(view: View, parts: readonly Part[]): bigint {
  let most = PPB;
  for (const { underlyingId, uusd } of parts) {
    if (uusd > 0n) most = minOf(most, (payableOf(view, underlyingId) * PPB) / uusd);
  }
  return most;
}

/** Rounds down where the amount is below 0 too. @param divisor positive */
function floorDivide(amount: bigint, divisor: bigint): bigint {
  const quotient = amount / divisor;
  return quotient * divisor > amount ? quotient - 1n : quotient;
}
