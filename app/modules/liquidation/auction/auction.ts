import { AuctionKind } from '../../../../proto/gen/tenor.liquidation.v1.ts';
import type {
  Auction,
  AuctionUnderlying,
  Flag,
} from '../../../../proto/gen/tenor.liquidation.v1.ts';
import { QUANTITY, ROW } from '../../accounts/core/holdings.ts';
import type { ExpiryHoldings } from '../../accounts/core/holdings.ts';
import { holdingsOf, lateDepositsOf } from '../../accounts/index.ts';
import type { LiquidationState } from '../../margin/core/index.ts';
import { UNITS_PER_CONTRACT, absolute, ceilDiv } from '../../options/core/index.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import type { BlockRules } from '../blockRules.ts';
import type { Health } from '../health.ts';
import { flags, nextVersion, ticks } from '../state.ts';

export const { AUCTION_KIND_INSOLVENT, AUCTION_KIND_SOLVENT } = AuctionKind;

/**
 * The expiries in which a subaccount has a position. Where it has only orders nothing is sold: they
 * are cancelled with its breach, and their prices must not hold its auction up.
 */
export function heldExpiries(view: View, id: bigint): ExpiryHoldings[] {
  return holdingsOf(view, id).filter(({ rows }) => {
    for (let at = 0; at < rows.length; at += ROW) if (rows[at + QUANTITY] !== 0) return true;
    return false;
  });
}

/** Underlyings that a subaccount holds something in, ascending. */
function heldUnderlyings(view: View, id: bigint): number[] {
  return [...new Set(heldExpiries(view, id).map(({ underlyingId }) => underlyingId))];
}

/**
 * The auction of a subaccount from its breach on; undefined when it holds nothing. Whether it is
 * solvent is found at the first look, which is in the same block as far as the budget goes.
 */
export function openAuction(ctx: Ctx, id: bigint): Auction | undefined {
  const ids = heldUnderlyings(ctx, id);
  if (ids.length === 0) return undefined;
  const underlyings = ids.map((underlyingId): AuctionUnderlying => {
    const startTick = tickOf(ctx, underlyingId);
    return { underlyingId, startTick, openedTick: startTick };
  });
  return {
    kind: AUCTION_KIND_SOLVENT,
    version: newVersion(ctx),
    startHeight: BigInt(ctx.header.height),
    bidInUusd: 0n,
    underlyings,
    expiries: heldExpiries(ctx, id).length,
    lastClearing: undefined,
  };
}

/** The auction from its beginning again, by another kind or with all that was bid in forgotten. */
export function restarted(ctx: Ctx, auction: Auction, kind: AuctionKind): Auction {
  return {
    ...auction,
    kind,
    version: newVersion(ctx),
    startHeight: BigInt(ctx.header.height),
    underlyings: auction.underlyings.map((u) => ({
      ...u,
      startTick: tickOf(ctx, u.underlyingId),
    })),
  };
}

/** Versions are never used twice: a bid for one auction fits no other. */
export function newVersion(ctx: Ctx): bigint {
  const version = nextVersion.must(ctx);
  nextVersion.set(ctx, version + 1n);
  return version;
}

export function tickOf(view: View, underlyingId: number): bigint {
  return ticks.get(view, underlyingId) ?? 0n;
}

/** Auctions grow older only in blocks in which their prices can be acted on. */
export function tick(ctx: Ctx, rules: BlockRules): void {
  if (flags.first(ctx) === undefined) return;
  for (const id of rules.settledIn) ticks.set(ctx, id, tickOf(ctx, id) + 1n);
}

/** In blocks that count, since the auction's start and since the breach. */
export interface Age {
  readonly sinceStart: bigint;
  readonly sinceBreach: bigint;
}

export function ageOf(view: View, auction: Auction | undefined): Age {
  const least = (start: (u: AuctionUnderlying) => bigint): bigint => {
    let age: bigint | undefined;
    for (const u of auction?.underlyings ?? []) {
      const passed = tickOf(view, u.underlyingId) - start(u);
      if (age === undefined || passed < age) age = passed;
    }
    return age ?? 0n;
  };
  return { sinceStart: least((u) => u.startTick), sinceBreach: least((u) => u.openedTick) };
}

/** What the arithmetic of an auction needs to know of a flagged subaccount. */
export function auctionState(
  view: View,
  { subaccountId, auction }: Flag,
  health: Health,
): LiquidationState {
  const { markToMarketUusd, maintenanceMarginUusd, bufferUusd } = health;
  const bidInUusd = (auction?.bidInUusd ?? 0n) + lateDepositsOf(view, subaccountId);
  const notionalUusd = notionalOf(health);
  return { markToMarketUusd, maintenanceMarginUusd, bufferUusd, bidInUusd, notionalUusd };
}

/** Index notional of all that is held. */
function notionalOf({ judged }: Health): bigint {
  let sum = 0n;
  for (const { legs } of judged.legs.flat()) {
    for (const { mark, quantity } of legs) {
      const indexUusd = BigInt(Math.round(mark.index * 1e6));
      sum += ceilDiv(absolute(quantity) * indexUusd, UNITS_PER_CONTRACT);
    }
  }
  return sum;
}

/**
 * After a pass of its liquidation: expiries that it closed are no news to bidders, as what is left
 * is the same account, smaller (ADR 100).
 */
export function afterPass(view: View, flag: Flag): Flag {
  const { subaccountId, auction } = flag;
  if (auction === undefined) return flag;
  return { ...flag, auction: { ...auction, expiries: heldExpiries(view, subaccountId).length } };
}

/** Whether what is held is still what bidders of this version could see. */
export function isStale(view: View, { subaccountId, auction }: Flag): boolean {
  return auction !== undefined && heldExpiries(view, subaccountId).length !== auction.expiries;
}
