import type { Bid } from '../../../../proto/gen/tenor.liquidation.v1.ts';
import { u64 } from '../../../lib/keys.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import { liquidationErrors } from '../errors.ts';
import { params } from '../params.ts';
import { bids } from '../state.ts';

/** Bids for an account under liquidation, by bidder. */
export function bidsFor(view: View, id: bigint): Bid[] {
  return [...bids.under(view, u64.write(id))].map(([, bid]) => bid);
}

export function dropBids(ctx: Ctx, id: bigint): void {
  for (const { bidderId } of bidsFor(ctx, id)) bids.delete(ctx, [id, bidderId]);
}

/**
 * Keeps a bid until it is cleared, in place of the bidder's own earlier one. Where there are as
 * many as may be, it takes the place of the worst, if it is better.
 * @throws Reject bidsFull
 */
export function keepBid(ctx: Ctx, bid: Bid): void {
  const { subaccountId, bidderId } = bid;
  const others = bidsFor(ctx, subaccountId).filter((other) => other.bidderId !== bidderId);
  if (others.length >= params.get(ctx).maxBidsPerAccount) {
    const worst = others.reduce((least, other) => (isBetter(least, other) ? other : least));
    if (!isBetter(bid, worst)) {
      throw liquidationErrors.bidsFull(
        'as many better bids wait for this account as may: bid more, or again in the next block',
      );
    }
    bids.delete(ctx, [subaccountId, worst.bidderId]);
  }
  bids.set(ctx, [subaccountId, bidderId], bid);
}

/** A higher limit, then less asked of the fund, then a larger fraction, then the lower id. */
function isBetter(a: Bid, b: Bid): boolean {
  if (a.limitPpm !== b.limitPpm) return a.limitPpm > b.limitPpm;
  if (a.leastPayoutUusd !== b.leastPayoutUusd) return a.leastPayoutUusd < b.leastPayoutUusd;
  if (a.fractionPpb !== b.fractionPpb) return a.fractionPpb > b.fractionPpb;
  return a.bidderId < b.bidderId;
}
