import { MarginMode } from '../../../proto/gen/tenor.accounts.v1.ts';
import type { Settlement } from '../../../proto/gen/tenor.accounts.v1.ts';
import type { Expiry, Series } from '../../../proto/gen/tenor.options.v1.ts';
import { assert, defined } from '../../lib/assert.ts';
import { formatExpiry } from '../options/core/index.ts';
import type { SettlementFee } from '../options/core/index.ts';
import * as options from '../options/index.ts';
import type { Ctx } from '../../runtime/context.ts';
import { i64, u32, u64 } from '../../lib/keys.ts';
import { accrueFee, noteCash } from './cash.ts';
import { longsOf } from './core/applyToPosition.ts';
import { settleAccount } from './core/settleAccount.ts';
import type { AccountSettlement } from './core/settleAccount.ts';
import { noteHeld } from './holdings/holdings.ts';
import { holdersOfExpiry } from './positions.ts';
import { holders, positions, settlements, subaccounts } from './state.ts';

/**
 * Pays out priced expiries, a bounded number of subaccounts in a block. A subaccount that is paid
 * has no position left in the expiry, so the index of holders is the cursor. The order changes
 * nobody's result: each depends on its own positions and the one settlement price.
 */
export function payOutExpiries(ctx: Ctx): void {
  let accountsLeft = options.optionsParams.get(ctx).maxSettlementsPerBlock;
  let seriesLeft = options.closingBudget(ctx);
  for (const expiry of options.settlingExpiries(ctx)) {
    if (accountsLeft === 0 || seriesLeft === 0) return;
    const paid = payOut(ctx, expiry, accountsLeft);
    accountsLeft -= paid.accounts;
    if (!paid.complete) continue;
    finish(ctx, expiry);
    seriesLeft = options.closeExpiry(ctx, expiry, seriesLeft);
  }
}

interface Paid {
  readonly accounts: number;
  readonly complete: boolean;
}

function payOut(ctx: Ctx, expiry: Expiry, budget: number): Paid {
  const { underlyingId, expirySeconds } = expiry;
  const fee = options.settlementFeeOf(ctx, expiry);
  const before = settlements.get(ctx, [underlyingId, expirySeconds]);
  let progress: Settlement = before ?? {
    ...{ underlyingId, expirySeconds },
    ...{ clearingUusd: 0n, accounts: 0n, feesUusd: 0n },
  };
  let paidOut = 0n;
  let accounts = 0;
  let complete = true;
  for (const id of holdersOfExpiry(ctx, underlyingId, expirySeconds)) {
    if (accounts === budget) {
      complete = false;
      break;
    }
    const result = settleSubaccount(ctx, id, expiry, fee);
    progress = {
      ...progress,
      clearingUusd: progress.clearingUusd - result.payoutUusd,
      accounts: progress.accounts + 1n,
      feesUusd: progress.feesUusd + result.feeUusd,
    };
    paidOut += result.longPayoutUusd;
    accounts++;
  }
  if (accounts > 0) {
    settlements.set(ctx, [underlyingId, expirySeconds], progress);
    options.recordPaidOut(ctx, expiry, paidOut);
  }
  return { accounts, complete };
}

/** Everybody is paid: what the losers paid is what the winners received, to the base unit. */
function finish(ctx: Ctx, { underlyingId, expirySeconds }: Expiry): void {
  const key = [underlyingId, expirySeconds] as const;
  const progress = settlements.get(ctx, key);
  if (progress === undefined) return;
  assert(progress.clearingUusd === 0n, `payouts leave ${progress.clearingUusd} uusd`);
  settlements.delete(ctx, key);
}

function settleSubaccount(
  ctx: Ctx,
  id: bigint,
  expiry: Expiry,
  fee: SettlementFee,
): AccountSettlement {
  const { underlyingId, expirySeconds } = expiry;
  const settlementUusd = options.priceOf(expiry);
  const parts = u32.write(underlyingId) + i64.write(expirySeconds) + u64.write(id);
  const expiring = [...holders.under(ctx, parts)].map(([[, , , seriesId]]) => {
    const series = defined(options.seriesById(ctx, seriesId), 'the series of a position');
    return { ...series, quantity: positions.must(ctx, [id, seriesId]).quantity };
  });
  const account = subaccounts.must(ctx, id);
  const isCovered = account.mode === MarginMode.MARGIN_MODE_COVERED;
  const result = settleAccount(expiring, settlementUusd, fee, isCovered);
  for (const position of expiring) close(ctx, id, position);
  const cashUusd = account.cashUusd + result.payoutUusd;
  const positionsLeft = account.positions - expiring.length;
  // A debt of nothing but the fee is of this underlying, too.
  const isLoss = cashUusd < result.feeUusd;
  const lossUnderlyingId = isLoss ? underlyingId : account.lossUnderlyingId;
  subaccounts.set(ctx, id, { ...account, cashUusd, positions: positionsLeft, lossUnderlyingId });
  noteCash(ctx, account, cashUusd, -expiring.filter(({ quantity }) => quantity < 0n).length);
  accrueFee(ctx, id, result.feeUusd);
  ctx.emit('settlement', {
    subaccount_id: id.toString(),
    owner: account.owner,
    subaccount: account.number.toString(),
    underlying: options.mustUnderlyingById(ctx, underlyingId).symbol,
    expiry: formatExpiry(expirySeconds),
    settlement_uusd: settlementUusd.toString(),
    payout_uusd: result.payoutUusd.toString(),
    fee_uusd: result.feeUusd.toString(),
  });
  return result;
}

function close(ctx: Ctx, id: bigint, series: Series & { readonly quantity: bigint }): void {
  positions.delete(ctx, [id, series.id]);
  holders.delete(ctx, [series.underlyingId, series.expirySeconds, id, series.id]);
  noteHeld(ctx, id, series, 0n);
  options.adjustOpenInterest(ctx, series.id, -longsOf(series.quantity));
}
