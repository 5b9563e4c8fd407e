import { assert } from '../../../lib/assert.ts';
import type { Ctx } from '../../../runtime/context.ts';
import { sendCoins, UUSD } from '../../bank/index.ts';
import { addressBytes } from '../../auth/index.ts';
import { encodeAddress } from '../../../lib/address.ts';
import { ACCOUNTS_ADDRESS, changeCash, putInPots } from '../cash.ts';
import { splitFee } from '../core/feeTiers.ts';
import type { FeeParts } from '../core/feeTiers.ts';
import { payIntoFund } from '../fund/fund.ts';
import { params } from '../params.ts';
import { ownerFees, referrals, subaccounts } from '../state.ts';
import { feesOf, notePaid } from './ownerFees.ts';

/** Referrers that are paid in a block; the others follow in the next ones. */
const MAX_PAID = 100;

/**
 * Takes a trading fee out of a subaccount's cash, and shares it out: fund of the underlying, the
 * owner's referrer, treasury, validators. It counts towards the owner's tier.
 */
export function accrueTradingFee(
  ctx: Ctx,
  id: bigint,
  underlyingId: number,
  feeUusd: bigint,
): FeeParts {
  assert(feeUusd >= 0n, 'a fee below zero');
  const { fundFeePpm, referrerFeePpm, treasuryFeePpm } = params.get(ctx);
  const { owner } = subaccounts.must(ctx, id);
  const { referrer } = feesOf(ctx, owner);
  const parts = splitFee(feeUusd, {
    ...{ fundFeePpm, treasuryFeePpm },
    referrerFeePpm: referrer === '' ? 0 : referrerFeePpm,
  });
  if (feeUusd === 0n) return parts;
  notePaid(ctx, owner, feeUusd);
  payIntoFund(ctx, id, underlyingId, parts.fundUusd);
  changeCash(ctx, id, parts.fundUusd - feeUusd);
  putInPots(ctx, parts);
  if (parts.referrerUusd > 0n) {
    const key = addressBytes(referrer);
    referrals.set(ctx, key, (referrals.get(ctx, key) ?? 0n) + parts.referrerUusd);
  }
  return parts;
}

/** At the end of the block referrers receive their shares as coins. */
export function payReferrers(ctx: Ctx): void {
  let left = MAX_PAID;
  for (const [key, owedUusd] of referrals.entries(ctx)) {
    if (left-- === 0) return;
    referrals.delete(ctx, key);
    const referrer = encodeAddress(key);
    sendCoins(ctx, ACCOUNTS_ADDRESS, referrer, UUSD, owedUusd);
    const fees = feesOf(ctx, referrer);
    ownerFees.set(ctx, key, { ...fees, receivedUusd: fees.receivedUusd + owedUusd });
    ctx.emit('referrer_paid', { referrer, amount_uusd: owedUusd.toString() });
  }
}
