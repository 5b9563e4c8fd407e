import { PPM, ceilDiv, minOf, payoutUusd, settlementFeeUusd } from '../../options/core/index.ts';
import type { InstrumentTerms, SettlementFee } from '../../options/core/index.ts';

export interface ExpiringPosition extends InstrumentTerms {
  /** 1e-4 contracts; negative is short. */
  readonly quantity: bigint;
}

export interface AccountSettlement {
  /** Received (negative: paid) over all positions, fees not yet taken. */
  readonly payoutUusd: bigint;
  /** What the long positions alone received. */
  readonly longPayoutUusd: bigint;
  readonly feeUusd: bigint;
}

/**
 * One subaccount's result at an expiry: exact payouts, each position's fee rounded up. Of a covered
 * one the cap holds for all of it: at most that share of what the expiry brings, and nothing of a
 * loss, so that what it can lose is what its positions can (ADR 105).
 */
export function settleAccount(
  positions: readonly ExpiringPosition[],
  settlementUusd: bigint,
  fee: SettlementFee,
  isCovered = false,
): AccountSettlement {
  let total = 0n;
  let longs = 0n;
  let fees = 0n;
  for (const position of positions) {
    const payout = payoutUusd(position, settlementUusd, position.quantity);
    total += payout;
    if (payout > 0n) longs += payout;
    fees += settlementFeeUusd(position, settlementUusd, position.quantity, fee);
  }
  if (isCovered) fees = minOf(fees, total > 0n ? ceilDiv(total * BigInt(fee.capPpm), PPM) : 0n);
  return { payoutUusd: total, longPayoutUusd: longs, feeUusd: fees };
}
