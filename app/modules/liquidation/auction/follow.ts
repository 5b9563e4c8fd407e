import type { Auction, Flag } from '../../../../proto/gen/tenor.liquidation.v1.ts';
import { forgetLateDeposits, getSubaccount } from '../../accounts/index.ts';
import { defined } from '../../../lib/assert.ts';
import { discountPpm, liquidationStep } from '../../margin/core/index.ts';
import type { Ctx } from '../../../runtime/context.ts';
import type { BlockRules } from '../blockRules.ts';
import { namesOf } from '../names.ts';
import type { Health } from '../health.ts';
import { flags } from '../state.ts';
import {
  AUCTION_KIND_INSOLVENT,
  AUCTION_KIND_SOLVENT,
  ageOf,
  auctionState,
  heldExpiries,
  isStale,
  newVersion,
  openAuction,
  restarted,
} from './auction.ts';
import { followRisk } from './risk.ts';

/**
 * Brings a flagged subaccount's auction up to what it holds and how it stands now: solvent or not,
 * started again where all that is left is cash already bid in, with a new version where an expiry
 * is gone. Returns the flag as it is stored then.
 */
export function followAuction(ctx: Ctx, before: Flag, health: Health, rules: BlockRules): Flag {
  const id = before.subaccountId;
  const account = defined(getSubaccount(ctx, id), 'a flagged subaccount');
  let auction = before.auction;
  if (account.positions > 0) auction ??= openAuction(ctx, id);
  if (auction !== undefined && isStale(ctx, { ...before, auction })) {
    auction = { ...auction, version: newVersion(ctx), expiries: heldExpiries(ctx, id).length };
  }
  if (auction !== undefined && account.positions > 0 && !health.isPartial) {
    auction = turned(ctx, { ...before, auction }, auction, health, rules);
  }
  let flag = auction === before.auction ? before : { ...before, auction };
  if (!health.isPartial) flag = followRisk(ctx, flag, account, health);
  if (flag !== before) flags.set(ctx, id, flag);
  if (auction !== undefined && auction !== before.auction) tell(ctx, flag, auction, before.auction);
  return flag;
}

function turned(
  ctx: Ctx,
  flag: Flag,
  auction: Auction,
  health: Health,
  { core }: BlockRules,
): Auction {
  const isInsolvent = auction.kind === AUCTION_KIND_INSOLVENT;
  const discount = discountPpm(ageOf(ctx, auction).sinceStart, core);
  const { kind } = liquidationStep(auctionState(ctx, flag, health), discount, core);
  if (kind === 'insolvent' && !isInsolvent) return restarted(ctx, auction, AUCTION_KIND_INSOLVENT);
  if (kind === 'sell' && isInsolvent) return restarted(ctx, auction, AUCTION_KIND_SOLVENT);
  if (kind !== 'restart') return auction;
  forgetLateDeposits(ctx, flag.subaccountId);
  return { ...restarted(ctx, auction, AUCTION_KIND_SOLVENT), bidInUusd: 0n };
}

function tell(ctx: Ctx, flag: Flag, now: Auction, before: Auction | undefined): void {
  if (now.version === before?.version) return;
  ctx.emit('auction', {
    ...namesOf(flag),
    version: now.version.toString(),
    kind: now.kind === AUCTION_KIND_INSOLVENT ? 'insolvent' : 'solvent',
  });
}
