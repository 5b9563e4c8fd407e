/** What the exemption looks at, before a trade and after it with its fees taken. */
export interface AccountHealth {
  readonly maintenanceMarginUusd: bigint;
  readonly markToMarketUusd: bigint;
  readonly cashUusd: bigint;
}

/**
 * True when a trade may skip the initial margin check: maintenance margin does not fall, mark to
 * market falls by at most the fee, and cash stays at or above 0 or does not fall.
 *
 * The condition on mark to market is what stops an account with one short call from buying it
 * back from an accomplice at sixty times its value and leaving the loss to the fund.
 */
export function tradeIsExempt(
  before: AccountHealth,
  after: AccountHealth,
  feeUusd: bigint,
): boolean {
  if (after.maintenanceMarginUusd < before.maintenanceMarginUusd) return false;
  if (after.markToMarketUusd < before.markToMarketUusd - feeUusd) return false;
  return after.cashUusd >= 0n || after.cashUusd >= before.cashUusd;
}
