import type { Subaccount } from '../../../../proto/gen/tenor.accounts.v1.ts';
import type { Flag } from '../../../../proto/gen/tenor.liquidation.v1.ts';
import { changeAtRisk } from '../../accounts/index.ts';
import { accountMargin, bufferOf } from '../../margin/index.ts';
import type { ExpiryLegs } from '../../margin/index.ts';
import { splitByWeight } from '../../margin/core/index.ts';
import { optionsParams } from '../../options/index.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import type { Health } from '../health.ts';
import { AUCTION_KIND_INSOLVENT } from './auction.ts';

/** An underlying's part in what a subaccount lacks. */
export interface Part {
  readonly underlyingId: number;
  readonly uusd: bigint;
}

/**
 * Splits an amount that a subaccount lacks over the underlyings that have to answer for it: by
 * their share of A. One that holds nothing any more: as it was split last, or to the underlying
 * whose settlement left it with a debt.
 */
export function splitByUnderlying(
  view: View,
  { auction, risks }: Flag,
  account: Subaccount,
  health: Health,
  uusd: bigint,
): Part[] {
  const held = [...new Set(health.judged.legs.flat().map((e) => e.underlyingId))];
  if (held.length > 1) {
    return parted(
      held,
      held.map((id) => bufferIn(view, account, id)),
      uusd,
    );
  }
  if (held.length === 1) return [{ underlyingId: held[0]!, uusd }];
  if (risks.length > 0) {
    const ids = risks.map(({ underlyingId }) => underlyingId);
    return parted(
      ids,
      risks.map(({ worstUusd }) => worstUusd),
      uusd,
    );
  }
  const first = auction?.underlyings[0]?.underlyingId ?? optionsParams.get(view).underlyings[0]!.id;
  return [{ underlyingId: account.lossUnderlyingId ?? first, uusd }];
}

function parted(ids: readonly number[], weights: readonly bigint[], uusd: bigint): Part[] {
  const isNone = weights.every((weight) => weight === 0n);
  const parts = splitByWeight(uusd, isNone ? weights.map(() => 1n) : weights);
  return ids.map((underlyingId, i) => ({ underlyingId, uusd: parts[i]! }));
}

/** A of one underlying alone: underlyings do not offset one another. */
function bufferIn(view: View, account: Subaccount, underlyingId: number): bigint {
  const isWithout = (expiry: ExpiryLegs) => expiry.underlyingId !== underlyingId;
  const change = { isCancelled: true, isWithout, cashUusd: -account.cashUusd };
  const bufferUusd = bufferOf(accountMargin(view, account, change));
  return bufferUusd > 0n ? bufferUusd : 0n;
}

/** Keeps what an insolvent subaccount can cost each fund at the most, there and in its flag. */
export function followRisk(ctx: Ctx, flag: Flag, account: Subaccount, health: Health): Flag {
  const isInsolvent =
    account.positions === 0 ? account.cashUusd < 0n : flag.auction?.kind === AUCTION_KIND_INSOLVENT;
  const lackedUusd = health.maintenanceMarginUusd < 0n ? -health.maintenanceMarginUusd : 0n;
  const parts = isInsolvent ? splitByUnderlying(ctx, flag, account, health, lackedUusd) : [];
  return withRisk(ctx, flag, parts);
}

/** Nothing of it is at risk any more. */
export function withoutRisk(ctx: Ctx, flag: Flag): Flag {
  return withRisk(ctx, flag, []);
}

function withRisk(ctx: Ctx, flag: Flag, parts: readonly Part[]): Flag {
  const before = flag.risks;
  const after = parts
    .filter(({ uusd }) => uusd > 0n)
    .map(({ underlyingId, uusd }) => ({ underlyingId, worstUusd: uusd }));
  const isSame =
    before.length === after.length &&
    before.every(
      (b, i) => b.underlyingId === after[i]!.underlyingId && b.worstUusd === after[i]!.worstUusd,
    );
  if (isSame) return flag;
  for (const { underlyingId, worstUusd } of before) changeAtRisk(ctx, underlyingId, -worstUusd);
  for (const { underlyingId, worstUusd } of after) changeAtRisk(ctx, underlyingId, worstUusd);
  return { ...flag, risks: after };
}
