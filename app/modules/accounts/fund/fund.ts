import type { Fund } from '../../../../proto/gen/tenor.accounts.v1.ts';
import { assert } from '../../../lib/assert.ts';
import { minOf } from '../../options/core/index.ts';
import type { Ctx, View } from '../../../runtime/context.ts';
import { changeCash } from '../cash.ts';
import { payable, withIncome, withPayment } from '../core/fundShares.ts';
import { params } from '../params.ts';
import { funds } from '../state.ts';

const DAY_MS = 86_400_000;

export const dayOf = ({ header }: View): number => Math.floor(header.timeMs / DAY_MS);

/** The insurance fund of an underlying, which may be empty. */
export function fundOf(view: View, underlyingId: number): Fund {
  const none = { balanceUusd: 0n, shares: 0n, atRiskUusd: 0n, paidUusd: 0n };
  return funds.get(view, underlyingId) ?? { underlyingId, ...none, epoch: 0, day: 0 };
}

/** What it may still pay today. */
export function payableOf(view: View, underlyingId: number): bigint {
  return payable(fundOf(view, underlyingId), dayOf(view), params.get(view).fundDailyLossPpm);
}

/** Moves cash of a subaccount into a fund. */
export function payIntoFund(ctx: Ctx, id: bigint, underlyingId: number, amountUusd: bigint): void {
  assert(amountUusd >= 0n, 'income below zero');
  if (amountUusd === 0n) return;
  changeCash(ctx, id, -amountUusd);
  funds.set(ctx, underlyingId, withIncome(fundOf(ctx, underlyingId), amountUusd));
}

/** Pays a subaccount as much of an amount as the fund may today; returns how much. */
export function payFromFund(ctx: Ctx, id: bigint, underlyingId: number, uusd: bigint): bigint {
  const paidUusd = minOf(uusd, payableOf(ctx, underlyingId));
  if (paidUusd <= 0n) return 0n;
  const before = fundOf(ctx, underlyingId);
  const after = withPayment(before, paidUusd, dayOf(ctx));
  funds.set(ctx, underlyingId, after);
  changeCash(ctx, id, paidUusd);
  ctx.emit('fund_paid', {
    underlying_id: String(underlyingId),
    subaccount_id: id.toString(),
    amount_uusd: paidUusd.toString(),
    balance_uusd: after.balanceUusd.toString(),
    shares_lost: after.epoch === before.epoch ? undefined : 'true',
  });
  return paidUusd;
}

/** What the open insolvent accounts can cost a fund changes; liquidation says by how much. */
export function changeAtRisk(ctx: Ctx, underlyingId: number, deltaUusd: bigint): void {
  if (deltaUusd === 0n) return;
  const fund = fundOf(ctx, underlyingId);
  const atRiskUusd = fund.atRiskUusd + deltaUusd;
  assert(atRiskUusd >= 0n, 'less than nothing at risk');
  funds.set(ctx, underlyingId, { ...fund, atRiskUusd });
}

/**
 * Whether holders of an underlying's positions cannot withdraw: its insolvent accounts can cost
 * more than its fund has, by more than dust.
 */
export function pausesWithdrawals(view: View, underlyingId: number): boolean {
  const { atRiskUusd, balanceUusd } = fundOf(view, underlyingId);
  return atRiskUusd > balanceUusd + params.get(view).dustUusd;
}
