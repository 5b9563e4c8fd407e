import * as pb from '../../../../proto/gen/tenor.liquidation.v1.ts';
import { getSubaccount, mustSubaccountOf, payableOf } from '../../accounts/index.ts';
import { defined } from '../../../lib/assert.ts';
import { discountPpm, liquidationFee, liquidationStep } from '../../margin/core/index.ts';
import { query } from '../../../runtime/module.ts';
import type { QueryHandler } from '../../../runtime/module.ts';
import type { View } from '../../../runtime/context.ts';
import { blockRules } from '../blockRules.ts';
import { liquidationErrors } from '../errors.ts';
import { healthOf, isSettledIn } from '../health.ts';
import type { Health } from '../health.ts';
import { flags } from '../state.ts';
import { AUCTION_KIND_INSOLVENT, ageOf, auctionState, isStale } from './auction.ts';
import { bidsFor } from './bids.ts';
import { payoutOf } from './clear.ts';
import { splitByUnderlying } from './risk.ts';
import { soldLegs } from './slice.ts';

/** What a bid of the next block would meet at the marks of this one; undefined without prices. */
function termsOf(view: View, flag: pb.Flag): pb.AuctionTerms | undefined {
  const rules = blockRules(view);
  const account = defined(getSubaccount(view, flag.subaccountId), 'a flagged subaccount');
  const health = healthOf(view, account, rules);
  if (health === undefined) return undefined;
  const state = auctionState(view, flag, health);
  const age = ageOf(view, flag.auction).sinceStart;
  const isInsolvent = flag.auction?.kind === AUCTION_KIND_INSOLVENT;
  const discount = isInsolvent ? 0n : discountPpm(age, rules.core);
  const step = isInsolvent ? undefined : liquidationStep(state, discount, rules.core);
  const { maintenanceMarginUusd } = state;
  const worstUusd = maintenanceMarginUusd < 0n ? -maintenanceMarginUusd : 0n;
  return {
    ...{ markToMarketUusd: state.markToMarketUusd, maintenanceUusd: maintenanceMarginUusd },
    ...{ bufferUusd: state.bufferUusd, bufferMarginUusd: health.bufferMarginUusd },
    ...{ bidInUusd: state.bidInUusd, notionalUusd: state.notionalUusd, age },
    discountPpm: Number(discount),
    fractionPpb: step?.kind === 'sell' ? Number(step.fractionPpb) : 0,
    feeUusd: step?.kind === 'sell' ? liquidationFee(state, discount, rules.core) : 0n,
    payoutUusd: isInsolvent ? payoutOf(view, flag, state, rules) : 0n,
    worstUusd: isInsolvent ? worstUusd : 0n,
    payableUusd: isInsolvent ? payableFor(view, flag, health) : 0n,
    isOpen:
      flag.auction !== undefined &&
      !health.isPartial &&
      isSettledIn(health) &&
      !isStale(view, flag) &&
      soldLegs(view, account.id) !== undefined,
  };
}

/** What the funds of the underlyings that have to answer for it can pay today. */
function payableFor(view: View, flag: pb.Flag, health: Health): bigint {
  const account = defined(getSubaccount(view, flag.subaccountId), 'a flagged subaccount');
  let sum = 0n;
  for (const { underlyingId } of splitByUnderlying(view, flag, account, health, 0n)) {
    sum += payableOf(view, underlyingId);
  }
  return sum;
}

export const auctionQueries: Readonly<Record<string, QueryHandler>> = {
  '/tenor.liquidation.v1.Query/Auction': query(
    pb.QueryAuctionRequest,
    pb.QueryAuctionResponse,
    (view, { subaccountId, owner, number }) => {
      const id = subaccountId === 0n ? mustSubaccountOf(view, owner, number).id : subaccountId;
      const flag = flags.get(view, id);
      if (flag === undefined) {
        throw liquidationErrors.notUnderLiquidation(`account ${id} is not being liquidated`);
      }
      return { flag, terms: termsOf(view, flag), bids: bidsFor(view, id) };
    },
  ),
};
