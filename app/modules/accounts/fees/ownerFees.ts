import type { FeeTier, OwnerFees } from '../../../../proto/gen/tenor.accounts.v1.ts';
import { addressBytes } from '../../auth/index.ts';
import { address } from '../../../lib/keys.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import { FEE_DAYS, tierAt } from '../core/feeTiers.ts';
import { params } from '../params.ts';
import { feeDays, ownerFees } from '../state.ts';

const DAY_MS = 86_400_000;
/** Old days dropped with each new one: a fill costs about the same whatever its owner paid. */
const MAX_DROPPED = 2;
const NONE: OwnerFees = { day: 0, todayUusd: 0n, pastUusd: 0n, referrer: '', receivedUusd: 0n };

const today = ({ header }: View): number => Math.floor(header.timeMs / DAY_MS);

/** What is kept of an owner: as of its last fee. */
export function feesOf(view: View, owner: string): OwnerFees {
  return ownerFees.get(view, addressBytes(owner)) ?? NONE;
}

/** Trading fees of an owner today, and over the 30 days before. */
export function paidLately(
  view: View,
  owner: string,
): { readonly pastUusd: bigint; readonly todayUusd: bigint } {
  const fees = feesOf(view, owner);
  const day = today(view);
  if (fees.day === day) return fees;
  return { pastUusd: paidBefore(view, owner, fees, day), todayUusd: 0n };
}

/** On the 30 days before a day that is later than the last fee. */
function paidBefore(view: View, owner: string, last: OwnerFees, day: number): bigint {
  let sum = last.day + FEE_DAYS >= day ? last.todayUusd : 0n;
  for (const [[, at], paidUusd] of feeDays.under(view, address.write(addressBytes(owner)))) {
    if (at + FEE_DAYS >= day) sum += paidUusd;
  }
  return sum;
}

/** The tier of an owner, by what it paid before today: for a whole day the same. */
export function tierOf(view: View, owner: string): number {
  const { feeTiers } = params.get(view);
  return feeTiers.length === 1 ? 0 : tierAt(feeTiers, paidLately(view, owner).pastUusd);
}

export const termsOf = (view: View, owner: string): FeeTier =>
  params.get(view).feeTiers[tierOf(view, owner)]!;

/** Adds a fee to what an owner paid today. The first one of a day closes the days before. */
export function notePaid(ctx: Ctx, owner: string, feeUusd: bigint): void {
  const key = addressBytes(owner);
  const fees = feesOf(ctx, owner);
  const day = today(ctx);
  if (fees.day === day) {
    ownerFees.set(ctx, key, { ...fees, todayUusd: fees.todayUusd + feeUusd });
    return;
  }
  const pastUusd = paidBefore(ctx, owner, fees, day);
  if (fees.todayUusd > 0n) feeDays.set(ctx, [key, fees.day], fees.todayUusd);
  let left = MAX_DROPPED;
  for (const [[, at]] of feeDays.under(ctx, address.write(key))) {
    if (left-- === 0 || at + FEE_DAYS >= day) break;
    feeDays.delete(ctx, [key, at]);
  }
  ownerFees.set(ctx, key, { ...fees, day, pastUusd, todayUusd: feeUusd });
}
