import {
  MsgBidLiquidation,
  MsgBidLiquidationResponse,
} from '../../../../../proto/gen/tenor.liquidation.v1.ts';
import type { Subaccount } from '../../../../../proto/gen/tenor.accounts.v1.ts';
import type { Bid, Flag } from '../../../../../proto/gen/tenor.liquidation.v1.ts';
import { getSubaccount, isFlagged, subaccountOf } from '../../../accounts/index.ts';
import { addressBytes } from '../../../auth/index.ts';
import { defined } from '../../../../lib/assert.ts';
import { PPB, PPM } from '../../../margin/core/index.ts';
import type { Ctx } from '../../../../runtime/context.ts';
import { handler } from '../../../../runtime/module.ts';
import { blockRules } from '../../blockRules.ts';
import { liquidationErrors } from '../../errors.ts';
import { flags } from '../../state.ts';
import { isStale } from '../auction.ts';
import { keepBid } from '../bids.ts';
import { assertUseful } from '../useful.ts';

/**
 * Bids for a fraction of an account under liquidation. All bids of a block are cleared together at
 * its end, so that it does not matter which came first.
 */
export const bidLiquidation = handler({
  codec: MsgBidLiquidation,
  response: MsgBidLiquidationResponse,
  feeExempt: true,
  gas: 400_000,
  signer: (msg) => msg.sender,
  validate({ sender, fractionPpb, limitPpm }) {
    addressBytes(sender);
    if (fractionPpb === 0 || BigInt(fractionPpb) > PPB) {
      throw liquidationErrors.badBid('bid for a part of the account, at most for all of it');
    }
    if (BigInt(limitPpm) > PPM) {
      throw liquidationErrors.badBid('a limit is at most the whole marked value');
    }
  },
  execute(ctx, msg) {
    const { sender, subaccount, liquidatedId, version, fractionPpb, limitPpm } = msg;
    const bidder = subaccountOf(ctx, sender, subaccount);
    if (bidder === undefined) {
      throw liquidationErrors.unknownSubaccount(
        `you have no subaccount ${subaccount}: deposit first`,
      );
    }
    const flag = flagFor(ctx, bidder, liquidatedId);
    if (flag.auction?.version !== version || isStale(ctx, flag)) {
      throw liquidationErrors.staleVersion('what is sold has changed: look at it again, then bid');
    }
    const { leastPayoutUusd } = msg;
    const bid: Bid = {
      ...{ subaccountId: liquidatedId, bidderId: bidder.id, version },
      ...{ fractionPpb, limitPpm, leastPayoutUusd },
    };
    assertUseful(ctx, flag, bid, blockRules(ctx));
    keepBid(ctx, bid);
    return {};
  },
});

/** @throws Reject notUnderLiquidation, ownBid, bidderFlagged */
function flagFor(ctx: Ctx, bidder: Subaccount, id: bigint): Flag {
  const flag = flags.get(ctx, id);
  if (flag === undefined) {
    throw liquidationErrors.notUnderLiquidation(`account ${id} is not being liquidated`);
  }
  const { owner } = defined(getSubaccount(ctx, id), 'a flagged subaccount');
  if (owner === bidder.owner) {
    throw liquidationErrors.ownBid('an account goes to others only: deposit to it instead');
  }
  if (isFlagged(ctx, bidder.id)) {
    throw liquidationErrors.bidderFlagged('your subaccount is being liquidated itself');
  }
  return flag;
}
