import type { GenesisFees } from '../../../../proto/gen/tenor.accounts.v1.ts';
import { encodeAddress, decodeAddress } from '../../../lib/address.ts';
import { address } from '../../../lib/keys.ts';
import { addressBytes } from '../../auth/index.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import { feeDays, ownerFees, referrals } from '../state.ts';

/** What is wrong with the fees of a genesis, or null. */
export function wrongFees(given: readonly GenesisFees[]): string | null {
  const owners = new Set<string>();
  for (const { owner, fees, days } of given) {
    if (decodeAddress(owner) === null) return `fees: ${owner} is not an address`;
    if (owners.has(owner)) return `fees: ${owner} is listed twice`;
    owners.add(owner);
    const referrer = fees?.referrer ?? '';
    if (referrer !== '' && decodeAddress(referrer) === null) return `fees of ${owner}: referrer`;
    const late = days.find(({ day }) => fees === undefined || day >= fees.day);
    if (late !== undefined) return `fees of ${owner}: day ${late.day} is not before the last`;
    if (new Set(days.map(({ day }) => day)).size < days.length) {
      return `fees of ${owner}: a day is listed twice`;
    }
  }
  return null;
}

export function initFees(ctx: Ctx, given: readonly GenesisFees[]): void {
  for (const { owner, fees, days, owedUusd } of given) {
    const key = addressBytes(owner);
    if (fees !== undefined) ownerFees.set(ctx, key, fees);
    for (const { day, paidUusd } of days) feeDays.set(ctx, [key, day], paidUusd);
    if (owedUusd > 0n) referrals.set(ctx, key, owedUusd);
  }
}

/** By owner. A referrer to whom something is owed for the first time has no fees yet. */
export function exportFees(view: View): GenesisFees[] {
  const keys = new Map<string, Uint8Array>();
  for (const [key] of ownerFees.entries(view)) keys.set(encodeAddress(key), key);
  for (const [key] of referrals.entries(view)) keys.set(encodeAddress(key), key);
  return [...keys].map(([owner, key]) => {
    const fees = ownerFees.get(view, key);
    return {
      owner,
      ...(fees === undefined ? {} : { fees }),
      days: [...feeDays.under(view, address.write(key))].map(([[, day], paidUusd]) => ({
        ...{ day, paidUusd },
      })),
      owedUusd: referrals.get(view, key) ?? 0n,
    };
  });
}
