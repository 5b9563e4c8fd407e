import type { Bid, Flag } from '../../../../proto/gen/tenor.liquidation.v1.ts';
import { getSubaccount } from '../../accounts/index.ts';
import { formatDecimal } from '../../../lib/decimal.ts';
import { defined } from '../../../lib/assert.ts';
import { discountPpm, liquidationStep } from '../../margin/core/index.ts';
import { minOf } from '../../options/core/index.ts';
import type { View } from '../../../runtime/context.ts';
import type { BlockRules } from '../blockRules.ts';
import { liquidationErrors } from '../errors.ts';
import { healthOf, isSettledIn } from '../health.ts';
import { AUCTION_KIND_INSOLVENT, ageOf, auctionState } from './auction.ts';
import { discountUusd, insolventCash, payoutOf } from './clear.ts';
import { canCarry, largestThat, soldLegs } from './slice.ts';

/**
 * Insists that a bid could get something if the block ended now: the auction is open, its limit is
 * met and the bidder can carry a part of it. Otherwise bids that nobody can pay would crowd out
 * those that somebody can.
 * @throws Reject notOpen, bidTooLow, cannotCarry
 */
export function assertUseful(view: View, flag: Flag, bid: Bid, rules: BlockRules): void {
  const account = defined(getSubaccount(view, flag.subaccountId), 'a flagged subaccount');
  const health = healthOf(view, account, rules);
  const legs = soldLegs(view, account.id);
  const isOpen = health !== undefined && !health.isPartial && isSettledIn(health);
  if (!isOpen || legs === undefined || legs.length === 0) {
    throw liquidationErrors.notOpen('its prices cannot be acted on now: bid when they can');
  }
  const state = auctionState(view, flag, health);
  const carries = (ppb: bigint, cashUusd: bigint): boolean =>
    canCarry(view, bid.bidderId, legs, { fromPpb: 0n, toPpb: ppb }, cashUusd);
  const wanted = BigInt(bid.fractionPpb);
  let carried: bigint;
  if (flag.auction?.kind === AUCTION_KIND_INSOLVENT) {
    const payoutUusd = payoutOf(view, flag, state, rules);
    if (bid.leastPayoutUusd > payoutUusd) {
      throw liquidationErrors.bidTooLow(
        'the fund does not pay that much yet: ask for less, or wait',
      );
    }
    carried = largestThat(wanted, (ppb) => carries(ppb, insolventCash(state, ppb, payoutUusd)));
  } else {
    const currentPpm = discountPpm(ageOf(view, flag.auction).sinceStart, rules.core);
    if (BigInt(bid.limitPpm) < currentPpm) {
      const percent = `${formatDecimal(currentPpm, 4)}%`;
      throw liquidationErrors.bidTooLow(
        `bids are at least ${percent} of the marked value now: bid more, or wait`,
      );
    }
    const step = liquidationStep(state, currentPpm, rules.core);
    const most = step.kind === 'sell' ? step.fractionPpb : wanted;
    carried = largestThat(minOf(wanted, most), (ppb) =>
      carries(ppb, discountUusd(state, ppb, BigInt(bid.limitPpm))),
    );
  }
  if (carried === 0n) {
    throw liquidationErrors.cannotCarry(
      'your subaccount could not carry any part of it: deposit more, or bid for less',
    );
  }
}
