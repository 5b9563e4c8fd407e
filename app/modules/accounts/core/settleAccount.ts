import { payoutUusd, settlementFeeUusd } from '../../options/core/index.ts';
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

/** One subaccount's result at an expiry: exact payouts, each position's fee rounded up. */
export function settleAccount(
  positions: readonly ExpiringPosition[],
  settlementUusd: bigint,
  fee: SettlementFee,
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
  return { payoutUusd: total, longPayoutUusd: longs, feeUusd: fees };
}
