import type { Bid, Flag } from '../../../../proto/gen/tenor.liquidation.v1.ts';
import { getSubaccount } from '../../accounts/index.ts';
import { defined } from '../../../lib/assert.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import type { BlockRules } from '../blockRules.ts';
import { healthOf, isSettledIn } from '../health.ts';
import { namesOf } from '../names.ts';
import { bids, cleared, flags } from '../state.ts';
import { auctionState, heldExpiries, isStale } from './auction.ts';
import { bidsFor, dropBids } from './bids.ts';
import { clear } from './clear.ts';
import type { Open } from './clear.ts';
import { followAuction } from './follow.ts';
import { soldLegs } from './slice.ts';

/**
 * Clears the bids of a bounded number of accounts, by id, on from where the block before ended. A
 * bid is cleared once: what it does not get it has to ask for again.
 */
export function clearAuctions(ctx: Ctx, rules: BlockRules): void {
  const after = cleared.must(ctx);
  let [last, left] = [after, rules.params.maxClearingsPerBlock];
  for (const start of [after, 0n]) {
    let id = nextWithBids(ctx, start);
    while (id !== undefined && left > 0 && (start === after || id <= after)) {
      clearOne(ctx, id, rules);
      [last, left] = [id, left - 1];
      id = nextWithBids(ctx, id);
    }
    if (after === 0n) break;
  }
  const next = left > 0 ? 0n : last;
  if (next !== after) cleared.set(ctx, next);
}

function nextWithBids(view: View, after: bigint): bigint | undefined {
  for (const [[id]] of bids.following(view, [after, LAST])) return id;
  return undefined;
}

const LAST = (1n << 64n) - 1n;

function clearOne(ctx: Ctx, id: bigint, rules: BlockRules): void {
  const waiting = bidsFor(ctx, id);
  dropBids(ctx, id);
  const open = openFor(ctx, id, rules);
  if (open === undefined) return;
  const { flag } = open;
  const own = waiting.filter((bid) => bid.version === flag.auction!.version);
  if (own.length === 0) return;
  const { clearing, fillsPpb, bidInUusd } = clear(ctx, open, own, rules);
  const sold = fillsPpb.reduce((sum, ppb) => sum + ppb, 0n);
  for (const [i, bid] of own.entries()) tellBid(ctx, flag, bid, fillsPpb[i]!);
  if (sold === 0n) return;
  const filled = fillsPpb.filter((ppb) => ppb > 0n).length;
  const lastClearing = {
    ...{ height: BigInt(ctx.header.height), ...clearing },
    ...{ fractionPpb: Number(sold), bids: own.length, filled },
  };
  // A slice closes what is less than its share of a unit: that is no other account for a bidder.
  const expiries = heldExpiries(ctx, id).length;
  const auction = { ...flag.auction!, expiries, lastClearing };
  flags.set(ctx, id, {
    ...flag,
    auction: { ...auction, bidInUusd: auction.bidInUusd + bidInUusd },
    steps: flag.steps + 1,
  });
  ctx.emit('auction_cleared', {
    ...namesOf(flag),
    version: auction.version.toString(),
    price_ppm: String(clearing.pricePpm),
    fraction_ppb: sold.toString(),
    paid_uusd: clearing.paidUusd.toString(),
    fee_uusd: clearing.feeUusd.toString(),
    fund_uusd: clearing.fundUusd.toString(),
  });
}

/** The auction as it stands, if bids for it can be cleared now. */
export function openFor(ctx: Ctx, id: bigint, rules: BlockRules): Open | undefined {
  const flag = flags.get(ctx, id);
  if (flag === undefined) return undefined;
  const account = defined(getSubaccount(ctx, id), 'a flagged subaccount');
  if (account.positions === 0) return undefined;
  const health = healthOf(ctx, account, rules);
  if (health === undefined || health.isPartial) return undefined;
  if (!isSettledIn(health) || health.bufferMarginUusd >= 0n) return undefined;
  const legs = soldLegs(ctx, id);
  if (legs === undefined) return undefined;
  const now = followAuction(ctx, flag, health, rules);
  if (now.auction === undefined || isStale(ctx, now)) return undefined;
  return { flag: now, health, legs, state: auctionState(ctx, now, health) };
}

function tellBid(ctx: Ctx, flag: Flag, bid: Bid, fillPpb: bigint): void {
  const bidder = defined(getSubaccount(ctx, bid.bidderId), 'a bidder');
  ctx.emit('liquidation_bid', {
    ...namesOf(flag),
    bidder: bidder.owner,
    bidder_subaccount: String(bidder.number),
    fraction_ppb: String(bid.fractionPpb),
    filled_ppb: fillPpb.toString(),
  });
}
