import type { View } from '../../../runtime/context.ts';
import { address } from '../../../lib/keys.ts';
import { encodeAddress } from '../../../lib/address.ts';
import { FEE_DAYS } from '../core/feeTiers.ts';
import { feeDays, ownerFees, referrals } from '../state.ts';

/** What is owed to referrers. */
export function heldForReferrers(view: View): bigint {
  let sum = 0n;
  for (const [, owedUusd] of referrals.entries(view)) sum += owedUusd;
  return sum;
}

/** Each returns null, or a sentence that says what is broken. */
export const feeInvariants: Readonly<Record<string, (view: View) => string | null>> = {
  'fees of the 30 days before the last one are the sum over these days': (view) => {
    let days = 0;
    for (const [key, { day, pastUusd }] of ownerFees.entries(view)) {
      let sum = 0n;
      for (const [[, at], paidUusd] of feeDays.under(view, address.write(key))) {
        if (at >= day) return `${encodeAddress(key)}: day ${at} is not before ${day}`;
        if (at + FEE_DAYS >= day) sum += paidUusd;
        days++;
      }
      if (sum !== pastUusd) return `${encodeAddress(key)}: ${pastUusd}, its days ${sum}`;
    }
    const all = [...feeDays.entries(view)].length;
    return all === days ? null : `${all} days with fees, ${days} of owners`;
  },
};
